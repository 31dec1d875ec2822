import { $, el, showList } from './dom.js'
import { itemsOf } from './items.js'
import { hueOf, nameOf } from './people.js'
import { avatar, namesOf, titleOf } from './sidebar.js'

const NEAR_PX = 80
const MOST_AVATARS = 3

let shownId = null
let unseen = false

/** The open conversation. */
export function showRoom(app, actions) {
  const conversation = app.current()
  $('room').hidden = !conversation
  $('nothing-open').hidden = Boolean(conversation)
  if (!conversation) {
    shownId = null
    return
  }
  showHead(app, conversation)
  showTimeline(app, conversation, actions)
}

function showHead(app, conversation) {
  const people = conversation.participants
  const count = conversation.participant_count ?? people.length
  $('room-title').textContent = titleOf(conversation)
  $('room-people').textContent = namesOf(conversation, app.me)
  $('banner').hidden = app.connection !== 'lost'
  $('banner').textContent = 'Reconnecting… What you write now is sent as soon as the connection is back.'
  $('people-button').setAttribute('aria-label', `In this conversation: ${count}. Show them`)
  const extra = count - MOST_AVATARS
  $('people-button').replaceChildren(...people.slice(0, MOST_AVATARS).map(({ user_id }) => avatar(user_id)),
    ...extra > 0 ? [el('span', { className: 'avatar extra', 'aria-hidden': 'true' }, `+${extra}`)] : [])
  $('voice-button').hidden = conversation.owner_user_id !== app.me
  $('first-invite').hidden = count > 1 || !conversation.is_public || app.timeline(conversation.id).messages().length > 0
}

function showTimeline(app, conversation, actions) {
  const scroller = $('scroller')
  const timeline = app.timeline(conversation.id)
  const isOther = shownId !== conversation.id
  const wasAtEnd = isOther || distanceToEnd(scroller) < NEAR_PX
  const heightBelow = scroller.scrollHeight - scroller.scrollTop
  const items = itemsOf(timeline, app.me, nameOf)
  const [newestBefore, oldestBefore] = isOther ? [] : [$('timeline').newest, $('timeline').oldest]
  // History comes in at the top: nobody needs it read out.
  $('timeline').setAttribute('aria-busy', String(!timeline.isLoaded))
  showList($('timeline'), items, (item) => itemElement(item, actions))
  $('timeline').newest = items.at(-1)?.key
  $('timeline').oldest = items.find((item) => item.type === 'message')?.key
  const hasNews = newestBefore !== $('timeline').newest
  shownId = conversation.id
  if (wasAtEnd || (hasNews && items.at(-1)?.isOwn)) scrollToEnd()
  else if (oldestBefore !== $('timeline').oldest) scroller.scrollTop = scroller.scrollHeight - heightBelow
  else unseen ||= hasNews
  $('newest').hidden = !unseen
}

function itemElement(item, actions) {
  if (item.type === 'day') return el('li', { className: 'day' }, dayName(item.at))
  if (item.type === 'notice') return el('li', { className: 'notice' }, item.text)
  if (item.type === 'thinking') {
    return el('li', { className: 'thinking' }, el('span', { className: 'dots', 'aria-hidden': 'true' }, el('i'), el('i'), el('i')),
      'Assistant is thinking…')
  }
  return messageElement(item, actions)
}

function messageElement(item, actions) {
  const { isPerson } = item
  const line = el('li', { className: ['message', item.isOwn && 'own', item.isFirst && 'first', item.isLast && 'last',
    !isPerson && 'assistant', item.state].filter(Boolean).join(' ') })
  if (isPerson) line.style.setProperty('--hue', hueOf(item.author))
  if (item.isFirst && !item.isOwn) line.append(el('strong', { className: 'author' }, item.name))
  else line.append(el('span', { className: 'unseen' }, `${item.isOwn ? 'You' : item.name}:`))
  if (item.isLast && !item.isOwn) line.append(isPerson ? avatar(item.author) : initial(item.name))
  line.append(el('p', { className: 'bubble' }, item.isVoice && voiceMark(), item.text))
  if (item.state) line.append(stateElement(item, actions))
  else if (item.isLast) line.append(el('time', { dateTime: new Date(item.at).toISOString() }, timeOf(item.at)))
  return line
}

/** Of whoever is no person. */
function initial(name) {
  return el('span', { className: 'avatar', 'aria-hidden': 'true' }, name[0].toUpperCase())
}

function stateElement(item, { onRetry, onForget }) {
  const says = { sending: 'Sending…', waiting: 'Waiting for the connection…', refused: `Not sent. ${item.reason}` }[item.state]
  const state = el('span', { className: 'state' }, el('span', {}, says))
  if (item.state === 'waiting') state.append(el('button', { type: 'button', onclick: onRetry }, 'Try now'))
  if (item.state === 'refused') state.append(el('button', { type: 'button', onclick: () => onForget(item.key) }, 'Remove'))
  return state
}

function voiceMark() {
  const mark = document.createElementNS('http://www.w3.org/2000/svg', 'svg')
  mark.setAttribute('class', 'voice-mark')
  mark.setAttribute('role', 'img')
  mark.setAttribute('aria-label', 'Spoken:')
  mark.append(document.createElementNS('http://www.w3.org/2000/svg', 'use'))
  mark.firstChild.setAttribute('href', '#voice')
  return mark
}

/** Reads further when the top comes near, and forgets the hint when the end does. */
export function watchScrolling(app, onFailure) {
  let isLoading = false
  $('scroller').addEventListener('scroll', async () => {
    if (distanceToEnd($('scroller')) < NEAR_PX) seen()
    if ($('scroller').scrollTop > NEAR_PX || isLoading || !app.openId || app.timeline(app.openId).isComplete) return
    isLoading = true
    $('older').hidden = false
    await app.loadOlder(app.openId).catch(onFailure)
    $('older').hidden = true
    isLoading = false
  })
  $('newest').addEventListener('click', scrollToEnd)
  // The keyboard of a phone takes half the height: what was at the end stays at the end.
  new ResizeObserver(() => { if (!unseen && shownId) $('scroller').scrollTop = $('scroller').scrollHeight }).observe($('scroller'))
}

function scrollToEnd() {
  $('scroller').scrollTop = $('scroller').scrollHeight
  seen()
}

function seen() {
  unseen = false
  $('newest').hidden = true
}

function distanceToEnd(scroller) {
  return scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight
}

function timeOf(at) {
  return new Date(at).toLocaleTimeString([], { hour: '2-digit', minute: '2-digit' })
}

function dayName(at) {
  const date = new Date(at)
  return date.toDateString() === new Date().toDateString() ? 'Today'
    : date.toLocaleDateString([], { weekday: 'long', day: 'numeric', month: 'long' })
}
