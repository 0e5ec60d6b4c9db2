import type { HandoverRefusal } from '../../../core/contract/handover.ts'
import { HouseError } from '../../../core/kit/errors.ts'

/** What a program that asks is told; the page has words of its own for each. */
const MESSAGES: Readonly<Record<HandoverRefusal, string>> = {
  'unread-red': 'expected every red alarm to be acknowledged, came one nobody has; acknowledge it first',
  stale: 'expected a draft of the last 5 min, came an older one; draft it anew and read it',
  'too-early': 'expected a shift that ends within the hour, came one that goes on for longer',
  signed: 'expected a record nobody has signed, came one that is signed; draft it anew first',
  locked: 'expected a record both crews have not signed yet, came one that is locked; add to it instead',
  'not-locked': 'expected a record both crews have signed, came one that is open; write into it instead',
  'outgoing-first': 'expected the leaving crew to sign first, came somebody else',
  'signed-already': 'expected somebody who has not signed for this side, came one who has',
  'two-sides': 'expected another person than for the other side, came the same',
  'which-person': 'expected the name of one of the crew behind this account, came none',
  'not-crew': 'expected somebody of that crew, or a leader with a reason to sign in place, came another',
  struck: 'expected a row that is not struck out, came one that is',
  'no-such-row': 'expected a row of this record, came another',
  full: 'expected a record with room, came one that is full',
}

const FORBIDDEN: ReadonlySet<HandoverRefusal> = new Set<HandoverRefusal>(['not-crew', 'two-sides'])

/** A step that is not done, with the word the page knows it by. */
export function refusedStep(because: HandoverRefusal): HouseError {
  const code = FORBIDDEN.has(because) ? 'http/forbidden' : 'http/conflict'
  return new HouseError(code, MESSAGES[because], { because })
}
