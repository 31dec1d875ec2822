import express from 'express'
import { userOf } from './identity.js'
import { store } from './store.js'

/** POST /functions/v1/chat-send: store, answer, tell every participant. */
export function createApp(io) {
  const app = express()
  app.disable('x-powered-by')
  app.disable('etag')
  app.use(express.json({ limit: '1mb' }))

  app.use((request, response, next) => {
    try {
      request.user = userOf((request.headers.authorization ?? '').replace(/^Bearer /i, ''))
      next()
    } catch {
      response.status(401).json({ error: 'A valid token is required' })
    }
  })

  app.post('/functions/v1/chat-send', async (request, response) => {
    const { chat_id, text, mode } = request.body
    if (typeof chat_id !== 'string' || typeof mode !== 'string' || typeof text !== 'string' || text.trim() === '') {
      response.status(400).json({ error: '`chat_id`, `mode` and `text` are required' })
      return
    }
    const sent = await store(request.user, request.body)
    if (!sent) {
      response.status(403).json({ error: 'You are not in this conversation' })
      return
    }
    response.json({ message: 'User message saved', saved: sent.message, llm_started: false })
    io.to(sent.participants.map(user => `user:${user}`)).emit('message-insert', { chat_id, message: sent.message })
  })

  return app
}
