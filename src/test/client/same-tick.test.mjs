// subscribe() in the same tick as createClient(): the first join has no token yet.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Person } from './people.mjs'

for (const library of ['supabase-js-2.50', 'supabase-js-vsn1', 'supabase-js']) {
  const { createClient } = await import(library)

  test(`${library} subscribes in the same tick and is there soon`, async () => {
    const alice = new Person(createClient)
    try {
      // 2.50 asks for its token at the first heartbeat only, after 25 seconds.
      if (library === 'supabase-js-2.50') alice.client.realtime.heartbeatIntervalMs = 1_000
      alice.subscribe()
      await alice.subscribed()

      const saved = await alice.says(await alice.opensWith(), 'Hi')
      assert.deepEqual((await alice.hears())[0].payload.message, saved)
    } finally {
      await alice.leaves()
    }
  })
}
