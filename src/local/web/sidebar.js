import { $, el, showList } from './dom.js'
import { hueOf, initials, nameOf } from './people.js'

const CONNECTION = { connecting: 'Connecting…', live: 'Live', lost: 'Reconnecting…' }

/** Who one is, how the connection is, and the list of conversations. */
export function showSidebar(app) {
  $('my-name').textContent = nameOf(app.me)
  if (!$('my-avatar').firstChild) $('my-avatar').append(avatar(app.me))
  if ($('connection').textContent !== CONNECTION[app.connection]) $('connection').textContent = CONNECTION[app.connection]
  $('connection').dataset.state = app.connection
  showList($('conversations'), app.conversations.sorted().map((conversation) => ({
    key: conversation.id,
    title: titleOf(conversation),
    people: namesOf(conversation, app.me),
    when: shortTime(conversation.updated_at),
    unread: app.conversations.unread(conversation.id),
    isOpen: conversation.id === app.openId,
  })), entry)
}

function entry({ key, title, people, when, unread, isOpen }) {
  const link = el('a', { href: `/join/${key}`, className: 'conversation' },
    el('strong', {}, title), el('time', {}, when), el('span', {}, people))
  link.dataset.conversation = key
  if (isOpen) link.setAttribute('aria-current', 'page')
  if (unread) link.append(el('span', { className: 'unread', 'aria-label': `${unread} unread` }, unread > 99 ? '99+' : `${unread}`))
  return el('li', {}, link)
}

export function avatar(userId) {
  const circle = el('span', { className: 'avatar', 'aria-hidden': 'true' }, initials(nameOf(userId)))
  circle.style.setProperty('--hue', hueOf(userId))
  return circle
}

export function titleOf(conversation) {
  return conversation.title || 'Conversation without a title'
}

/** “You, Bob and Carol”. */
export function namesOf(conversation, me) {
  const names = conversation.participants.map(({ user_id }) => user_id === me ? 'You' : nameOf(user_id))
  if (names.length === 0) return 'Only you'
  if (names.length === 1) return names[0] === 'You' ? 'Only you' : names[0]
  return `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`
}

function shortTime(text) {
  const date = new Date(text)
  const isToday = date.toDateString() === new Date().toDateString()
  return isToday ? date.toLocaleTimeString([], { hour: '2-digit', minute: '2-digit' })
    : date.toLocaleDateString([], { day: 'numeric', month: 'short' })
}
