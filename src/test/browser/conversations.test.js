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
