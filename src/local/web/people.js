/** Names and colours. A participant is only an id: names come from the directory, or from what somebody wrote. */

const HUES = [262, 28, 152, 330, 205, 75, 300, 178]

const names = new Map()
const hues = new Map()

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

/** Everybody a colour of their own, usually the same in every window; two people differ while there are colours left. */
export function hueOf(userId) {
  if (!hues.has(userId)) {
    let slot = 0
    for (const character of userId) slot = (slot * 31 + character.charCodeAt(0)) % HUES.length
    const taken = new Set(hues.values())
    const free = HUES.findIndex((_, i) => !taken.has(HUES[(slot + i) % HUES.length]))
    hues.set(userId, HUES[(slot + Math.max(free, 0)) % HUES.length])
  }
  return hues.get(userId)
}

export function initials(name) {
  const words = name.trim().split(/\s+/)
  return (words.length > 1 ? words[0][0] + words.at(-1)[0] : words[0].slice(0, 2)).toUpperCase()
}
