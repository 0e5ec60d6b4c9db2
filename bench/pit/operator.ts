import { type Feedback, Feedback as FeedbackSchema } from '../../core/contract/activity.ts'
import { DAY_S, HOUR_S } from './days.ts'
import type { Notice } from './notice.ts'
import type { Play } from './play.ts'

/** Somebody who goes and looks, and tells the rules what came of it. */
export interface Operator {
  hears(notice: Notice): void
  /** What there is to tell by now, oldest first. */
  tells(t: number): readonly Feedback[]
}

/** From an alarm until somebody knows what it was. */
const LOOK_S = 8 * HOUR_S
const UNTIL_S = 29 * DAY_S
/** What is taken for something at the site, rather than for nothing at all, W. */
const GREATEST_W = 6_500

/** An operator of a site: he confirms what was unlawful, and names the greatest appliance of the site for what was none. */
export function operatorOf(play: Play, declared: number): Operator {
  const { site, agenda, startAt } = play
  const plates = [site.kettleW ?? 0, site.heating?.watts ?? 0, site.cooling?.watts ?? 0, 500]
  const power = Math.min(declared, GREATEST_W, Math.max(...plates))
  const waiting: { readonly t: number; readonly notice: Notice }[] = []
  const isReal = (t: number) => agenda.deeds.some(({ from, to }) => t >= from - 900 && t <= to + 900)
  return {
    hears: (notice) => {
      if (notice.kind === 'raise' && !notice.isHealth) waiting.push({ t: notice.t + LOOK_S, notice })
    },
    tells: (t) => {
      const feedback: Feedback[] = []
      for (let first = waiting[0]; first !== undefined && first.t <= t; first = waiting[0]) {
        waiting.shift()
        const { notice } = first
        const real = isReal(notice.t)
        if (!real && !notice.groups.includes('power')) continue
        const at = startAt + t * 1_000
        const said = { id: `f-${notice.t}`, occurrence: notice.alarm, at, by: 'operator', note: '' }
        const known = { kind: 'known-appliance', power, until: at + UNTIL_S * 1_000 }
        feedback.push(FeedbackSchema.parse({ ...said, ...(real ? { kind: 'confirmed' } : known) }))
      }
      return feedback
    },
  }
}
