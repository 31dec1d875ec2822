/**
 * What was said in one conversation, as far as this window knows: stored messages by their number, what is being sent,
 * and who came and went.
 */
export class Timeline {
  isLoaded = false
  isComplete = false
  isThinking = false
  #messages = new Map()
  #drafts = new Map()
  #notices = new Map()

  /** Stored messages in order. */
  messages() {
    return [...this.#messages.values()].sort((a, b) => a.message_number - b.message_number)
  }

  /** What is not stored yet, in the order it was written. */
  drafts() {
    return [...this.#drafts.values()]
  }

  notices() {
    return [...this.#notices.values()].sort((a, b) => a.at - b.at)
  }

  /** A message from wherever: the reply to a send, an event, a repeat, history. Its number makes it one. False for a repeat. */
  add(message) {
    this.#drafts.delete(message.client_msg_id)
    if (message.role === 'assistant') this.isThinking = false
    const isNew = !this.#messages.has(message.message_number)
    this.#messages.set(message.message_number, message)
    if (message.message_number === 1) this.isComplete = true
    return isNew
  }

  /** Only what is shown already can change; the rest is read when it is scrolled to. */
  update(message) {
    if (this.#messages.has(message.message_number)) this.#messages.set(message.message_number, message)
  }

  /** `client_msg_id` makes a repeated send harmless: the server answers with what it stored the first time. */
  draft(text, userName) {
    const draft = { client_msg_id: crypto.randomUUID(), text, user_name: userName, state: 'sending' }
    this.#drafts.set(draft.client_msg_id, draft)
    return draft
  }

  drop(draft) {
    this.#drafts.delete(draft.client_msg_id)
  }

  note(kind, userId, at) {
    this.#notices.set(`${kind} ${userId} ${at}`, { kind, userId, at: Date.parse(at) })
  }

  oldest() {
    return Math.min(...this.#messages.keys())
  }

  /**
   * The number before the first hole: after a loss everything later is asked for. The newest number would not do, as the
   * reply to an own send may be here while what others said before it is not.
   */
  lastWithoutHole() {
    if (this.#messages.size === 0) return 0
    let number = this.oldest()
    while (this.#messages.has(number + 1)) number++
    return number
  }
}
