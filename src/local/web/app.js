import { Connection } from './connection.js'
import { Conversations } from './conversations.js'
import { learn, learnNames } from './people.js'
import { Sending } from './sending.js'
import { Timeline } from './timeline.js'

const PAGE = 40
const CATCH_UP_PAGE = 200
const THINKS_AT_MOST_MS = 30_000

/** What a person sees and can do. It changes only here; whoever shows it is told by `changed`. */
export class App {
  conversations = new Conversations()
  openId = null
  isBeginning = false
  #timelines = new Map()
  #connection
  #sending
  #changed

  constructor(session, changed) {
    this.me = session.userId
    this.#connection = new Connection(session)
    this.#sending = new Sending(this.#connection, changed)
    this.#changed = changed
  }

  /** Reads what there is, and hears of what comes. */
  async start() {
    await this.#loadConversations()
    await this.#connection.start({
      'message-insert': ({ chat_id, message }) => this.#hear(chat_id, message),
      'message-update': ({ chat_id, message }) => this.#show(() => this.timeline(chat_id).update(message)),
      'conversation-update': ({ eventType, data }) => this.#learnOf(eventType, data),
      'assistant-thinking': ({ chat_id }) => this.#showThinking(chat_id),
    }, (isBack) => this.#connectionChanged(isBack))
  }

  get connection() {
    return this.#connection.state
  }

  timeline(id) {
    if (!this.#timelines.has(id)) this.#timelines.set(id, new Timeline())
    return this.#timelines.get(id)
  }

  current() {
    return this.openId ? this.conversations.get(this.openId) : undefined
  }

  /** Starts a conversation that others may join, and opens it. */
  async begin(title) {
    const { conversation } = await this.#connection.call('create-conversation', { mode: 'together', title: title || undefined })
    const shared = await this.#connection.call('share-conversation', { conversation_id: conversation.id })
    this.#take(shared.conversation)
    await this.open(conversation.id)
  }

  /** Opens a conversation by its link, joining it unless the person is in it. */
  async join(id) {
    const { conversation } = await this.#connection.call('join-conversation', { conversation_id: id })
    this.#take(conversation)
    await this.open(id)
  }

  async open(id) {
    this.openId = id
    this.isBeginning = false
    this.conversations.markRead(id)
    this.#changed()
    const timeline = this.timeline(id)
    if (timeline.isLoaded) return
    await this.#readHistory(id, {})
    timeline.isLoaded = true
    this.#changed()
  }

  close() {
    this.openId = null
    this.isBeginning = false
    this.#changed()
  }

  prepareToBegin() {
    this.openId = null
    this.isBeginning = true
    this.#changed()
  }

  async loadOlder(id) {
    const timeline = this.timeline(id)
    if (!timeline.isLoaded || timeline.isComplete) return
    await this.#readHistory(id, { before: timeline.oldest() })
    this.#changed()
  }

  /** Shows the text at once, as a draft; it becomes a message when the server has stored it. */
  send(id, text, userName) {
    this.#show(() => this.timeline(id).draft(text, userName))
    return this.sendWaiting(id)
  }

  sendWaiting(id) {
    return this.#sending.flush(id, this.timeline(id))
  }

  /** A stretch of spoken conversation: stored and told as one, all or nothing, in this order. */
  async sendVoice(id, userName) {
    const said = (role, text, name = userName) => ({ role, text, client_msg_id: crypto.randomUUID(), user_name: name })
    const { saved } = await this.#connection.call('chat-send', {
      chat_id: id,
      mode: 'voice',
      messages: [
        said('user', 'When does the museum close on Friday?'),
        said('assistant', 'At nine in the evening; the last tour starts at half past seven.', 'Assistant'),
        said('user', 'Then let’s all meet there at seven.'),
      ],
    })
    this.#show(() => saved.forEach((message) => this.timeline(id).add(message)))
  }

  forget(id, draft) {
    this.#show(() => this.timeline(id).drop(draft))
  }

  async leave(id) {
    await this.#connection.call('leave-conversation', { conversation_id: id })
    this.#lose(id)
  }

  async setPublic(id, isPublic) {
    const { conversation } = await this.#connection.call('share-conversation', { conversation_id: id, is_public: isPublic })
    this.#take(conversation)
  }

  async #loadConversations() {
    const conversations = await this.#listConversations()
    const listed = new Set(conversations.map((conversation) => conversation.id))
    this.conversations.ids().filter((id) => !listed.has(id)).forEach((id) => this.#lose(id))
    conversations.forEach((conversation) => this.#take(conversation))
    this.#changed()
  }

  async #listConversations() {
    const listed = []
    let before
    do {
      const page = await this.#connection.call('list-conversations', { limit: 200, before })
      listed.push(...page.conversations)
      before = page.next_before
    } while (before)
    return listed
  }

  async #connectionChanged(isBack) {
    this.#changed()
    // After a short loss the server sends what was missed by itself; after a long one it is asked for.
    if (isBack) await this.#catchUp()
  }

  async #catchUp() {
    try {
      await this.#loadConversations()
      if (this.openId) await this.open(this.openId)
      for (const [id, timeline] of this.#timelines) {
        if (timeline.isLoaded && this.conversations.get(id)) await this.#readMissed(id)
        await this.sendWaiting(id)
      }
    } catch (failed) {
      // Lost again; the next join asks again.
      if (!failed.isPassing) throw failed
    }
  }

  async #readMissed(id) {
    let count
    do {
      count = await this.#readHistory(id, { after: this.timeline(id).lastWithoutHole(), limit: CATCH_UP_PAGE })
      this.#changed()
    } while (count > 0)
  }

  async #readHistory(id, range) {
    const limit = range.limit ?? PAGE
    const { messages } = await this.#connection.call('chat-history', { chat_id: id, limit, ...range })
    const timeline = this.timeline(id)
    messages.forEach((message) => this.#add(timeline, message))
    // A page of large messages is a short one, too.
    if (range.after === undefined && messages.length === 0) timeline.isComplete = true
    return messages.length
  }

  #hear(id, message) {
    this.#show(() => {
      // A conversation that was never open is read when it is; the open one may be being read at this moment.
      const isNew = this.timeline(id).isLoaded || id === this.openId ? this.#add(this.timeline(id), message) : true
      this.conversations.touch(id, message.created_at)
      if (isNew && message.user_id !== this.me && (id !== this.openId || document.hidden)) this.conversations.countUnread(id)
    })
  }

  #add(timeline, message) {
    learn(message.user_id, message.user_name)
    return timeline.add(message)
  }

  #learnOf(eventType, data) {
    if (eventType === 'DELETE') this.#lose(data.id)
    else this.#take(data)
    // Of a crowd the event has some people only. Where the list cannot be read now, it is when the connection is back.
    if (eventType === 'INSERT' && data.participant_count) this.#loadConversations().catch(() => {})
  }

  #take(conversation) {
    const { came, went } = this.conversations.put(conversation)
    const timeline = this.timeline(conversation.id)
    came.forEach((person) => timeline.note(person.role === 'owner' ? 'started' : 'joined', person.user_id, person.joined_at))
    went.forEach((person) => timeline.note('left', person.user_id, conversation.updated_at))
    this.#changed()
    const { participants } = this.conversations.get(conversation.id)
    learnNames(participants.map((person) => person.user_id)).then(this.#changed, () => {})
  }

  #lose(id) {
    this.conversations.remove(id)
    this.#timelines.delete(id)
    if (this.openId === id) this.openId = null
    this.#changed()
  }

  #showThinking(id) {
    this.#show(() => { this.timeline(id).isThinking = true })
    setTimeout(() => this.#show(() => { this.timeline(id).isThinking = false }), THINKS_AT_MOST_MS)
  }

  #show(change) {
    change()
    this.#changed()
  }
}
