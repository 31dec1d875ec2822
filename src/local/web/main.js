import { App } from './app.js'
import { $, el } from './dom.js'
import { prepareDialogs, showDialogs } from './dialogs.js'
import { learn } from './people.js'
import { showRoom, watchScrolling } from './room.js'
import { Session } from './session.js'
import { showSidebar, titleOf } from './sidebar.js'
import { prepareTheme } from './theme.js'

const ALERT_MS = 8000

/** Whether the link that the page was opened with has been followed; until then the address stays. */
let isSettled = false

prepareTheme()
const invitedTo = conversationIn(location.pathname)
const known = Session.remembered()
if (known) await enter(known.name, known.userId)
else welcome()

function welcome() {
  if (invitedTo) {
    $('welcome-title').textContent = 'You are invited'
    $('welcome-text').textContent = 'Say who you are, and you are in the conversation.'
  }
  $('welcome').hidden = false
  $('name').focus()
  $('sign-in').addEventListener('submit', (event) => {
    event.preventDefault()
    enter($('name').value.trim())
  })
}

async function enter(name, userId) {
  await attempt(async () => {
    const session = await Session.open(name, userId)
    learn(session.userId, session.name)
    const app = prepare(session)
    $('welcome').hidden = true
    $('app').hidden = false
    await app.start()
    if (invitedTo) await attempt(() => app.join(invitedTo).then(() => $('text').focus()))
    isSettled = true
    if (app.openId) return
    history.replaceState(null, '', '/')
    $('title').focus()
  })
}

function prepare(session) {
  const app = new App(session, soon(show))
  const actions = {
    onRetry: () => app.sendWaiting(app.openId),
    onForget: (key) => app.forget(app.openId, { client_msg_id: key }),
  }

  function show() {
    const conversation = app.current()
    $('app').classList.toggle('in-room', Boolean(conversation) || app.isBeginning || app.conversations.ids().length === 0)
    showSidebar(app)
    showRoom(app, actions)
    showDialogs(app)
    const unread = app.conversations.unreadInAll()
    document.title = `${unread ? `(${unread}) ` : ''}${conversation ? `${titleOf(conversation)} · ` : ''}Together`
    // The address is the link, whether or not somebody copies it.
    const path = conversation ? `/join/${conversation.id}` : '/'
    if (isSettled && location.pathname !== path) history.pushState(null, '', path)
  }

  prepareForms(app, session)
  prepareDialogs(app, attempt)
  watchScrolling(app, alert)
  show()
  return app
}

function prepareForms(app, session) {
  const text = $('text')
  const fit = () => {
    text.style.height = 'auto'
    text.style.height = `${text.scrollHeight}px`
  }
  $('composer').addEventListener('submit', (event) => {
    event.preventDefault()
    if (text.value.trim()) attempt(() => app.send(app.openId, text.value.trim(), session.name))
    text.value = ''
    fit()
    text.focus()
  })
  text.addEventListener('input', fit)
  text.addEventListener('keydown', (event) => {
    // Enter also ends a word in an input method, which must not send.
    if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return
    event.preventDefault()
    $('composer').requestSubmit()
  })
  $('start').addEventListener('submit', (event) => {
    event.preventDefault()
    attempt(() => app.begin($('title').value.trim())).then(() => $('text').focus())
    $('title').value = ''
  })
  $('new').addEventListener('click', () => {
    app.prepareToBegin()
    $('title').focus()
  })
  $('voice-button').addEventListener('click', () => attempt(() => app.sendVoice(app.openId, session.name)))
  document.querySelectorAll('.back').forEach((button) => button.addEventListener('click', () => app.close()))
  $('conversations').addEventListener('click', (event) => {
    const id = event.target.closest('[data-conversation]')?.dataset.conversation
    if (!id || event.ctrlKey || event.metaKey || event.shiftKey) return
    event.preventDefault()
    attempt(() => app.open(id)).then(() => $('text').focus())
  })
  addEventListener('popstate', () => {
    const id = conversationIn(location.pathname)
    if (id && app.conversations.get(id)) attempt(() => app.open(id))
    else app.close()
  })
  document.addEventListener('visibilitychange', () => {
    if (!document.hidden && app.openId) attempt(() => app.open(app.openId))
  })
}

/** Many changes at once are shown once. */
function soon(show) {
  let isDue = false
  return () => {
    if (isDue) return
    isDue = true
    queueMicrotask(() => {
      isDue = false
      show()
    })
  }
}

async function attempt(action) {
  try {
    await action()
  } catch (failed) {
    alert(failed)
  }
}

function alert(failed) {
  const message = el('p', {}, failed.message)
  $('alerts').append(message)
  setTimeout(() => message.remove(), ALERT_MS)
}

function conversationIn(path) {
  return path.match(/^\/join\/([0-9a-f-]{36})$/i)?.[1]
}
