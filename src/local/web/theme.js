import { $ } from './dom.js'

const REMEMBERED = 'together.theme'

/** Light or dark as the system has it, until somebody says otherwise. */
export function prepareTheme() {
  const chosen = localStorage.getItem(REMEMBERED)
  if (chosen) document.documentElement.dataset.theme = chosen
  $('theme-toggle').addEventListener('click', () => {
    const theme = isDark() ? 'light' : 'dark'
    document.documentElement.dataset.theme = theme
    localStorage.setItem(REMEMBERED, theme)
  })
}

function isDark() {
  const chosen = document.documentElement.dataset.theme
  return chosen ? chosen === 'dark' : matchMedia('(prefers-color-scheme: dark)').matches
}
