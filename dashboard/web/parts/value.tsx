import type { LatestReading } from '../../../core/contract/http.ts'
import type { Quantity } from '../../../core/contract/quantity.ts'
import { usePage, useTexts } from '../page.ts'
import { standingOf, type Shown } from '../show/freshness.ts'
import { valueText } from '../show/number.ts'
import { uncertaintyText } from '../show/clock-words.ts'
import { agoText } from '../show/time.ts'
import type { Texts } from '../i18n/texts.ts'

/** A reading as it may be shown at this moment. */
export function useShown(latest: LatestReading | null): Shown {
  const { live } = usePage()
  return standingOf(latest, live.now.value, live.alive.value)
}

/** Quality in words, with the reason where there is one. */
export function qualityText(shown: Shown, texts: Texts): string {
  const word = texts.quality[shown.standing]
  if (shown.reason === null || shown.standing === 'expired') return word
  return `${word} · ${texts.reasons[shown.reason]}`
}

interface ValueProps {
  readonly latest: LatestReading | null
  readonly quantity: Quantity
}

/** A value with its unit; hatched unless it is good. */
export function Value({ latest, quantity }: ValueProps) {
  const shown = useShown(latest)
  const { text, unit } = valueText(shown.value, quantity, useTexts())
  return (
    <span class={`value is-${shown.standing}`}>
      <span class="value-number">{text}</span>
      {unit !== '' && <span class="value-unit">{unit}</span>}
    </span>
  )
}

/** How far a time may be off, beside it; nothing where that is less than a second. */
export function Uncertainty({ ms }: { readonly ms: number | null | undefined }) {
  const text = uncertaintyText(ms, useTexts())
  return text === null ? null : <span class="uncertainty">{text}</span>
}

/** Age and quality of a value, in words. A good value shows its age alone: the lack of a mark is the mark. */
export function AgeAndQuality({ latest }: { readonly latest: LatestReading | null }) {
  const shown = useShown(latest)
  const texts = useTexts()
  return (
    <span class={`age is-${shown.standing}`}>
      {shown.ageMs !== null && <span>{agoText(shown.ageMs, texts)}</span>}
      <Uncertainty ms={latest?.uncertaintyMs} />
      <span class="age-quality">{qualityText(shown, texts)}</span>
    </span>
  )
}
