import type { AlarmTransition } from '../../core/contract/alarm.ts'
import type { Priority } from '../../core/contract/priority.ts'
import { utcMs } from '../../core/contract/time.ts'

/** Shares of a well-tuned county (§5.4): 5 % red, 15 % orange, the rest yellow and blue. */
const MIX: readonly Priority[] = [
  ...Array.from({ length: 1 }, () => 'red' as const),
  ...Array.from({ length: 3 }, () => 'orange' as const),
  ...Array.from({ length: 8 }, () => 'yellow' as const),
  ...Array.from({ length: 8 }, () => 'blue' as const),
]
const SITES = 100

/** The raise with number `index`: another rule each time, so that each is an alarm of its own. */
export function raiseOf(
  index: number,
  at: number,
  priority = MIX[(index * 7) % MIX.length] ?? 'yellow',
): AlarmTransition {
  const [site, rule] = [`pit-${index % SITES}`, `rule-${index}`]
  return {
    ...{ occurrence: `${site}.${rule}.${at.toString(36)}`, n: 1, kind: 'raise', site, rule, ruleType: 'should-be-off' },
    ...{ point: 'meter/power', priority, at: utcMs(at), readings: [], evidence: [] },
    explanation: { key: 'should-be-off.raised', values: { value: 4_200, limit: 1_000, forS: 60 } },
  }
}

/** Its end. */
export function clearOf(raise: AlarmTransition): AlarmTransition {
  const explanation = { key: 'should-be-off.cleared', values: {} }
  return { ...raise, n: 2, kind: 'clear', at: utcMs(raise.at + 500), explanation }
}
