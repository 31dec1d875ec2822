import { mkdirSync } from 'node:fs'
import { resolve } from 'node:path'

const PATIENCE_MS = 15_000
const SCREENSHOTS = process.env.SCREENSHOTS ?? resolve('target/screenshots')

mkdirSync(SCREENSHOTS, { recursive: true })

/** Somebody in a window of their own; sees and does only what people can. */
export class Person {
  /** @param {string} path where they come in: `/`, or a conversation's link */
  static async comes(browser, url, name, path = '/', options = {}) {
    const person = await Person.opens(browser, url, path, options)
    await person.page.getByLabel('Your name').fill(name)
    await person.page.getByRole('button', { name: 'Continue' }).click()
    await person.seesConnection('Live')
    return person
  }

  static async opens(browser, url, path = '/', options = {}) {
    const person = new Person()
    const context = await browser.newContext({ viewport: { width: 1180, height: 760 }, ...options })
    context.setDefaultTimeout(PATIENCE_MS)
    person.page = await context.newPage()
    person.troubles = []
    person.page.on('pageerror', (error) => person.troubles.push(error.message))
    await person.page.goto(url + path)
    return person
  }

  /** Gives the link of the new conversation, without its host. */
  async starts(title) {
    await this.page.getByLabel('What is it about?').fill(title)
    await this.page.getByRole('button', { name: 'Start', exact: true }).click()
    await this.page.getByRole('heading', { name: title }).waitFor()
    await this.page.waitForURL(/\/join\//)
    return new URL(this.page.url()).pathname
  }

  async says(...texts) {
    for (const text of texts) {
      await this.page.getByLabel('Write a message').fill(text)
      await this.page.getByLabel('Write a message').press('Enter')
    }
  }

  async sees(text) {
    await this.page.getByText(text, { exact: true }).first().waitFor()
  }

  async seesNoMore(text) {
    await this.page.getByText(text, { exact: true }).first().waitFor({ state: 'hidden' })
  }

  async seesConnection(state) {
    await this.page.getByRole('status').getByText(state).waitFor({ state: 'attached' })
  }

  /** What is written in the bubbles, top to bottom. */
  messages() {
    return this.page.locator('.bubble').allInnerTexts()
  }

  /** Scrolls up until there are so many messages. */
  async scrollsBack(count) {
    for (let tries = 0; (await this.messages()).length < count && tries < 20; tries++) {
      await this.page.getByRole('region', { name: 'Messages' }).hover()
      await this.page.mouse.wheel(0, -20_000)
      await this.page.waitForFunction((before) => document.querySelectorAll('.bubble').length > before,
        (await this.messages()).length, { timeout: 3000 }).catch(() => {})
    }
  }

  log() {
    return this.page.getByRole('log')
  }

  async screenshot(name) {
    // The fonts come a moment after the page.
    await this.page.evaluate(() => document.fonts.ready)
    await this.page.screenshot({ path: resolve(SCREENSHOTS, `${name}.png`), animations: 'disabled' })
  }
}
