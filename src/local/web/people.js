/** Names and colours. A participant is only an id: names come from the directory, or from what somebody wrote. */

const HUES = [262, 28, 152, 330, 205, 75, 300, 178]

const names = new Map()

export function nameOf(userId) {
  return names.get(userId) ?? `Guest ${userId.slice(0, 4)}`
}

export function learn(userId, name) {
  if (userId && name && !names.has(userId)) names.set(userId, name)
}

/** Asks the directory for those who are not known yet. */
export async function learnNames(userIds) {
  const unknown = [...new Set(userIds)].filter((id) => !names.has(id))
  if (unknown.length === 0) return
  const response = await fetch(`/local/people?${unknown.map((id) => `id=${id}`).join('&')}`)
  if (!response.ok) return
  for (const [id, name] of Object.entries(await response.json())) names.set(id, name)
}

/** The same colour for the same person in every window. */
export function hueOf(userId) {
  let sum = 0
  for (const character of userId) sum = (sum * 31 + character.charCodeAt(0)) >>> 0
  return HUES[sum % HUES.length]
}

export function initials(name) {
  const words = name.trim().split(/\s+/)
  return (words.length > 1 ? words[0][0] + words.at(-1)[0] : words[0].slice(0, 2)).toUpperCase()
}
