/** What a timeline shows, in order: days, messages, arrivals, drafts. Plain data, so that it can be tested without a page. */

const SAME_GROUP_MS = 5 * 60_000

export function itemsOf(timeline, me, nameOf) {
  const messages = timeline.messages().map((message) => messageItem(message, me, nameOf))
  const shownFrom = timeline.isComplete ? 0 : messages[0]?.at ?? 0
  const notices = timeline.notices().filter((notice) => notice.at >= shownFrom).map((notice) => noticeItem(notice, me, nameOf))
  const items = withDays(merged(messages, notices))
  items.push(...timeline.drafts().map((draft) => draftItem(draft, me)))
  if (timeline.isThinking) items.push({ key: 'thinking', type: 'thinking' })
  return grouped(items)
}

function messageItem(message, me, nameOf) {
  const isPerson = message.role === 'user' && Boolean(message.user_id)
  return {
    // The key of its draft, so that a draft turns into its message in its place.
    key: message.client_msg_id ?? message.id,
    type: 'message',
    at: Date.parse(message.created_at),
    // Another part of the backend need not say for whom it speaks.
    author: isPerson ? message.user_id : `${message.role} ${message.user_name ?? ''}`,
    name: message.user_name || (isPerson ? nameOf(message.user_id) : capitalized(message.role)),
    isPerson,
    isOwn: isPerson && message.user_id === me,
    isVoice: message.mode === 'voice',
    text: message.text,
  }
}

function capitalized(word) {
  return word[0].toUpperCase() + word.slice(1)
}

function draftItem(draft, me) {
  return { key: draft.client_msg_id, type: 'message', author: me, isPerson: true, isOwn: true, text: draft.text,
    state: draft.state, reason: draft.reason }
}

function noticeItem({ kind, userId, at }, me, nameOf) {
  const who = userId === me ? 'You' : nameOf(userId)
  const did = { started: 'started the conversation', joined: 'joined', left: 'left' }[kind]
  return { key: `${kind} ${userId} ${at}`, type: 'notice', at, text: `${who} ${did}` }
}

/** Two lists, each in order, as one; messages keep the order of their numbers whatever the clocks said. */
function merged(messages, notices) {
  const all = []
  let next = 0
  for (const message of messages) {
    while (next < notices.length && notices[next].at <= message.at) all.push(notices[next++])
    all.push(message)
  }
  return [...all, ...notices.slice(next)]
}

function withDays(items) {
  let day
  return items.flatMap((item) => {
    const itsDay = new Date(item.at).toDateString()
    if (itsDay === day) return [item]
    day = itsDay
    return [{ key: `day ${day}`, type: 'day', at: item.at }, item]
  })
}

/** The first and the last of what one person said in one go carry the name, the time and the picture. */
function grouped(items) {
  return items.map((item, i) => item.type !== 'message' ? item
    : { ...item, isFirst: !continues(items[i - 1], item), isLast: !continues(item, items[i + 1]) })
}

function continues(before, item) {
  return before?.type === 'message' && item?.type === 'message' && before.author === item.author
    && (item.at ?? Date.now()) - (before.at ?? Date.now()) < SAME_GROUP_MS
}
