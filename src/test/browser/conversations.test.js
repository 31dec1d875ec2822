import assert from 'node:assert/strict'
import { test } from 'node:test'

import { Conversations } from '../../local/web/conversations.js'

const ME = '00000000-0000-4000-8000-00000000000a'
const BOB = '00000000-0000-4000-8000-00000000000b'

const at = (minute) => new Date(Date.UTC(2026, 0, 5, 12, minute)).toISOString()
const idsOf = (people) => people.map((person) => person.user_id)

function conversation(id, minute, ...userIds) {
  return { id, updated_at: at(minute), participants: userIds.map((user_id) => ({ user_id, role: 'member', joined_at: at(0) })) }
}

test('who joined before a message is known, also when the message comes first', () => {
  const conversations = new Conversations()
  conversations.put(conversation('a', 1, ME))

  conversations.touch('a', at(3))
  const { came } = conversations.put(conversation('a', 2, ME, BOB))

  assert.deepEqual(idsOf(came), [BOB])
  assert.deepEqual(idsOf(conversations.get('a').participants), [ME, BOB])
  assert.equal(conversations.lastActivity('a'), at(3))
})

test('what is older than what is known of a conversation is dropped', () => {
  const conversations = new Conversations()
  conversations.put(conversation('a', 2, ME, BOB))

  assert.deepEqual(conversations.put(conversation('a', 1, ME)), { came: [], went: [] })

  assert.deepEqual(idsOf(conversations.get('a').participants), [ME, BOB])
})

test('a message moves its conversation up, and a change of another moves that one up again', () => {
  const conversations = new Conversations()
  conversations.put(conversation('a', 1, ME))
  conversations.put(conversation('b', 2, ME))
  const order = () => conversations.sorted().map(({ id }) => id)

  conversations.touch('a', at(3))
  assert.deepEqual(order(), ['a', 'b'])

  conversations.put(conversation('b', 4, ME))
  assert.deepEqual(order(), ['b', 'a'])
})

test('of a conversation that was left nothing is remembered', () => {
  const conversations = new Conversations()
  conversations.put(conversation('a', 1, ME))
  conversations.touch('a', at(3))

  conversations.remove('a')
  conversations.put(conversation('a', 2, ME))

  assert.equal(conversations.lastActivity('a'), at(2))
})

function many(count, prefix = '1') {
  return Array.from({ length: count }, (_, index) => `${prefix}0000000-0000-4000-8000-${`${index}`.padStart(12, '0')}`)
}

function crowd(minute, count, { joined = [], left = [] }) {
  const { participants, ...rest } = conversation('a', minute)
  const people = (ids) => conversation('a', minute, ...ids).participants
  return { ...rest, joined: people(joined), left: people(left), participant_count: count }
}

test('of a crowd it is enough to hear who came and who went', () => {
  const conversations = new Conversations()
  conversations.put(conversation('a', 1, ME, ...many(100)))

  const { came, went } = conversations.put(crowd(2, 101, { joined: [BOB], left: [many(100)[99]] }))

  assert.deepEqual(idsOf(came), [BOB])
  assert.deepEqual(idsOf(went), [many(100)[99]])
  assert.deepEqual(idsOf(conversations.get('a').participants), [ME, ...many(99), BOB])
  assert.deepEqual(conversations.put(crowd(3, 101, {})), { came: [], went: [] })
  assert.equal(conversations.get('a').participants.length, 101)
})

test('who hears again that somebody came or went notes it once', () => {
  const conversations = new Conversations()
  conversations.put(conversation('a', 1, ME, BOB, ...many(100)))

  const { came, went } = conversations.put(crowd(1, 102, { joined: [BOB], left: many(1, '2') }))

  assert.deepEqual({ came, went }, { came: [], went: [] })
})

test('nobody has gone where a crowd is told of 100 of its people', () => {
  const conversations = new Conversations()
  conversations.put(conversation('a', 1, ME, ...many(300)))

  const { came, went } = conversations.put({ ...conversation('a', 1, ...many(99), ME), participant_count: 301 })

  assert.deepEqual({ came, went }, { came: [], went: [] })
  assert.equal(conversations.get('a').participants.length, 301)
})

test('a crowd that is told of whole is what it is told to be', () => {
  const conversations = new Conversations()
  conversations.put(conversation('a', 1, ME, BOB, ...many(150)))

  const { went } = conversations.put({ ...conversation('a', 2, ME, ...many(120)), participant_count: 121 })

  assert.equal(went.length, 31)
  assert.equal(conversations.get('a').participants.length, 121)
})
