import { createClient } from '@supabase/supabase-js'

const REPEATS_REMEMBERED = 2000
const REOPEN_AFTER_MS = 2000

/** A function that did not do what was asked; `message` is a sentence for people. */
export class CallFailed extends Error {
  /** @param {boolean} isPassing whether the same call may succeed a moment later */
  constructor(sentence, status, isPassing) {
    super(sentence)
    this.status = status
    this.isPassing = isPassing
  }
}

/** One person's line to the backend: its functions, and the one channel on which everything arrives. */
export class Together {
  #supabase
  #userId
  #seen = new Set()
  #isClosed = false

  /** @param {() => Promise<string>} accessToken asked before each call and each join, so a token that expired is replaced */
  constructor(url, anonKey, userId, accessToken) {
    this.#supabase = createClient(url, anonKey, { accessToken })
    this.#userId = userId
  }

  /** Calls a function and gives its reply, or throws CallFailed. */
  async call(name, body = {}) {
    const { data, error } = await this.#supabase.functions.invoke(name, { body })
    if (error) throw await failure(error)
    return data
  }

  /**
   * Joins the person's channel and stays in it: supabase-js connects and joins again by itself after every loss.
   *
   * @param {Record<string, (payload: any) => void>} listeners by the event's name
   * @param {(status: string) => void} onStatus SUBSCRIBED after every join, also after each reconnect
   */
  async listen(listeners, onStatus) {
    // Without this the first join may leave before the token is there, and be refused as a stranger's.
    await this.#supabase.realtime.setAuth()
    const channel = this.#supabase.channel(`user-realtime:${this.#userId}`, { config: { private: true } })
    for (const [event, hear] of Object.entries(listeners)) {
      channel.on('broadcast', { event }, ({ payload, meta }) => {
        if (this.#isFirst(meta?.id)) hear(payload)
      })
    }
    channel.subscribe((status) => {
      if (this.#isClosed) return
      onStatus(status)
      // A channel that the server closed is never joined again by supabase-js.
      if (status === 'CLOSED') setTimeout(() => this.listen(listeners, onStatus), REOPEN_AFTER_MS)
    })
  }

  /** Ends it for good. */
  async close() {
    this.#isClosed = true
    await this.#supabase.removeAllChannels()
  }

  /** After a reconnect what was missed is sent again, and a little of what was not: repeats carry the same id. */
  #isFirst(id) {
    if (!id) return true
    if (this.#seen.has(id)) return false
    this.#seen.add(id)
    if (this.#seen.size > REPEATS_REMEMBERED) this.#seen.delete(this.#seen.values().next().value)
    return true
  }
}

async function failure(error) {
  const response = error.context
  if (!(response instanceof Response)) return new CallFailed('The server cannot be reached.', 0, true)
  const body = await response.json().catch(() => ({}))
  const sentence = body.error ?? `The server answered ${response.status}.`
  return new CallFailed(sentence, response.status, response.status === 429 || response.status >= 500)
}
