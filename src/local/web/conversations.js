const time = (text) => Date.parse(text)

/** The person's conversations, newest activity first. */
export class Conversations {
  #byId = new Map()
  #unread = new Map()
  #spokenAt = new Map()

  get(id) {
    return this.#byId.get(id)
  }

  ids() {
    return [...this.#byId.keys()]
  }

  sorted() {
    return [...this.#byId.values()].sort((a, b) => time(this.lastActivity(b.id)) - time(this.lastActivity(a.id)))
  }

  /** When it changed or somebody spoke, whichever was later. */
  lastActivity(id) {
    const spokenAt = this.#spokenAt.get(id)
    const { updated_at } = this.#byId.get(id)
    return spokenAt && time(spokenAt) > time(updated_at) ? spokenAt : updated_at
  }

  /**
   * Takes in what a function or an event says of a conversation, and tells who came and who went.
   *
   * A list that was asked for may overtake an event, so the older of the two is dropped.
   */
  put(told) {
    const before = this.#byId.get(told.id)
    if (before && time(told.updated_at) < time(before.updated_at)) return { came: [], went: [] }
    const conversation = { ...told, participants: peopleOf(told, before?.participants ?? []) }
    this.#byId.set(conversation.id, conversation)
    return { came: missing(conversation, before), went: before ? missing(before, conversation) : [] }
  }

  remove(id) {
    this.#byId.delete(id)
    this.#unread.delete(id)
    this.#spokenAt.delete(id)
  }

  unread(id) {
    return this.#unread.get(id) ?? 0
  }

  unreadInAll() {
    return [...this.#unread.values()].reduce((sum, count) => sum + count, 0)
  }

  countUnread(id) {
    this.#unread.set(id, this.unread(id) + 1)
  }

  markRead(id) {
    this.#unread.delete(id)
  }

  /** A message moves its conversation up; it does not make older what is heard of the conversation itself. */
  touch(id, at) {
    if (this.#byId.has(id) && time(at) > time(this.lastActivity(id))) this.#spokenAt.set(id, at)
  }
}

/** Of more than 100 people an event tells only who came and who went, or, where it is new, 100 of them. */
function peopleOf({ participants, participant_count, joined = [], left = [] }, before) {
  if (participants && participants.length >= Math.min(participant_count ?? 0, before.length)) return participants
  const came = participants ?? joined
  const told = new Set([...came, ...left].map((participant) => participant.user_id))
  return [...before.filter((participant) => !told.has(participant.user_id)), ...came]
}

/** Those who take part in the first and not in the second. */
function missing(first, second) {
  const there = new Set(second?.participants.map((participant) => participant.user_id))
  return first.participants.filter((participant) => !there.has(participant.user_id))
}
