import { el, fill, state, words } from './state.js'

/** Asks the gateway; a refusal is thrown as what it answered. */
export async function ask(path, { body, raw, ...options } = {}) {
  const headers = body === undefined ? {} : { 'content-type': 'application/json' }
  const sent = raw ?? (body === undefined ? undefined : JSON.stringify(body))
  const method = options.method ?? (sent === undefined ? 'GET' : 'POST')
  const within = AbortSignal.timeout(raw === undefined ? 10_000 : 60_000)
  const answer = await fetch(path, { ...options, method, headers, body: sent, signal: within }).catch(() => {
    throw { code: 'offline', message: '', field: null }
  })
  const told = await answer.json().catch(() => ({ code: 'http/failed', message: `HTTP ${answer.status}`, field: null }))
  if (answer.ok) return told
  if (answer.status === 401 && path !== '/api/sign-in') state.signOut()
  throw told
}

export function faultOf({ code = 'http/failed', message = '', field = null }) {
  const { errors, field: where } = words()
  const text = (errors[code] ?? errors['http/failed']) + (field === null ? '' : fill(where, { field }))
  return el('p', { className: 'fault', role: 'alert' }, text, ' ', el('small', { lang: 'en' }, message))
}

/** Runs an act of a button or form, which is out of use meanwhile, and shows what was wrong. */
export async function acting(button, said, work) {
  button.disabled = true
  said.replaceChildren()
  try {
    await work()
  } catch (error) {
    said.replaceChildren(faultOf(error))
  } finally {
    button.disabled = false
  }
}
