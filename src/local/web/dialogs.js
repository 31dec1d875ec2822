import { $, el, showList } from './dom.js'
import { nameOf } from './people.js'
import { avatar } from './sidebar.js'

/** The link and who is in the conversation; kept up to date while they are open. */
export function showDialogs(app) {
  const conversation = app.current()
  if (!conversation) {
    $('invite-dialog').close()
    $('people-dialog').close()
    return
  }
  const isOwner = conversation.owner_user_id === app.me
  document.querySelectorAll('.link').forEach((input) => { input.value = linkOf(conversation) })
  document.querySelectorAll('.second').forEach((link) => { link.href = linkOf(conversation) })
  $('invite-text').textContent = conversation.is_public ? 'Whoever opens this link joins the conversation.'
    : 'The conversation is closed: the link lets nobody else in.'
  $('public-row').hidden = !isOwner
  $('public').checked = conversation.is_public
  $('leave-button').hidden = isOwner
  showList($('people'), conversation.participants.map(({ user_id, role }) => (
    { key: user_id, name: nameOf(user_id), isMe: user_id === app.me, role })), person)
}

function person({ key, name, isMe, role }) {
  const isOwner = role === 'owner'
  return el('li', {}, avatar(key), el('span', {}, isMe ? `${name} (you)` : name), isOwner && el('small', {}, 'started it'))
}

export function prepareDialogs(app, attempt) {
  document.querySelectorAll('.link-box').forEach((box) => box.append($('link-template').content.cloneNode(true)))
  document.querySelectorAll('.copy').forEach((button) => button.addEventListener('click', () => copy(button)))
  document.querySelectorAll('.link').forEach((input) => input.addEventListener('focus', () => input.select()))
  $('invite-button').addEventListener('click', () => $('invite-dialog').showModal())
  $('people-button').addEventListener('click', () => $('people-dialog').showModal())
  $('public').addEventListener('change', (event) => attempt(() => app.setPublic(app.openId, event.target.checked)))
  $('leave-button').addEventListener('click', () => attempt(() => app.leave(app.openId)))
  // A click beside a dialog closes it.
  document.querySelectorAll('dialog').forEach((dialog) => dialog.addEventListener('click', (event) => {
    if (event.target === dialog) dialog.close()
  }))
}

async function copy(button) {
  const input = button.parentElement.querySelector('.link')
  const label = button.querySelector('span')
  try {
    await navigator.clipboard.writeText(input.value)
    label.textContent = 'Copied'
  } catch {
    // Not allowed everywhere: the link is selected, the keyboard does the rest.
    input.focus()
    label.textContent = 'Press Ctrl+C'
  }
  setTimeout(() => { label.textContent = 'Copy' }, 2000)
}

function linkOf(conversation) {
  return `${location.origin}/join/${conversation.id}`
}
