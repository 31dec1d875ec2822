import assert from 'node:assert/strict'
import { createHmac, randomUUID } from 'node:crypto'
import { after, before, test } from 'node:test'

import { chromium } from 'playwright-core'

const HERE = process.env.URL ?? 'http://127.0.0.1:8080'
const CHROMIUM = process.env.CHROMIUM ?? '/usr/bin/chromium'
const FLAGS = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
  '--disable-component-update', '--disable-sync']

let browser
let page

before(async () => {
  browser = await chromium.launch({ executablePath: CHROMIUM, args: FLAGS })
  page = await browser.newPage()
  // The same machine by another name is another origin.
  await page.goto(`${HERE.replace('127.0.0.1', 'localhost')}/functions/v1/none`)
})

after(() => browser.close())

/** Calls a function from a page of another origin; gives what that page can read. */
function calls(headers, { name = 'list-conversations', body = '{}' } = {}) {
  return page.evaluate(async ({ url, headers, body }) => {
    try {
      const answer = await fetch(url, { method: 'POST', headers, body })
      return { status: answer.status, json: await answer.json() }
    } catch (error) {
      return { status: 0, json: String(error) }
    }
  }, { url: `${HERE}/functions/v1/${name}`, headers, body })
}

function bearer(more = {}) {
  const part = (value) => Buffer.from(JSON.stringify(value)).toString('base64url')
  const claims = { role: 'authenticated', sub: randomUUID(), exp: Math.floor(Date.now() / 1000) + 3600, ...more }
  const unsigned = `${part({ alg: 'HS256', typ: 'JWT' })}.${part(claims)}`
  const signature = createHmac('sha256', process.env.TOGETHER_JWT_SECRET).update(unsigned).digest('base64url')
  return { authorization: `Bearer ${unsigned}.${signature}` }
}

test('a page of another origin may send any header', async () => {
  const headers = { ...bearer(), apikey: 'x', 'content-type': 'application/json', 'x-client-info': 'supabase-js/2.93.0',
    'x-supabase-client-platform': 'macOS', 'x-supabase-client-runtime': 'web', 'x-supabase-client-runtime-version': '1',
    'sentry-trace': '1-2-1', baggage: 'a=b', traceparent: '00-1-2-01', 'x-any-global-header': 'y' }

  assert.deepEqual(await calls(headers), { status: 200, json: { conversations: [], next_before: null } })
})

test('text that is JSON, no body at all and a long token are fine from a browser', async () => {
  assert.equal((await calls({ ...bearer(), 'content-type': 'text/plain' })).status, 200)
  assert.equal((await calls(bearer(), { body: null })).status, 200)
  assert.equal((await calls(bearer({ more: 'x'.repeat(9_000) }))).status, 200)
})

test('a page of another origin reads why it was refused', async () => {
  const json = { 'content-type': 'application/json' }

  assert.equal((await calls({ ...bearer(), ...json, 'x-long': 'x'.repeat(60_000) })).status, 431)
  assert.equal((await calls({ ...bearer(), ...json }, { body: `"${'x'.repeat(1_200_000)}"` })).status, 413)
  assert.match((await calls({ ...bearer(), ...json }, { name: 'chat-history' })).json.error, /chat_id/)
  assert.equal((await calls({ ...bearer(), 'content-type': 'text/html' })).status, 415)
  assert.equal((await calls(json)).status, 401)
})
