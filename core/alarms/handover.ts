import type { HandoverDraft } from '../contract/handover-draft.ts'
import type {
  Addendum,
  HandoverEntry,
  HandoverRecord,
  HandoverRefusal,
  HandoverSide,
  HandoverState,
  Signature,
} from '../contract/handover.ts'
import { type UtcMs } from '../contract/time.ts'

/** What the control room has written may be so old when somebody signs it. */
export const FRESH_MS = 300_000
/** A shift is handed over so long before its end at the earliest. */
export const EARLY_MS = 3_600_000
/** Rows people write, and addenda, a record holds. */
const MOST_ENTRIES = 500
const MOST_ADDENDA = 200

/** One step of a record. `redraft` over a signature makes it void: one signs what one has read. */
export type HandoverStep =
  | { readonly do: 'redraft'; readonly draft: HandoverDraft; readonly at: UtcMs }
  | { readonly do: 'write'; readonly entry: HandoverEntry }
  | { readonly do: 'strike'; readonly entry: string; readonly by: string; readonly at: UtcMs }
  | { readonly do: 'sign'; readonly signature: Signature; readonly facts: SigningFacts }
  | { readonly do: 'add'; readonly addendum: Addendum }

/** What a signature depends on beside the record. */
export interface SigningFacts {
  readonly now: UtcMs
  /** Red alarms that wait for somebody to acknowledge them. */
  readonly unreadRed: number
  /** Whether who signs is of the crew of that side, or leads. */
  readonly isOfCrew: boolean
  /** Whether the same crew goes on: then nobody else is there to sign for the other side. */
  readonly isSameCrew: boolean
  /** Whether who signs may do so in somebody's place, saying why. */
  readonly maySignInPlace: boolean
}

/** The record after a step, or why it is not done. */
export type HandoverStepped =
  { readonly is: 'done'; readonly record: HandoverRecord } | { readonly is: 'refused'; readonly why: HandoverRefusal }

/** Whether nothing of a record is ever changed again but by addenda. */
export function isLocked(state: HandoverState): boolean {
  return state === 'signed-in' || state === 'locked'
}

/** Takes one step. A locked record never changes but by addenda and further signatures, and no signature passes a red alarm unread. */
export function stepHandover(record: HandoverRecord, step: HandoverStep): HandoverStepped {
  switch (step.do) {
    case 'redraft':
      if (isLocked(record.state)) return refused('locked')
      return done({ ...record, state: 'draft', draft: step.draft, draftedAt: step.at, signatures: [] })
    case 'write':
      return unlessSigned(record, () => write(record, step.entry))
    case 'strike':
      return unlessSigned(record, () => strike(record, step))
    case 'sign':
      return sign(record, step.signature, step.facts)
    case 'add':
      if (!isLocked(record.state)) return refused('not-locked')
      if (record.addenda.length >= MOST_ADDENDA) return refused('full')
      return done({ ...record, addenda: [...record.addenda, step.addendum] })
  }
}

/** Everything that keeps a side from signing now, whoever signs. Empty = it may. */
export function signingBlocks(
  record: HandoverRecord,
  side: HandoverSide,
  { now, unreadRed }: Pick<SigningFacts, 'now' | 'unreadRed'>,
): readonly HandoverRefusal[] {
  const { state, draftedAt, shift } = record
  const isRunning = !isLocked(state)
  const blocks: readonly (readonly [HandoverRefusal, boolean])[] = [
    ['locked', state === 'locked' || (state === 'signed-in' && side === 'outgoing')],
    ['unread-red', unreadRed > 0],
    ['too-early', isRunning && now < shift.to - EARLY_MS],
    ['outgoing-first', state === 'draft' && side !== 'outgoing'],
    ['stale', isRunning && now - draftedAt > FRESH_MS],
  ]
  return blocks.filter(([, isSo]) => isSo).map(([why]) => why)
}

function done(record: HandoverRecord): HandoverStepped {
  return { is: 'done', record }
}

function refused(why: HandoverRefusal): HandoverStepped {
  return { is: 'refused', why }
}

function unlessSigned({ state }: HandoverRecord, work: () => HandoverStepped): HandoverStepped {
  if (isLocked(state)) return refused('locked')
  return state === 'draft' ? work() : refused('signed')
}

function write(record: HandoverRecord, entry: HandoverEntry): HandoverStepped {
  if (record.entries.length >= MOST_ENTRIES) return refused('full')
  return done({ ...record, entries: [...record.entries, entry] })
}

function strike(
  record: HandoverRecord,
  { entry: id, by, at }: Extract<HandoverStep, { do: 'strike' }>,
): HandoverStepped {
  const found = record.entries.find((entry) => entry.id === id)
  if (found === undefined) return refused('no-such-row')
  if (found.struck !== null) return refused('struck')
  const entries = record.entries.map((entry) => (entry === found ? { ...entry, struck: { at, by } } : entry))
  return done({ ...record, entries })
}

function sign(record: HandoverRecord, signature: Signature, facts: SigningFacts): HandoverStepped {
  const { side, user, inPlace } = signature
  const [block] = signingBlocks(record, side, facts)
  if (block !== undefined) return refused(block)
  const own = record.signatures.filter((one) => one.user === user)
  if (own.some((one) => one.side === side)) return refused('signed-already')
  if (own.some((one) => side === 'leader' || one.side === 'leader' || !facts.isSameCrew)) return refused('two-sides')
  if (!facts.isOfCrew && (inPlace === null || !facts.maySignInPlace)) return refused('not-crew')
  const signatures = [...record.signatures, signature]
  return done({ ...record, signatures, state: stateOf(signatures) })
}

function stateOf(signatures: readonly Signature[]): HandoverState {
  const has = (side: HandoverSide) => signatures.some((one) => one.side === side)
  if (!has('outgoing')) return 'draft'
  if (!has('incoming')) return 'signed-out'
  return has('leader') ? 'locked' : 'signed-in'
}
