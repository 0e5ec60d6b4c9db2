import type { NodeView } from './node-view.ts'

/** Why a clause does not bind this node, or why it could not be seen. Keys of a message table. */
export const REASONS = [
  'no-birth',
  'no-device',
  'no-ndata',
  'no-ddata',
  'no-ndeath',
  'no-ddeath',
  'no-device-loss',
  'no-wire',
  'no-second-connect',
  'no-disconnect',
  'no-rebirth-request',
  'no-host-configured',
  'no-host-offline',
  'no-old-state',
  'one-server',
  'other-mqtt-version',
  'no-dataset',
  'no-template',
  'no-alias',
  'no-property',
  'no-quality',
  'permission',
  'not-decoded',
] as const
export type Reason = (typeof REASONS)[number]

/** A packet that breaks a clause: its number in the timeline, and what is wrong with it in the words of the protocol. */
export interface Fault {
  readonly index: number
  readonly what: string
}

/** What a check has found. Many cases and no fault is a pass. */
export type Finding =
  | { readonly is: 'checked'; readonly cases: number; readonly faults: readonly Fault[] }
  | { readonly is: 'not-applicable' | 'not-seen'; readonly reason: Reason }

/** One normative statement of the specification. */
export interface Clause {
  /** The id in the specification, without `tck-id-`. */
  readonly id: string
  /** A broken `should` is no failure. */
  readonly level: 'must' | 'should' | 'may'
  readonly check: (view: NodeView) => Finding
}

/** A clause that must be kept. */
export function must(id: string, check: Clause['check']): Clause {
  return { id, level: 'must', check }
}

/** A recommendation. */
export function should(id: string, check: Clause['check']): Clause {
  return { id, level: 'should', check }
}

/** A permission: it binds nobody. */
export function may(id: string): Clause {
  return { id, level: 'may', check: () => ({ is: 'not-applicable', reason: 'permission' }) }
}

export function notApplicable(reason: Reason): Finding {
  return { is: 'not-applicable', reason }
}

export function notSeen(reason: Reason): Finding {
  return { is: 'not-seen', reason }
}

/** Each item on its own: `fault` says what is wrong with it, or null. Without items it has not been seen, for `reason`. */
export function each<T>(items: readonly T[], reason: Reason, fault: (item: T) => Fault | null): Finding {
  if (items.length === 0) return notSeen(reason)
  return { is: 'checked', cases: items.length, faults: items.flatMap((item) => fault(item) ?? []) }
}

/** A fault where `isBroken`, else null. */
export function faultIf(isBroken: boolean, { index }: { readonly index: number }, what: string): Fault | null {
  return isBroken ? { index, what } : null
}

/** A check that needs both directions of the wire. */
export function onWire(check: Clause['check']): Clause['check'] {
  return (view) => (view.timeline.tap === 'wire' ? check(view) : notSeen('no-wire'))
}
