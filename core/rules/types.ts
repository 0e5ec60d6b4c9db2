import type { RuleType } from './rule.ts'
import { fault } from './types/fault.ts'
import { highLimit } from './types/high-limit.ts'
import { lowLimit } from './types/low-limit.ts'
import { presence } from './types/presence.ts'
import { rateOfChange } from './types/rate-of-change.ts'
import { shouldBeOff } from './types/should-be-off.ts'
import { stale } from './types/stale.ts'
import { tamper } from './types/tamper.ts'

/** Every rule type a site can arm. A new one is one file and one line here. */
export const RULE_TYPES: readonly RuleType[] = [
  highLimit,
  lowLimit,
  shouldBeOff,
  rateOfChange,
  stale,
  presence,
  tamper,
  fault,
]
