import { BIRTH_CLAUSES } from './clauses/births.ts'
import { DATA_CLAUSES } from './clauses/data.ts'
import { HOST_CLAUSES } from './clauses/host.ts'
import { NAME_CLAUSES } from './clauses/names.ts'
import { PAYLOAD_CLAUSES } from './clauses/payloads.ts'
import { SESSION_CLAUSES } from './clauses/session.ts'
import { STRUCTURE_CLAUSES } from './clauses/structures.ts'
import type { Clause, Fault, Reason } from './clause.ts'
import { type EdgeName, viewOf } from './node-view.ts'
import type { Timeline } from './timeline.ts'

/** Every clause of the specification that speaks of an edge node. (Sparkplug 3.0; host, server and command-sending clauses are not here) */
export const CLAUSES: readonly Clause[] = [
  ...NAME_CLAUSES,
  ...SESSION_CLAUSES,
  ...BIRTH_CLAUSES,
  ...DATA_CLAUSES,
  ...HOST_CLAUSES,
  ...PAYLOAD_CLAUSES,
  ...STRUCTURE_CLAUSES,
]

/** What became of one clause. `advised`: a recommendation that is not followed; the packets that show it are named. */
export type Outcome =
  | { readonly is: 'passed'; readonly cases: number }
  | {
      readonly is: 'failed' | 'advised'
      readonly cases: number
      readonly broken: number
      readonly faults: readonly Fault[]
    }
  | { readonly is: 'not-applicable' | 'not-seen'; readonly reason: Reason }

export interface Verdict {
  /** As the specification writes it, without `tck-id-`. */
  readonly id: string
  readonly level: Clause['level']
  readonly outcome: Outcome
}

/** Packets that are named of one clause. */
const MOST_FAULTS = 5

/** Judges one edge node by what was heard of it: one verdict a clause, in the order of the specification's chapters. */
export function lint(timeline: Timeline, edge: EdgeName): Verdict[] {
  const view = viewOf(timeline, edge)
  return CLAUSES.map(({ id, level, check }) => {
    const finding = check(view)
    if (finding.is !== 'checked') return { id, level, outcome: finding }
    const { cases, faults } = finding
    if (faults.length === 0) return { id, level, outcome: { is: 'passed', cases } }
    const is = level === 'must' ? 'failed' : 'advised'
    return { id, level, outcome: { is, cases, broken: faults.length, faults: faults.slice(0, MOST_FAULTS) } }
  })
}
