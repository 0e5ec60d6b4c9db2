import { CheckItem } from '../contract/activity.ts'
import type { Explanation } from '../contract/alarm.ts'
import type { Language } from '../contract/text.ts'
import { CHECK_QUESTIONS } from './words/checks.ts'
import { QUESTIONS, type RuleGuidance } from './words/guidance.ts'
import { METER_GUIDANCE } from './words/guidance-meter.ts'
import { PLACE_GUIDANCE } from './words/guidance-place.ts'
import { POWER_GUIDANCE } from './words/guidance-power.ts'
import { WATCHING_GUIDANCE } from './words/guidance-watching.ts'

/** What every rule type wants a person to know and do. A new type is one entry in one of these. */
export const GUIDANCE: readonly RuleGuidance[] = [
  ...POWER_GUIDANCE,
  ...METER_GUIDANCE,
  ...PLACE_GUIDANCE,
  ...WATCHING_GUIDANCE,
]

/** What to know and do about an alarm, in one language. */
export interface Guide {
  /** What it means, in a sentence; null for a rule type of a newer version. */
  readonly means: string | null
  /** What to look at first, in order. */
  readonly first: readonly string[]
  /** What to ask by phone, in order. */
  readonly ask: readonly string[]
  /** Which of the eight checks (八查) it belongs to, as questions. */
  readonly checks: readonly string[]
}

/** Never throws: an alarm of a rule type that is unknown here gets the questions about power, which are about who is there. */
export function guideTo(
  { ruleType, explanation }: { readonly ruleType: string; readonly explanation: Explanation },
  language: Language,
): Guide {
  const known = GUIDANCE.find(({ type }) => type === ruleType)
  const checks = new Set([...(known?.checks ?? []), ...checksIn(explanation)])
  return {
    means: known?.[language].means ?? null,
    first: known?.[language].first ?? [],
    ask: QUESTIONS[known?.ask ?? 'power'][language],
    checks: [...checks].sort((a, b) => a - b).flatMap((check) => CHECK_QUESTIONS[check]?.[language] ?? []),
  }
}

/** The checks that an alarm of a whole site names itself, such as `1,6`. */
function checksIn({ values }: Explanation): readonly CheckItem[] {
  if (typeof values.checks !== 'string') return []
  return values.checks.split(',').flatMap((text) => {
    const check = CheckItem.safeParse(Number(text))
    return check.success && check.data !== 0 ? [check.data] : []
  })
}
