import { EVALUATOR_PROPERTIES } from '../../test/core/alarms/evaluator-invariants.ts'
import { TIME_PROPERTIES } from '../../test/core/alarms/time-invariants.ts'
import type { Property } from './property.ts'

/** The invariants of what a rule proves, of the desk's time and of shifts (§3.6, §3.10 E8). */
export const properties: readonly Property[] = [...EVALUATOR_PROPERTIES, ...TIME_PROPERTIES]
