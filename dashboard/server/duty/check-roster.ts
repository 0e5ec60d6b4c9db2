import type { Roster } from '../../../core/contract/roster.ts'
import type { Channel } from '../config.ts'

/** One thing wrong with a roster, at its path from the roster's own root. */
export interface RosterFault {
  readonly path: readonly (string | number)[]
  readonly message: string
}

/** Every fault of a roster that its schema cannot see. */
export function checkRoster(_roster: Roster, _channels: readonly Channel[]): readonly RosterFault[] {
  return []
}
