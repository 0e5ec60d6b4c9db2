const KEPT = 'pitwatch-technician'

/** What the page knows, and `update`, which puts what has changed into the tab that is shown. */
export const state = {
  update: () => undefined,
  /** Shows the sign-in; the session is over. */
  signOut: () => undefined,
  language: navigator.language.startsWith('zh') ? 'zh-CN' : 'en',
  tab: 'live',
  texts: null,
  reasons: {},
  by: null,
  site: null,
  live: null,
  /** When the last answer came, by the browser's own count. */
  heardAt: 0,
  plan: null,
  scan: null,
  sheet: null,
  /** What was typed, by the name of its field; kept over a reload, for a phone falls asleep. */
  drafts: keptDrafts(),
  previews: new Map(),
}

export const words = () => state.texts[state.language]
export const two = (name) => (name === null || name === undefined ? '' : name[state.language])

export function fill(text, values) {
  return text.replaceAll(/\{(\w+)\}/g, (_, key) => String(values[key] ?? ''))
}

export function el(tag, properties = {}, ...children) {
  const node = document.createElement(tag)
  for (const [key, value] of Object.entries(properties)) {
    if (key in node && !key.startsWith('aria-')) node[key] = value
    else node.setAttribute(key, value)
  }
  node.append(...children.filter((child) => child !== null))
  return node
}

export function setText(node, text) {
  if (node.textContent !== text) node.textContent = text
}

function keptDrafts() {
  try {
    return JSON.parse(localStorage.getItem(KEPT) ?? '{}')
  } catch {
    return {}
  }
}

export function keepDraft(name, value) {
  state.drafts[name] = value
  try {
    localStorage.setItem(KEPT, JSON.stringify(state.drafts))
  } catch {
    // A browser that keeps nothing loses it with the page, and that is all.
  }
}
