// Who is here, in two browsers on two processes; run by PresenceIT, which kills one of them in the end.

import assert from 'node:assert/strict'
import { createInterface } from 'node:readline'
import { createClient } from 'supabase-js-newest'
import { Person, URL } from './people.mjs'

const input = createInterface({ input: process.stdin })[Symbol.asyncIterator]()
const alice = new Person(createClient, URL)
const bob = new Person(createClient, process.env.TOGETHER_OTHER_URL)
const tab = new Person(createClient, process.env.TOGETHER_OTHER_URL)
Object.assign(tab, { id: bob.id, token: bob.token })

const chat = await alice.opensWith(bob)
assert.equal(await alice.isHere(chat), 'ok')
assert.equal(await bob.isHere(chat), 'ok')
assert.equal(await tab.isHere(chat), 'ok')
for (const somebody of [alice, bob, tab]) await somebody.sees(alice, bob)
for (const end = Date.now() + 15_000; alice.here[bob.id].length < 2 && Date.now() < end;) await new Promise((r) => setTimeout(r, 20))
assert.equal(alice.here[bob.id].length, 2)
await bob.channel.track({ name: 'Robert' })
await alice.sees(alice, bob)
await tab.channel.untrack()
console.log('both are here')
await input.next()
await alice.sees(alice)
console.log('one is here')
process.exit(0)
