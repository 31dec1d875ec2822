// The Phoenix client itself, on both versions of the protocol.

import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { afterEach, describe, test } from 'node:test'
import { Socket } from 'phoenix'
import { createClient } from 'supabase-js'
import { WebSocket } from 'ws'
import { ANON, Network, Person, until } from './people.mjs'

/** vsn 1.0.0 as Phoenix wrote it before it had arrays. */
const objects = {
  vsn: '1.0.0',
  encode: (message, send) => send(JSON.stringify(message)),
  decode: (text, take) => { const message = JSON.parse(text); take({ join_ref: null, ...message }) }
}

for (const [version, serializer] of [['vsn 2.0.0', { vsn: '2.0.0' }], ['vsn 1.0.0', objects]]) {
  describe(`Phoenix, ${version}`, () => {
    const open = []
    let network

    afterEach(() => { open.splice(0).forEach((socket) => socket.disconnect()); network?.close(); network = undefined })

    const connect = (url) => {
      const socket = new Socket(`${url.replace('http', 'ws')}/realtime/v1`,
        { transport: WebSocket, params: { apikey: ANON }, reconnectAfterMs: () => 100, rejoinAfterMs: () => 100, ...serializer })
      socket.connect()
      open.push(socket)
      return socket
    }
    const answered = (push) => new Promise((resolve, reject) =>
      push.receive('ok', resolve).receive('error', (why) => reject(new Error(JSON.stringify(why))))
        .receive('timeout', () => reject(new Error('timeout'))))

    test('joins, pushes, hears, leaves, and comes back', async () => {
      network = await new Network().open()
      const [alice, bob] = [new Person(createClient), new Person(createClient)]
      const topic = `realtime:room-${randomUUID()}`
      const channels = [alice, bob].map((person) => connect(network.url)
        .channel(topic, { config: { broadcast: { ack: true } }, access_token: person.token }))
      const heard = []
      channels[1].on('broadcast', (message) => heard.push(message.payload))

      for (const channel of channels) assert.deepEqual(await answered(channel.join()), { postgres_changes: [] })
      await answered(channels[0].push('broadcast', { type: 'broadcast', event: 'chat', payload: 'before' }))
      await until('heard', () => heard.includes('before'))

      network.cut()
      await until('away', () => channels.every((channel) => channel.state !== 'joined'))
      await until('back', () => channels.every((channel) => channel.state === 'joined'))
      await answered(channels[0].push('broadcast', { type: 'broadcast', event: 'chat', payload: 'after' }))
      await until('heard again', () => heard.includes('after'))

      let closed = 0
      channels[1].onClose(() => closed++)
      await answered(channels[1].leave())
      assert.equal(channels[1].state, 'closed')
      assert.ok(closed > 0)
    })

    test('hears its own channel and is refused at another', async () => {
      const alice = new Person(createClient)
      const server = process.env.TOGETHER_URL
      const own = connect(server).channel(`realtime:user-realtime:${alice.id}`, { config: {}, access_token: alice.token })
      const heard = []
      own.on('broadcast', (message) => heard.push(message))
      await answered(own.join())
      const chat = await alice.opensWith()
      const saved = await alice.says(chat, 'Hi')
      await until('heard', () => heard.some(({ event, payload }) => event === 'message-insert' && payload.message.id === saved.id))

      const other = connect(server).channel(`realtime:user-realtime:${randomUUID()}`, { config: {}, access_token: alice.token })
      await assert.rejects(answered(other.join()), /Unauthorized/)
      other.leave()
      await alice.leaves()
    })
  })
}
