// The three tables, read by the real client as frontends do.

import assert from 'node:assert/strict'
import { after, describe, test } from 'node:test'
import { Person } from './people.mjs'

const LIBRARIES = ['supabase-js-newest', 'supabase-js', 'supabase-js-vsn1', 'supabase-js-oldest', 'supabase-js-2.50']

for (const library of LIBRARIES) {
  const { createClient } = await import(library)

  describe(library, () => {
    const people = []
    const person = () => people[people.push(new Person(createClient)) - 1]

    after(async () => { for (const somebody of people) await somebody.leaves() })

    /** Alice and Bob in a conversation of five messages; Eve is in none. */
    async function world() {
      const [alice, bob, eve] = [person(), person(), person()]
      const chat = await alice.opensWith(bob)
      for (let n = 1; n <= 5; n++) await (n % 2 ? alice : bob).says(chat, `message ${n}, of five`)
      return { alice, bob, eve, chat }
    }

    test('a frontend lists, opens, loads older messages and searches', async () => {
      const { alice, bob, eve, chat } = await world()
      const supabase = alice.client

      const mine = await supabase.from('conversations')
        .select('id,title,mode,conversations_participants!inner(role)').eq('conversations_participants.user_id', bob.id)
        .order('updated_at', { ascending: false, nullsFirst: false })
      assert.deepEqual(mine.data, [{ id: chat, title: null, mode: 'together', conversations_participants: [{ role: 'member' }] }])

      const one = await supabase.from('conversations').select('*').eq('id', chat).single()
      assert.equal(one.data.owner_user_id, alice.id)
      const none = await eve.client.from('conversations').select('*').eq('id', chat).single()
      assert.deepEqual([none.status, none.error.code], [406, 'PGRST116'])
      const maybe = await eve.client.from('conversations').select('*').eq('id', chat).maybeSingle()
      assert.deepEqual([maybe.data, maybe.error], [null, null])

      const newest = await supabase.from('messages').select('message_number,text').eq('chat_id', chat)
        .order('message_number', { ascending: false }).limit(2)
      assert.deepEqual(newest.data.map((message) => message.message_number), [5, 4])
      const older = await supabase.from('messages').select('message_number', { count: 'exact' }).eq('chat_id', chat)
        .lt('message_number', 4).order('message_number').range(0, 1)
      assert.deepEqual([older.data, older.count, older.error], [[{ message_number: 1 }, { message_number: 2 }], 3, null])
      const found = await supabase.from('messages').select('message_number,conversations(mode)').eq('chat_id', chat)
        .ilike('text', '%MESSAGE 3%')
      assert.deepEqual(found.data, [{ message_number: 3, conversations: { mode: 'together' } }])
      const count = await supabase.from('messages').select('*', { count: 'exact', head: true }).eq('chat_id', chat)
      assert.equal(count.count, 5)
    })

    test('filters mean what they mean upstream', async () => {
      const { alice, bob, chat } = await world()
      const numbers = async (build) => {
        const { data, error } = await build(alice.client.from('messages').select('message_number').eq('chat_id', chat))
          .order('message_number')
        assert.equal(error, null)
        return data.map((message) => message.message_number)
      }

      assert.deepEqual(await numbers((rows) => rows.neq('message_number', 3)), [1, 2, 4, 5])
      assert.deepEqual(await numbers((rows) => rows.gte('message_number', 2).lte('message_number', 3)), [2, 3])
      assert.deepEqual(await numbers((rows) => rows.gt('message_number', 4)), [5])
      assert.deepEqual(await numbers((rows) => rows.in('message_number', [1, 5])), [1, 5])
      assert.deepEqual(await numbers((rows) => rows.in('text', ['message 2, of five', 'x'])), [2])
      assert.deepEqual(await numbers((rows) => rows.not('message_number', 'in', '(1,2,3)')), [4, 5])
      assert.deepEqual(await numbers((rows) => rows.is('user_name', null)), [1, 2, 3, 4, 5])
      assert.deepEqual(await numbers((rows) => rows.not('user_id', 'eq', alice.id)), [2, 4])
      assert.deepEqual(await numbers((rows) => rows.or(`user_id.eq.${bob.id},message_number.eq.1`)), [1, 2, 4])
      assert.deepEqual(await numbers((rows) => rows.or('and(message_number.gt.1,message_number.lt.3),text.like.*5*')), [2, 5])
      assert.deepEqual(await numbers((rows) => rows.match({ role: 'user', message_number: 2 })), [2])
      assert.deepEqual(await numbers((rows) => rows.filter('message_number', 'eq', 2)), [2])
      assert.deepEqual(await numbers((rows) => rows.like('text', 'message _, of%')), [1, 2, 3, 4, 5])
      assert.deepEqual(await numbers((rows) => rows.is('context_injected', false).limit(1)), [1])
    })

    test('embedded rows are ordered and limited by themselves', async () => {
      const { alice, bob, chat } = await world()

      const { data, error } = await alice.client.from('conversations')
        .select('id,last:messages(message_number),conversations_participants(user_id,role)').eq('id', chat)
        .order('message_number', { referencedTable: 'last', ascending: false }).limit(1, { referencedTable: 'last' })
        .order('joined_at', { referencedTable: 'conversations_participants' }).maybeSingle()

      assert.equal(error, null)
      assert.deepEqual(data, { id: chat, last: [{ message_number: 5 }], conversations_participants: [
        { user_id: alice.id, role: 'owner' }, { user_id: bob.id, role: 'member' }] })
      const mine = await bob.client.from('conversations_participants').select('role,conversations(id)').eq('user_id', bob.id)
      assert.deepEqual(mine.data, [{ role: 'member', conversations: { id: chat } }])
    })

    test('what is wrong is told as upstream tells it', async () => {
      const { alice } = await world()
      const wrong = async (query) => (await query).error.code

      assert.equal(await wrong(alice.client.from('profiles').select()), 'PGRST205')
      assert.equal(await wrong(alice.client.from('messages').select('body')), '42703')
      assert.equal(await wrong(alice.client.from('messages').select('*,profiles(name)')), 'PGRST200')
      assert.equal(await wrong(alice.client.from('messages').select().eq('chat_id', 'no-uuid')), '22P02')
      assert.equal(await wrong(alice.client.from('messages').select().textSearch('text', 'five')), 'PGRST100')
      assert.equal(await wrong(alice.client.schema?.('private').from('messages').select()
        ?? Promise.resolve({ error: { code: 'PGRST106' } })), 'PGRST106')
      assert.deepEqual(Object.keys((await alice.client.from('profiles').select()).error).sort(),
        ['code', 'details', 'hint', 'message'])
    })
  })
}
