import { CallFailed } from './together.js'

const RETRY_AFTER_MS = 3000

/** Sends a conversation's drafts, one after the other, so that they arrive in the order they were written. */
export class Sending {
  #connection
  #changed
  #busy = new Set()

  constructor(connection, changed) {
    this.#connection = connection
    this.#changed = changed
  }

  async flush(id, timeline) {
    if (this.#busy.has(id)) return
    this.#busy.add(id)
    try {
      for (let draft; (draft = timeline.drafts().find(({ state }) => state !== 'refused'));) {
        if (!await this.#send(id, timeline, draft)) return
      }
    } finally {
      this.#busy.delete(id)
    }
  }

  /** True where the draft is dealt with; false where it has to wait. */
  async #send(id, timeline, draft) {
    const { text, client_msg_id, user_name } = draft
    try {
      const { saved } = await this.#connection.call('chat-send', { chat_id: id, mode: 'together', text, client_msg_id, user_name })
      timeline.add(saved)
      return true
    } catch (failed) {
      const isPassing = failed instanceof CallFailed && failed.isPassing
      Object.assign(draft, { state: isPassing ? 'waiting' : 'refused', reason: failed.message })
      if (isPassing) setTimeout(() => this.flush(id, timeline), RETRY_AFTER_MS)
      return !isPassing
    } finally {
      this.#changed()
    }
  }
}
