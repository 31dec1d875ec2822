import assert from 'node:assert/strict'
import { createHmac, randomUUID } from 'node:crypto'
import { after, before, test } from 'node:test'

import { chromium } from 'playwright-core'

import { Person } from './person.js'
import { Line } from './proxy.js'

const URL_OF_PAGE = process.env.URL ?? 'http://127.0.0.1:8080'
const CHROMIUM = process.env.CHROMIUM ?? '/usr/bin/chromium'
const SECRET = process.env.TOGETHER_JWT_SECRET
const PHONE = { viewport: { width: 390, height: 844 }, deviceScaleFactor: 2, isMobile: true, hasTouch: true }
const FLAGS = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
  '--disable-component-update', '--disable-sync']

let browser
const people = []

before(async () => {
  browser = await chromium.launch({ executablePath: CHROMIUM, args: FLAGS })
})

after(async () => {
  await browser.close()
  // Whatever a test looked at: nothing may have failed behind its back.
  assert.deepEqual(people.flatMap((person) => person.troubles), [])
})

async function comes(name, path, options, url = URL_OF_PAGE) {
  const person = await Person.comes(browser, url, name, path, options)
  people.push(person)
  return person
}

/** Two people in one conversation. */
async function twoPeople(title = 'Dinner on Friday') {
  const alice = await comes('Alice')
  const link = await alice.starts(title)
  const bob = await comes('Bob', link)
  await alice.sees('Bob joined')
  return { alice, bob, link }
}

test('two windows, three people: everybody sees arrivals and messages at once', async () => {
  const first = await Person.opens(browser, URL_OF_PAGE)
  await first.page.getByLabel('Your name').waitFor()
  await first.screenshot('welcome')
  const alice = await comes('Alice Moreau')
  await alice.screenshot('empty')
  const link = await alice.starts('Dinner on Friday')
  await alice.sees('Nobody else is here yet')
  await alice.screenshot('alone')

  const bob = await comes('Bob', link)
  await alice.sees('Bob joined')
  await alice.seesNoMore('Nobody else is here yet')
  await alice.says('Shall we try the new place by the canal?')
  await bob.sees('Shall we try the new place by the canal?')
  const carol = await comes('Carol', link)
  await alice.sees('Carol joined')
  await bob.sees('Carol joined')
  await carol.sees('Shall we try the new place by the canal?')
  await bob.says('Yes please', 'I heard the dumplings are worth the detour')
  await carol.sees('I heard the dumplings are worth the detour')
  await carol.says('I’m in. Eight o’clock?')

  const said = ['Shall we try the new place by the canal?', 'Yes please', 'I heard the dumplings are worth the detour',
    'I’m in. Eight o’clock?']
  for (const person of [alice, bob, carol]) {
    await person.sees('I’m in. Eight o’clock?')
    assert.deepEqual(await person.messages(), said)
  }
  await alice.page.getByRole('button', { name: 'In this conversation: 3' }).click()
  assert.deepEqual(await alice.page.getByRole('dialog').getByRole('listitem').locator('span:not(.avatar)').allInnerTexts(),
    ['Alice Moreau (you)', 'Bob', 'Carol'])
  await alice.screenshot('people')
  await alice.page.keyboard.press('Escape')
  await alice.screenshot('light')
})

test('a voice batch arrives as three messages in order', async () => {
  const { alice, bob } = await twoPeople()

  await alice.page.getByRole('button', { name: 'Send a voice batch' }).click()

  await bob.sees('Then let’s all meet there at seven.')
  await alice.sees('Then let’s all meet there at seven.')
  const spoken = await bob.messages()
  assert.equal(spoken.length, 3)
  assert.match(spoken[0], /When does the museum close/)
  assert.match(spoken[1], /At nine in the evening/)
  assert.deepEqual(spoken, await alice.messages())
  assert.ok(await bob.page.getByRole('button', { name: 'Send a voice batch' }).isHidden(), 'only its owner sends a batch')
})

test('a lost connection heals: nothing is missed, nothing is there twice, what was written meanwhile is sent', async (t) => {
  const { alice, link } = await twoPeople()
  const line = await Line.to(URL_OF_PAGE)
  t.after(() => line.close())
  const dora = await comes('Dora', link, {}, line.url)
  await alice.says('Before')
  await dora.sees('Before')

  line.cut()
  await dora.seesConnection('Reconnecting…')
  await alice.says('Meanwhile one', 'Meanwhile two')
  await dora.says('Written while away')
  await dora.sees('Waiting for the connection…')
  await dora.screenshot('reconnecting')
  assert.ok(!(await alice.messages()).includes('Written while away'))
  line.mend()

  await dora.seesConnection('Live')
  await dora.sees('Meanwhile two')
  await alice.sees('Written while away')
  await dora.seesNoMore('Waiting for the connection…')
  const said = ['Before', 'Meanwhile one', 'Meanwhile two', 'Written while away']
  assert.deepEqual(await dora.messages(), said)
  assert.deepEqual(await alice.messages(), said)
})

test('somebody leaves: the others see it, and it is gone for them', async () => {
  const { alice, bob } = await twoPeople()

  await bob.page.getByRole('button', { name: 'In this conversation' }).click()
  await bob.page.getByRole('button', { name: 'Leave the conversation' }).click()

  await alice.sees('Bob left')
  await bob.page.getByRole('heading', { name: 'Start a conversation' }).waitFor()
  await alice.says('Just me now')
  await alice.sees('Just me now')
  assert.equal(await bob.page.getByRole('navigation').getByText('Dinner on Friday').count(), 0)
})

test('a closed or unknown link is refused in words', async () => {
  const alice = await comes('Alice')
  const link = await alice.starts('Not for everybody')
  await alice.page.getByRole('button', { name: 'Invite' }).click()
  await alice.page.getByRole('switch').click()
  await alice.sees('The conversation is closed: the link lets nobody else in.')

  for (const path of [link, `/join/${randomUUID()}`]) {
    const stranger = await comes('Mallory', path)
    await stranger.page.getByRole('alert').getByText('There is no such conversation, or it is not shared').waitFor()
    assert.equal(new URL(stranger.page.url()).pathname, '/')
  }
})

test('history comes in while one scrolls up', async () => {
  const { alice, link } = await twoPeople('A long talk')
  const texts = Array.from({ length: 90 }, (_, i) => `Line ${i + 1}`)
  await alice.says(...texts)
  await alice.seesNoMore('Sending…')

  const late = await comes('Late', link)
  await late.sees('Line 90')
  assert.equal((await late.messages()).length, 40)
  await late.scrollsBack(texts.length)
  assert.deepEqual(await late.messages(), texts)

  await alice.says('Something new')
  await late.page.getByRole('button', { name: 'New messages' }).click()
  await late.sees('Something new')
})

test('history comes in to its beginning where its pages are short', async () => {
  const { alice, link } = await twoPeople('A talk of long texts')
  const texts = Array.from({ length: 70 }, (_, i) => `Line ${i + 1}`)
  await alice.says(...texts)
  await alice.seesNoMore('Sending…')

  const late = await comes('Late')
  await late.page.route('**/functions/v1/chat-history', (route) =>
    route.continue({ postData: JSON.stringify({ ...route.request().postDataJSON(), limit: 30 }) }))
  await late.page.goto(new URL(link, late.page.url()).href)
  await late.sees('Line 70')
  assert.equal((await late.messages()).length, 30)
  await late.scrollsBack(texts.length)

  assert.deepEqual(await late.messages(), texts)
})

test('the page is loaded again: the same person, the same conversation', async () => {
  const { alice, bob } = await twoPeople()
  await alice.says('Still here?')
  await bob.sees('Still here?')

  await bob.page.reload()
  await bob.sees('Still here?')
  await bob.says('Still here')

  await alice.sees('Still here')
  assert.equal(await alice.page.getByText('Bob joined').count(), 1)
  assert.deepEqual(await bob.messages(), ['Still here?', 'Still here'])
})

test('an unread message is counted where its conversation is not open', async () => {
  const { alice, bob } = await twoPeople()
  await alice.page.getByRole('button', { name: 'New conversation' }).click()

  await bob.says('Where are you?')

  await alice.page.getByLabel('1 unread').waitFor()
  assert.match(await alice.page.title(), /^\(1\)/)
  await alice.page.getByRole('link', { name: /Dinner on Friday/ }).click()
  await alice.sees('Where are you?')
  assert.equal(await alice.page.getByLabel('1 unread').count(), 0)
})

test('the assistant thinks, answers, and corrects itself', { skip: !SECRET && 'TOGETHER_JWT_SECRET is not given' }, async () => {
  const { alice, bob, link } = await twoPeople()
  const chatId = link.split('/').at(-1)
  const user = JSON.parse(await bob.page.evaluate(() => sessionStorage.getItem('together.me'))).userId

  await tell(user, 'assistant-thinking', { chat_id: chatId, status: 'thinking' })
  await bob.sees('Assistant is thinking…')
  const { saved } = await service('/functions/v1/chat-send', { chat_id: chatId, mode: 'together', role: 'assistant', text: 'At eight' })
  await bob.sees('At eight')
  await bob.seesNoMore('Assistant is thinking…')
  await tell(user, 'message-update', { chat_id: chatId, message: { ...saved, text: 'At nine' } })

  await bob.sees('At nine')
  await alice.sees('At eight')
  assert.deepEqual(await bob.messages(), ['At nine'])
  assert.deepEqual(await alice.messages(), ['At eight'])
})

test('what another part of the backend says for nobody is shown', { skip: !SECRET && 'TOGETHER_JWT_SECRET is not given' }, async () => {
  const { alice, bob, link } = await twoPeople()

  await service('/functions/v1/chat-send', { chat_id: link.split('/').at(-1), mode: 'together', text: 'The table is booked' })
  await bob.sees('The table is booked')
  await alice.says('Thank you')

  await bob.sees('Thank you')
  assert.deepEqual(await bob.messages(), ['The table is booked', 'Thank you'])
  await alice.sees('User')
})

test('everything is done with the keyboard alone', async () => {
  const alice = await Person.opens(browser, URL_OF_PAGE)
  people.push(alice)
  const { keyboard } = alice.page
  await alice.page.locator('#name:focus').waitFor()
  await keyboard.type('Alice')
  await keyboard.press('Enter')
  await alice.page.locator('#title:focus').waitFor()
  await keyboard.type('By keyboard')
  await keyboard.press('Enter')
  await alice.page.locator('#text:focus').waitFor()
  await keyboard.type('First')
  await keyboard.press('Shift+Enter')
  await keyboard.type('and second line')
  await keyboard.press('Enter')
  await alice.page.locator('.bubble').waitFor()
  assert.deepEqual(await alice.messages(), ['First\nand second line'])

  await tabTo(alice, 'Invite')
  await keyboard.press('Enter')
  await alice.page.getByRole('dialog', { name: 'Invite' }).waitFor()
  await keyboard.press('Escape')
  await alice.page.getByRole('button', { name: 'Invite' }).and(alice.page.locator(':focus')).waitFor()
  await tabTo(alice, 'By keyboard')
  await keyboard.press('Enter')
  await alice.page.locator('#text:focus').waitFor()
})

test('what a screen reader is told has names and roles', async () => {
  const { alice, bob } = await twoPeople()
  await bob.says('Hello')
  await alice.sees('Hello')

  const nameless = await alice.page.evaluate(() => [...document.querySelectorAll('button, input, textarea, a')]
    .filter((element) => element.checkVisibility())
    .filter((element) => !(element.getAttribute('aria-label') || element.labels?.length || element.innerText.trim()))
    .map((element) => element.outerHTML))
  assert.deepEqual(nameless, [])
  assert.match(await alice.log().ariaSnapshot(), /Bob joined/)
  assert.equal(await alice.log().getAttribute('aria-live'), 'polite')
  assert.equal(await alice.page.getByRole('main').count(), 1)
})

test('dark where the system is dark, and the other way by the button, which is remembered', async () => {
  const { link, alice } = await twoPeople()
  const dora = await comes('Dora', link, { colorScheme: 'dark' })
  await alice.says('Lights out?')
  await dora.sees('Lights out?')
  await dora.says('Lights out.')
  await alice.sees('Lights out.')
  assert.ok(await brightness(dora) < 60)
  await dora.screenshot('dark')

  await dora.page.getByRole('button', { name: 'Change between light and dark' }).click()
  assert.ok(await brightness(dora) > 200)
  await dora.page.reload()
  await dora.sees('Lights out?')
  assert.ok(await brightness(dora) > 200)
})

for (const colorScheme of ['light', 'dark']) {
  test(`every text stands out from what is behind it, ${colorScheme}`, async (t) => {
    const alice = await comes('Alice')
    const link = await alice.starts('Dinner on Friday')
    const line = await Line.to(URL_OF_PAGE)
    t.after(() => line.close())
    const eve = await comes('Eve', link, { colorScheme }, line.url)
    await alice.says('Hello')
    await alice.page.getByRole('button', { name: 'Send a voice batch' }).click()
    await eve.sees('Hello')
    await eve.says('Hello you')
    await alice.sees('Hello you')
    line.cut()
    await eve.says('Anybody there?')
    await eve.sees('Waiting for the connection…')
    await eve.seesConnection('Reconnecting…')
    await eve.screenshot(`contrast-${colorScheme}`)

    assert.deepEqual(await eve.page.evaluate(faintTexts, 4.5), [])
  })
}

test('usable on a phone', async () => {
  const { alice, link } = await twoPeople()
  const carol = await comes('Carol', link, PHONE)
  await alice.says('Can you read this on the way? It is rather a long message, so it has to go on to another line.')
  await carol.page.getByLabel('Write a message').tap()
  await carol.says('Perfectly')
  await alice.sees('Perfectly')
  const isTooWide = await carol.page.evaluate(() => document.documentElement.scrollWidth > innerWidth)
  assert.equal(isTooWide, false)
  await carol.screenshot('phone')

  await carol.page.getByRole('button', { name: 'Back to the conversations' }).tap()
  await carol.page.getByRole('link', { name: /Dinner on Friday/ }).waitFor()
  await carol.screenshot('phone-list')
  const tooSmall = await carol.page.evaluate(() => [...document.querySelectorAll('button, a.conversation')]
    .filter((element) => element.checkVisibility()).map((element) => element.getBoundingClientRect())
    .filter(({ width, height }) => width < 44 || height < 44).length)
  assert.equal(tooSmall, 0)
  await carol.page.getByRole('link', { name: /Dinner on Friday/ }).tap()
  await carol.sees('Perfectly')
})

/** Runs in the page: texts whose contrast, as WCAG counts it, is less than asked for. */
function faintTexts(least) {
  const canvas = document.createElement('canvas').getContext('2d', { willReadFrequently: true })
  const paint = (colours) => {
    canvas.clearRect(0, 0, 1, 1)
    for (const colour of colours) {
      canvas.fillStyle = colour
      canvas.fillRect(0, 0, 1, 1)
    }
    return [...canvas.getImageData(0, 0, 1, 1).data].slice(0, 3)
  }
  const luminance = (rgb) => rgb.map((part) => part / 255).map((part) => part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4)
    .reduce((sum, part, i) => sum + part * [0.2126, 0.7152, 0.0722][i], 0)
  const backgrounds = (element) => element ? [...backgrounds(element.parentElement), getComputedStyle(element).backgroundColor] : ['white']
  const contrast = (element) => {
    const behind = backgrounds(element)
    const [a, b] = [paint(behind), paint([...behind, getComputedStyle(element).color])].map(luminance)
    return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05)
  }
  return [...document.querySelectorAll('body *')]
    .filter((element) => element.checkVisibility() && !element.matches('.unseen, .skip'))
    .filter((element) => [...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim()))
    .filter((element) => contrast(element) < least)
    .map((element) => `${element.textContent} ${contrast(element).toFixed(2)}`)
}

async function tabTo(person, name) {
  for (let presses = 0; presses < 30; presses++) {
    await person.page.keyboard.press('Tab')
    if (await person.page.evaluate((text) => document.activeElement.closest('a, button')?.innerText.includes(text), name)) return
  }
  assert.fail(`${name} is not reached by Tab`)
}

async function brightness(person) {
  // Through a canvas, as the browser may spell a colour in many ways.
  return person.page.evaluate(() => {
    const canvas = document.createElement('canvas').getContext('2d')
    canvas.fillStyle = getComputedStyle(document.getElementById('room')).backgroundColor
    canvas.fillRect(0, 0, 1, 1)
    const [red, green, blue] = canvas.getImageData(0, 0, 1, 1).data
    return (red + green + blue) / 3
  })
}

/** Another part of the backend tells a person something. */
function tell(userId, event, payload) {
  return service('/realtime/v1/api/broadcast', { messages: [{ topic: `user-realtime:${userId}`, event, payload, private: true }] })
}

async function service(path, body) {
  const response = await fetch(URL_OF_PAGE + path, {
    method: 'POST',
    headers: { 'Authorization': `Bearer ${serviceKey()}`, 'Content-Type': 'application/json' },
    body: JSON.stringify(body),
  })
  assert.ok(response.ok, `${path} answered ${response.status}`)
  return response.json().catch(() => ({}))
}

function serviceKey() {
  const part = (value) => Buffer.from(JSON.stringify(value)).toString('base64url')
  const signed = `${part({ alg: 'HS256', typ: 'JWT' })}.${part({ role: 'service_role', exp: Math.floor(Date.now() / 1000) + 600 })}`
  return `${signed}.${createHmac('sha256', SECRET).update(signed).digest('base64url')}`
}
