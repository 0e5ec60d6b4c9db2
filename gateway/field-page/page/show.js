import { el, fill, keepDraft, state, words } from './state.js'

/** The gateway speaks each second; after so long without a word nothing shown is how things are now. */
const SILENT_MS = 5_000

export function field(label, control) {
  return el('label', {}, el('span', { textContent: label }), control)
}

export function draftField(name, label, properties = {}) {
  const control = el('input', {
    type: 'text',
    autocomplete: 'off',
    ...properties,
    value: state.drafts[name] ?? properties.value ?? '',
  })
  control.addEventListener('input', () => keepDraft(name, control.value))
  return { control, label: field(label, control) }
}

export function timeText(at) {
  return new Date(at).toLocaleTimeString(state.language, { timeZone: state.site.site.zone, hour12: false })
}

export function numberText(value) {
  return Number.isInteger(value) && Math.abs(value) < 1e15 ? String(value) : String(Number(value.toPrecision(6)))
}

export function valueText(value, point) {
  if (value === null) return '—'
  if (typeof value !== 'boolean') return typeof value === 'number' ? numberText(value) : String(value)
  const { yes, no, on, off } = words()
  return point.quantity === 'contact' ? (value ? on : off) : value ? yes : no
}

export function ageText(ms) {
  const { age } = words()
  const seconds = Math.max(0, Math.round(ms / 1_000))
  if (seconds < 120) return fill(age.seconds, { count: seconds })
  if (seconds < 7_200) return fill(age.minutes, { count: Math.round(seconds / 60) })
  return fill(age.hours, { count: Math.round(seconds / 3_600) })
}

export const isSilent = () => performance.now() - state.heardAt > SILENT_MS
/** The gateway's own time: the phone's may be anything. */
export const gatewayNow = () => state.live.now + (performance.now() - state.heardAt)
