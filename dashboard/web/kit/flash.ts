/** Half of a flash, ms: once a second, as §4.2 has it for what nobody has answered. */
const HALF_MS = 500

/**
 * Flashes what nobody has answered, all of it in step, by `data-flash` of the document, until `signal` aborts. Never where the reader wants no
 * motion; the style sheet draws it otherwise there. An animation of the style sheet would have the browser draw sixty frames a second for two.
 */
export function keepFlashing(view: Window, signal: AbortSignal): void {
  const { dataset } = view.document.documentElement
  const still = view.matchMedia('(prefers-reduced-motion: reduce)')
  const timer = view.setInterval(() => {
    dataset.flash = dataset.flash === 'low' || still.matches ? 'high' : 'low'
  }, HALF_MS)
  signal.addEventListener('abort', () => view.clearInterval(timer), { once: true })
}
