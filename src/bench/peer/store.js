import pg from 'pg'

const pool = new pg.Pool({ connectionString: process.env.DATABASE_URL, max: Number(process.env.POOL ?? 20) })

const COUNT = `
  update conversations c
  set last_message_number = last_message_number + 1, last_message_at = clock_timestamp(), updated_at = clock_timestamp()
  where c.id = $1 and (c.user_id = $2 or exists (
    select 1 from conversations_participants p where p.conversation_id = c.id and p.user_id = $2))
  returning last_message_number`

const INSERT = `
  insert into messages (chat_id, message_number, id, role, text, user_id, user_name, mode, client_msg_id, meta, created_at)
  values ($1, $2, gen_random_uuid(), 'user', $3, $4, $5, $6, $7, $8, clock_timestamp())
  returning *`

const PARTICIPANTS = 'select user_id from conversations_participants where conversation_id = $1'

/** Stores a message with its number in one transaction; null for a stranger. */
export async function store(user, { chat_id, text, mode, user_name, client_msg_id, meta }) {
  const client = await pool.connect()
  try {
    await client.query('begin')
    const counted = await client.query({ name: 'count', text: COUNT, values: [chat_id, user] })
    if (counted.rowCount === 0) {
      await client.query('rollback')
      return null
    }
    const values = [chat_id, counted.rows[0].last_message_number, text, user, user_name, mode, client_msg_id, meta ?? {}]
    const inserted = await client.query({ name: 'insert', text: INSERT, values })
    const participants = await client.query({ name: 'participants', text: PARTICIPANTS, values: [chat_id] })
    await client.query('commit')
    return { message: inserted.rows[0], participants: participants.rows.map(row => row.user_id) }
  } catch (e) {
    await client.query('rollback')
    throw e
  } finally {
    client.release()
  }
}
