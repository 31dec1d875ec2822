// People with the real client, and a network between them and the server that can be cut.

import { createHmac, randomUUID } from 'node:crypto'
import { connect, createServer } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'
import { WebSocket } from 'ws'

export const URL = process.env.TOGETHER_URL
const SECRET = process.env.TOGETHER_SECRET
const PATIENCE = 15_000
const SILENCE = 400

function token(claims) {
  const part = (value) => Buffer.from(JSON.stringify(value)).toString('base64url')
  const unsigned = `${part({ alg: 'HS256', typ: 'JWT' })}.${part({ exp: Math.floor(Date.now() / 1000) + 3600, ...claims })}`
  return `${unsigned}.${createHmac('sha256', SECRET).update(unsigned).digest('base64url')}`
}

export const ANON = token({ role: 'anon' })
export const SERVICE = token({ role: 'service_role' })

/** Waits until what is asked for is there, and gives it. */
export async function until(what, question) {
  for (const end = Date.now() + PATIENCE; Date.now() < end; await pause(10)) {
    const answer = question()
    if (answer) return answer
  }
  throw new Error(`${what}: not within ${PATIENCE} ms`)
}

export const silence = () => pause(SILENCE)

/** Somebody with supabase-js, as a frontend sets it up. */
export class Person {
  id = randomUUID()
  heard = []
  statuses = []

  constructor(createClient, url = URL) {
    this.token = token({ role: 'authenticated', sub: this.id })
    this.client = createClient(url, ANON, { accessToken: async () => this.token, realtime: { transport: WebSocket } })
  }

  /** Listens to a channel; the person's own unless said otherwise. */
  subscribe(name = `user-realtime:${this.id}`, config = {}) {
    this.channel = this.client.channel(name, { config })
      .on('broadcast', { event: '*' }, (message) => this.heard.push(message))
      .subscribe((status) => this.statuses.push(status))
    return this.channel
  }

  /** Listens, and is there. */
  async online(name, config) {
    await this.client.realtime.setAuth()
    this.subscribe(name, config)
    await this.subscribed()
    return this
  }

  subscribed(times = 1) {
    return until(`subscribed ${times}`, () => this.statuses.filter((status) => status === 'SUBSCRIBED').length >= times)
  }

  /** Calls a function; gives its reply. */
  async calls(name, body) {
    const { data, error } = await this.client.functions.invoke(name, { body })
    if (error) throw new Error(`${name}: ${error.context ? await error.context.text() : error}`)
    return data
  }

  /** Opens a conversation that the others join; gives its id. */
  async opensWith(...others) {
    const { conversation } = await this.calls('create-conversation', { mode: 'together' })
    await this.calls('share-conversation', { conversation_id: conversation.id })
    for (const other of others) await other.calls('join-conversation', { conversation_id: conversation.id })
    return conversation.id
  }

  async says(chat, text) {
    return (await this.calls('chat-send', { chat_id: chat, mode: 'together', text })).saved
  }

  /** Is here, on the topic of a conversation. */
  async isHere(chat, config = {}) {
    await this.client.realtime.setAuth()
    this.joined = []
    this.left = []
    const here = this.client.channel(`conversation:${chat}`, { config: { ...config, presence: { key: this.id } } })
      .on('presence', { event: 'sync' }, () => { this.here = here.presenceState() })
      .on('presence', { event: 'join' }, ({ key }) => this.joined.push(key))
      .on('presence', { event: 'leave' }, ({ key }) => this.left.push(key))
      .subscribe((status) => this.statuses.push(status))
    this.channel = here
    await this.subscribed()
    return here.track({ name: `I am ${this.id}` })
  }

  /** Waits until just these people are seen here. */
  sees(...people) {
    const wanted = people.map(({ id }) => id).sort().join()
    return until(`sees ${people.length}`, () => this.here && Object.keys(this.here).sort().join() === wanted && this.here)
  }

  messages() {
    return this.heard.filter(({ event }) => event === 'message-insert')
  }

  hears(count = 1) {
    return until(`hears ${count} messages`, () => this.messages().length >= count && this.messages())
  }

  hearsUpdate(type) {
    return until(`hears ${type}`, () => this.heard.find(({ event, payload }) =>
      event === 'conversation-update' && payload.eventType === type))
  }

  async leaves() {
    await this.client.removeAllChannels()
    this.client.realtime.disconnect()
  }
}

/** The backend's own client, with the service key. */
export function backend(createClient) {
  return createClient(URL, SERVICE, { realtime: { transport: WebSocket }, auth: { persistSession: false, autoRefreshToken: false } })
}

/** A way to the server that can be cut. */
export class Network {
  #sockets = new Set()

  async open() {
    const { hostname, port } = new globalThis.URL(URL)
    this.server = createServer((near) => {
      const far = connect(port, hostname)
      for (const [one, other] of [[near, far], [far, near]]) {
        this.#sockets.add(one)
        one.pipe(other)
        one.on('error', () => other.destroy()).on('close', () => { other.destroy(); this.#sockets.delete(one) })
      }
    })
    await new Promise((resolve) => this.server.listen(0, '127.0.0.1', resolve))
    this.url = `http://127.0.0.1:${this.server.address().port}`
    return this
  }

  cut() {
    this.#sockets.forEach((socket) => socket.destroy())
  }

  close() {
    this.server.close()
    this.cut()
  }
}
