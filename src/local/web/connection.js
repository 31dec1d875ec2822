import { Together } from './together.js'

const ASK_AGAIN_MS = 3000

/** Keeps one person connected, also over a server that was started again with other keys. */
export class Connection {
  /** connecting, live or lost */
  state = 'connecting'
  #session
  #together
  #listeners
  #onState
  #renewal

  constructor(session) {
    this.#session = session
    this.#together = this.#newLine()
  }

  /** @param {(isBack: boolean) => void} onState called on every change; `isBack` when a loss is over */
  start(listeners, onState) {
    this.#listeners = listeners
    this.#onState = onState
    return this.#listen()
  }

  async call(name, body) {
    try {
      return await this.#together.call(name, body)
    } catch (failed) {
      if (failed.status !== 401) throw failed
      await this.#renew()
      return this.#together.call(name, body)
    }
  }

  #newLine() {
    return new Together(location.origin, this.#session.anonKey, this.#session.userId, this.#session.accessToken)
  }

  #listen() {
    return this.#together.listen(this.#listeners, (status) => this.#statusIs(status))
  }

  #statusIs(status) {
    const wasLost = this.state === 'lost'
    this.state = status === 'SUBSCRIBED' ? 'live' : 'lost'
    this.#onState(wasLost && this.state === 'live')
    if (this.state === 'lost' && !wasLost) this.#askWhileLost()
  }

  /** A refused token looks like any other loss to a websocket in a browser; only a function says 401. */
  async #askWhileLost() {
    while (this.state === 'lost') {
      await new Promise((later) => { setTimeout(later, ASK_AGAIN_MS) })
      await this.call('list-conversations', { limit: 1 }).catch(() => {})
    }
  }

  /** The same person signs in anew, once for all calls that are refused. */
  #renew() {
    this.#renewal ??= this.#signInAgain().finally(() => { this.#renewal = undefined })
    return this.#renewal
  }

  async #signInAgain() {
    await this.#session.renew()
    await this.#together.close()
    this.#together = this.#newLine()
    if (this.#listeners) await this.#listen()
  }
}
