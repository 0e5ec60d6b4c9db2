import type { Roster } from '../../../core/contract/roster.ts'
import { checkRoster as checkByRules } from '../../../core/alarms/roster/check-roster.ts'
import type { RosterFault } from '../../../core/alarms/roster/fault.ts'
import type { Channel } from '../config.ts'
import { contactRules } from './contact-rules.ts'

/** Every fault of a roster that its schema cannot see, with the channels there are. */
export function checkRoster(roster: Roster, channels: readonly Channel[]): readonly RosterFault[] {
  return checkByRules(roster, contactRules(channels))
}
