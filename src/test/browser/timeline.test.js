import assert from 'node:assert/strict'
import { test } from 'node:test'

import { itemsOf } from '../../local/web/items.js'
import { Timeline } from '../../local/web/timeline.js'

const ME = '00000000-0000-4000-8000-00000000000a'
const BOB = '00000000-0000-4000-8000-00000000000b'
const nameOf = (id) => id === BOB ? 'Bob' : 'Me'

function message(number, properties = {}) {
  return { id: `id-${number}`, message_number: number, role: 'user', text: `text ${number}`, user_id: BOB, user_name: 'Bob',
    created_at: new Date(Date.UTC(2026, 0, 5, 12, number)).toISOString(), ...properties }
}

function timelineOf(...messages) {
  const timeline = new Timeline()
  messages.forEach((each) => timeline.add(each))
  return timeline
}

const texts = (timeline) => itemsOf(timeline, ME, nameOf).map(({ type, text }) => text ?? type)

test('messages stand by their numbers, however they came, and each once', () => {
  const timeline = timelineOf(message(3), message(1), message(2))

  assert.equal(timeline.add(message(2)), false)

  assert.deepEqual(texts(timeline), ['day', 'text 1', 'text 2', 'text 3'])
})

test('a draft becomes its message in its place, by reply and by event', () => {
  const timeline = timelineOf(message(1))
  const draft = timeline.draft('mine')
  const before = itemsOf(timeline, ME, nameOf).at(-1)

  const stored = message(2, { user_id: ME, text: 'mine', client_msg_id: draft.client_msg_id })
  timeline.add(stored)
  timeline.add(stored)

  const after = itemsOf(timeline, ME, nameOf)
  assert.equal(after.filter(({ text }) => text === 'mine').length, 1)
  assert.equal(after.at(-1).key, before.key)
  assert.equal(before.state, 'sending')
})

test('after a loss everything behind the first hole is asked for', () => {
  assert.equal(new Timeline().lastWithoutHole(), 0)
  assert.equal(timelineOf(message(5), message(6), message(8)).lastWithoutHole(), 6)
})

test('arrivals stand between the messages, and only as far back as these are known', () => {
  const timeline = timelineOf(message(5), message(7))
  timeline.note('joined', BOB, new Date(Date.UTC(2026, 0, 5, 12, 1)).toISOString())
  timeline.note('left', BOB, new Date(Date.UTC(2026, 0, 5, 12, 6)).toISOString())

  assert.deepEqual(texts(timeline), ['day', 'text 5', 'Bob left', 'text 7'])
  timeline.isComplete = true
  assert.deepEqual(texts(timeline), ['day', 'Bob joined', 'text 5', 'Bob left', 'text 7'])
})

test('what another part of the backend says without naming a user is shown as said by its role', () => {
  const nameless = (number, properties) => message(number, { user_id: null, user_name: null, ...properties })
  const timeline = timelineOf(nameless(1), nameless(2), nameless(3, { user_name: 'Guide' }), nameless(4, { role: 'assistant' }),
    nameless(5, { role: 'system' }))

  const said = itemsOf(timeline, ME, (id) => `Guest ${id.slice(0, 4)}`).filter(({ type }) => type === 'message')

  assert.deepEqual(said.map(({ name }) => name), ['User', 'User', 'Guide', 'Assistant', 'System'])
  assert.deepEqual(said.map(({ isFirst }) => isFirst), [true, false, true, true, true])
  assert.ok(said.every(({ isPerson, isOwn }) => !isPerson && !isOwn))
})

test('a correction changes what is shown, and brings nothing that is not', () => {
  const timeline = timelineOf(message(5))

  timeline.update(message(5, { text: 'better' }))
  timeline.update(message(2))

  assert.deepEqual(texts(timeline), ['day', 'better'])
})
