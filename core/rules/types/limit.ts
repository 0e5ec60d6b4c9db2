import { z } from 'zod'
import { Priority } from '../../contract/priority.ts'
import { defineRule, timing } from '../define-rule.ts'
import type { RuleFault } from '../rule.ts'
import { conditionValues, NUMBERS } from './common.ts'

const Params = z
  .object({
    /** At or above `hi`, at or below `lo`: alarm. */
    hi: z.number().optional(),
    lo: z.number().optional(),
    /** At or above `hiHi`, at or below `loLo`: the open alarm is raised to `actPriority`. */
    hiHi: z.number().optional(),
    loLo: z.number().optional(),
    /** The alarm returns only when the value has come back by this much beyond the limit. */
    deadband: z.number().min(0).optional(),
    /** Instead of a deadband: it returns only below this value (of `hi`), or above it (of `lo`). */
    restore: z.number().optional(),
    actPriority: Priority.default('red'),
    ...timing({ onDelay: 10_000, offDelay: 30_000 }),
  })
  .strict()
type Params = z.infer<typeof Params>

/** On which side the last alarm condition was. */
const Own = z.object({ side: z.enum(['hi', 'lo']).nullable() }).strict()
type Own = z.infer<typeof Own>

/** One value with up to four limits, or with three of one side: `hi` raises, `hiHi` makes the open alarm graver, `restore` clears. */
export const limit = defineRule<Params, Own>({
  type: 'limit',
  serves: 1,
  group: null,
  params: Params,
  quantities: NUMBERS,
  own: Own,
  start: () => ({ side: null }),
  peak: 'highest',
  graver: ({ hiHi, loLo, actPriority, onDelay }) =>
    hiHi === undefined && loLo === undefined ? null : { priority: actPriority, onDelay },
  sense: ({ params }, own, { value }, _input, out) => {
    if (Number.isNaN(value)) return
    const { hi = Infinity, lo = -Infinity, hiHi = Infinity, loLo = -Infinity, deadband = 0, restore } = params
    out.isGrave = value >= hiHi || value <= loLo
    if (value >= hi) {
      own.side = 'hi'
      out.verdict = 'true'
    } else if (value <= lo) {
      own.side = 'lo'
      out.verdict = 'true'
    } else if (own.side === 'hi') out.verdict = value >= (restore ?? hi - deadband) ? 'same' : 'false'
    else if (own.side === 'lo') out.verdict = value <= (restore ?? lo + deadband) ? 'same' : 'false'
    else out.verdict = 'false'
    // The lowest is the worst of what is too low.
    out.measure = own.side === 'lo' ? -value : value
  },
  explain: (context, { side }, facts) => {
    const { hi, lo, hiHi, loLo, deadband, restore } = context.params
    const isLow = side === 'lo'
    const alarm = isLow ? lo : hi
    const isGrave = facts.kind === 'raised' && facts.isGrave
    const bound = (isGrave ? (isLow ? loLo : hiHi) : alarm) ?? null
    const peak = facts.peak === null ? null : isLow ? -facts.peak : facts.peak
    const told = conditionValues(context, facts, (value) => (isLow ? value <= (lo ?? NaN) : value >= (hi ?? NaN)))
    const isBack = alarm === undefined ? null : (restore ?? (isLow ? alarm + (deadband ?? 0) : alarm - (deadband ?? 0)))
    return {
      key: `limit.${facts.kind}-${isLow ? 'low' : 'high'}${isGrave ? '-act' : ''}`,
      values: {
        ...told,
        value: told.value === facts.value ? facts.value : peak,
        peak,
        limit: bound,
        restore: isBack,
      },
    }
  },
  limit: ({ params: { hi, lo } }) => hi ?? lo ?? null,
  faults: ({ params }) => [...sideFaults(params), ...returnFaults(params)],
})

function fault(key: string, message: string): RuleFault {
  return { path: ['with', key], message }
}

function sideFaults({ hi, lo, hiHi, loLo }: Params): RuleFault[] {
  if (hi === undefined && lo === undefined && hiHi === undefined && loLo === undefined)
    return [{ path: ['with'], message: 'expected hi or lo, or both: the limits of this alarm' }]
  const faults: RuleFault[] = []
  if (hiHi !== undefined && hi === undefined) faults.push(fault('hiHi', 'expected hi beside hiHi, came none'))
  if (loLo !== undefined && lo === undefined) faults.push(fault('loLo', 'expected lo beside loLo, came none'))
  if (hi !== undefined && hiHi !== undefined && hiHi < hi)
    faults.push(fault('hiHi', `expected a value not below hi ${hi}, came ${hiHi}`))
  if (lo !== undefined && loLo !== undefined && loLo > lo)
    faults.push(fault('loLo', `expected a value not above lo ${lo}, came ${loLo}`))
  if (hi !== undefined && lo !== undefined && lo >= hi)
    faults.push(fault('lo', `expected a value below hi ${hi}, came ${lo}`))
  return faults
}

function returnFaults({ hi, lo, deadband, restore }: Params): RuleFault[] {
  if (deadband !== undefined && hi !== undefined && lo !== undefined && deadband >= hi - lo)
    return [fault('deadband', `expected less than the ${hi - lo} between lo and hi, came ${deadband}`)]
  if (restore === undefined) return []
  if (deadband !== undefined) return [fault('restore', 'expected deadband or restore, came both')]
  if (hi !== undefined && lo !== undefined)
    return [
      fault('restore', 'expected deadband where there are hi and lo, because restore is of one side; came restore'),
    ]
  if (hi !== undefined && restore > hi)
    return [fault('restore', `expected a value not above hi ${hi}, came ${restore}`)]
  if (lo !== undefined && restore < lo)
    return [fault('restore', `expected a value not below lo ${lo}, came ${restore}`)]
  return []
}
