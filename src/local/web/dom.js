/** The little that this page needs to show lists. */

export const $ = (id) => document.getElementById(id)

/** An element with properties, attributes (with a dash) and children; text is text, never HTML. */
export function el(tag, properties = {}, ...children) {
  const element = document.createElement(tag)
  for (const [name, value] of Object.entries(properties)) {
    if (name.includes('-') || name === 'role') element.setAttribute(name, value)
    else if (value !== undefined) element[name] = value
  }
  element.append(...children.filter((child) => child !== undefined && child !== null && child !== false))
  return element
}

/**
 * Shows items as children of a list, one each, by their `key`.
 *
 * What did not change stays the very element that it was: focus and scrolling stay, and a screen reader says only news.
 */
export function showList(list, items, create) {
  const shown = list.shown ?? new Map()
  const keys = new Set(items.map((item) => item.key))
  for (const [key, { element }] of shown) if (!keys.has(key)) element.remove()
  list.shown = new Map()
  let place = list.firstElementChild
  for (const item of items) {
    const element = elementOf(item, shown.get(item.key), create)
    list.shown.set(item.key, { text: JSON.stringify(item), element })
    if (place && shown.get(item.key)?.element === place) {
      const next = place.nextElementSibling
      if (place !== element) place.replaceWith(element)
      place = next
    } else {
      shown.get(item.key)?.element.remove()
      list.insertBefore(element, place)
    }
  }
}

function elementOf(item, shown, create) {
  return shown?.text === JSON.stringify(item) ? shown.element : create(item)
}
