// The guide src/docs/from-supabase.md: every snippet is run as it stands there, and what it says of setAuth is so.

import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { after, test } from 'node:test'
import { createClient } from 'supabase-js'
import { WebSocket } from 'ws'
import { ANON, Person, SERVICE, URL, until } from './people.mjs'

// Node.js has one of its own from 22 on.
globalThis.WebSocket ??= WebSocket

const guide = await readFile(process.env.TOGETHER_GUIDE, 'utf8')
const [client, channel, replay, functions, server] = [...guide.matchAll(/```js\n(.*?)```/gs)].map(([, code]) => code)

const AsyncFunction = (async () => {}).constructor
const opened = []

/** Runs a snippet with these names; gives what it defines under `name`, or its value. */
function run(code, names, wanted = '') {
  return new AsyncFunction(...Object.keys(names), `${code}\n${wanted && `return ${wanted}`}`)(...Object.values(names))
}

async function clientOf(person) {
  const supabase = await run(client,
    { createClient, TOGETHER_URL: URL, ANON_KEY: ANON, userToken: person.token }, 'supabase')
  opened.push(supabase)
  return supabase
}

after(async () => {
  for (const supabase of opened) {
    await supabase.removeAllChannels()
    supabase.realtime.disconnect()
  }
})

test('the snippets of the guide do what it says', async () => {
  const alice = new Person(createClient)
  const supabase = await clientOf(alice)
  const bobs = await clientOf(new Person(createClient))
  const seen = { messages: [], updates: [], statuses: [] }

  await supabase.realtime.setAuth()
  await run(channel, { supabase, userId: alice.id, show: (message, id) => seen.messages.push([message, id]),
    update: (type, data) => seen.updates.push([type, data]), think: (status) => seen.statuses.push(status) })
  await until('joined', () => supabase.getChannels()[0].state === 'joined')
  const conversation_id = await run(functions, { supabase, bobs }, 'conversation_id')
  await run(server, { createClient, TOGETHER_URL: URL, SERVICE_KEY: SERVICE, userId: alice.id, chat_id: conversation_id })

  await until('two messages', () => seen.messages.length === 2)
  assert.deepEqual(seen.messages.map(([{ text }]) => text), ['Hello', 'Hello both'])
  assert.ok(seen.messages.every(([, id]) => id))
  assert.deepEqual(seen.updates.map(([type]) => type), ['INSERT', 'UPDATE', 'UPDATE'])
  await until('thinking', () => seen.statuses.includes('thinking'))
})

test('the replay of the guide brings what was', async () => {
  const alice = new Person(createClient)
  const supabase = await clientOf(alice)
  await run(functions, { supabase, bobs: await clientOf(new Person(createClient)) })
  const heard = []

  await supabase.realtime.setAuth()
  const joined = await run(`return ${replay.trim()}`, { supabase, userId: alice.id, since: Date.now() - 60_000 })
  joined.on('broadcast', { event: 'message-insert' }, (message) => heard.push(message)).subscribe()

  await until('replayed', () => heard.length === 1)
  assert.equal(heard[0].meta.replayed, true)
})

test('after setAuth the join succeeds and functions are called as nobody', async () => {
  const alice = new Person(createClient)
  const supabase = createClient(URL, ANON)
  opened.push(supabase)

  await supabase.realtime.setAuth(alice.token)
  supabase.channel(`user-realtime:${alice.id}`).subscribe()
  await until('joined', () => supabase.getChannels()[0].state === 'joined')

  const { error } = await supabase.functions.invoke('create-conversation', { body: { mode: 'together' } })
  assert.equal(error.context.status, 401)
})

test('what is not there answers as the guide says', async () => {
  const alice = new Person(createClient)
  const supabase = await clientOf(alice)

  assert.equal((await supabase.rpc('anything')).status, 404)
  assert.equal((await supabase.from('messages').select('meta->colour')).error.code, 'PGRST100')
  await supabase.realtime.setAuth()
  const mine = supabase.channel(`user-realtime:${alice.id}`)
    .on('postgres_changes', { event: '*', schema: 'public', table: 'messages' }, () => assert.fail('a row came'))
    .on('presence', { event: 'sync' }, () => {})
    .subscribe()
  await until('joined', () => mine.state === 'joined')
  assert.equal(await mine.track({ at: 'home' }), 'ok')
  assert.deepEqual(mine.presenceState(), {})
})
