import { $, el, showList } from './dom.js'
import { hueOf, initials, nameOf } from './people.js'

const CONNECTION = { connecting: 'Connecting…', live: 'Live', lost: 'Reconnecting…' }

/** Who one is, how the connection is, and the list of conversations. */
export function showSidebar(app) {
  $('my-name').textContent = nameOf(app.me)
  if (!$('my-avatar').firstChild) $('my-avatar').append(avatar(app.me))
  showConnection(app.connection)
  showList($('conversations'), app.conversations.sorted().map((conversation) => ({
    key: conversation.id,
    title: titleOf(conversation),
    people: namesOf(conversation, app.me),
    when: shortTime(app.conversations.lastActivity(conversation.id)),
    unread: app.conversations.unread(conversation.id),
    isOpen: conversation.id === app.openId,
  })), entry)
}

/** Seen beside the name, and said from where it is not hidden on a phone. */
function showConnection(state) {
  if ($('connection').dataset.state === state) return
  $('connection').dataset.state = state
  $('connection').textContent = CONNECTION[state]
  $('status').textContent = CONNECTION[state]
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
  const others = conversation.participants.filter(({ user_id }) => user_id !== me).map(({ user_id }) => nameOf(user_id))
  if (others.length === 0) return 'Only you'
  const names = ['You', ...others]
  return `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`
}

function shortTime(text) {
  const date = new Date(text)
  const isToday = date.toDateString() === new Date().toDateString()
  return isToday ? date.toLocaleTimeString([], { hour: '2-digit', minute: '2-digit' })
    : date.toLocaleDateString([], { day: 'numeric', month: 'short' })
}
