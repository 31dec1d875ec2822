/**
 * Who the person in this window is. A real frontend signs people in and asks its own profiles for names; local mode gives
 * a token to whoever says a name.
 */

const REMEMBERED = 'together.me'
const RENEW_BEFORE_MS = 60_000

export class Session {
  #token
  #expiresAt

  /** Who this window was before it was loaded again; sessionStorage makes every window a person of its own. */
  static remembered() {
    return JSON.parse(sessionStorage.getItem(REMEMBERED) ?? 'null')
  }

  /** @param {string} [userId] to be the same person again */
  static async open(name, userId) {
    const session = new Session()
    await session.#signIn(name, userId)
    sessionStorage.setItem(REMEMBERED, JSON.stringify({ name, userId: session.userId }))
    return session
  }

  /** For supabase-js, which asks whenever it needs one. */
  accessToken = async () => {
    if (this.#expiresAt - Date.now() < RENEW_BEFORE_MS) await this.renew()
    return this.#token
  }

  /** The same person, with a new token and the key of today. */
  renew() {
    return this.#signIn(this.name, this.userId)
  }

  async #signIn(name, userId) {
    const reply = await signIn(name, userId)
    this.name = name
    this.userId = reply.user_id
    this.anonKey = reply.anon_key
    this.#token = reply.token
    this.#expiresAt = reply.expires_at * 1000
  }
}

async function signIn(name, userId) {
  const response = await fetch('/local/session', {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ name, user_id: userId }),
  })
  const reply = await response.json()
  if (!response.ok) throw new Error(reply.error)
  return reply
}
