import { PROPERTIES } from '../../test/core/alarms/invariants.ts'
import type { Property } from './property.ts'

/** The invariants of the life-cycle over stories (§3.6). */
export const properties: readonly Property[] = PROPERTIES
