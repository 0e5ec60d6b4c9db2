import type { GatewayHealth } from '../../../core/contract/lanes.ts'
import type { Texts } from '../i18n/texts.ts'
import { spanText } from './time.ts'

/** Less is not worth a word: nobody reads a clock to a second. */
const WORTH_TELLING_MS = 1_000

/** How far a time may be off, such as `±40 s`; null where that is less than a second, or nothing is said of it. */
export function uncertaintyText(uncertaintyMs: number | null | undefined, texts: Texts): string | null {
  if (uncertaintyMs === undefined) return null
  if (uncertaintyMs === null) return texts.clock.unknown
  if (uncertaintyMs < WORTH_TELLING_MS) return null
  // Rounded up: what is shown is a promise.
  return `±${spanText(Math.ceil(uncertaintyMs / 1_000) * 1_000, texts)}`
}

/** Where a gateway has its time from, what that is worth, and how far the machine's own clock is off. */
export function clockWords({ source, uncertaintyMs, systemAheadMs }: GatewayHealth['clock'], texts: Texts): string {
  const words = texts.clock
  const worth = uncertaintyText(uncertaintyMs, texts) ?? words.within
  const apart = Math.abs(systemAheadMs)
  const own =
    apart < WORTH_TELLING_MS
      ? words.ownRight
      : words.own(spanText(apart, texts), systemAheadMs > 0 ? 'ahead' : 'behind')
  return `${words.from(words.sources[source])} · ${worth} · ${own}`
}

/** Whether a gateway's time needs a person: nobody knows it, or it may be off by more than a minute. */
export function clockNeedsPerson({ uncertaintyMs }: Pick<GatewayHealth['clock'], 'uncertaintyMs'>): boolean {
  return uncertaintyMs === null || uncertaintyMs > 60_000
}
