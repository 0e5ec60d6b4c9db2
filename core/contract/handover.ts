import { z } from 'zod'
import { Second } from './acts.ts'
import { HandoverDraft, HandoverShift } from './handover-draft.ts'
import { Id, Sha256 } from './text.ts'
import { UtcMs } from './time.ts'

/** The 13 sections of a hand-over, in their order (§5.1). */
export const HANDOVER_SECTIONS = [
  'shift',
  'alarms',
  'unfinished',
  'suppressions',
  'offline',
  'calls',
  'checks',
  'orders',
  'system',
  'patrol',
  'instructions',
  'things',
  'signatures',
] as const
export const HandoverSection = z.enum(HANDOVER_SECTIONS)
export type HandoverSection = z.infer<typeof HandoverSection>

/** Which record: role, day and shift, such as `duty.2026-01-12.night`. */
export const HandoverId = z
  .string()
  .max(160)
  .regex(/^[a-z0-9-]+\.\d{4}-\d{2}-\d{2}\.[a-z0-9-]+$/, 'expected role, day and shift such as duty.2026-01-12.night')
export type HandoverId = z.infer<typeof HandoverId>

/**
 * Where a record stands. `signed-out`: the leaving crew has signed. `signed-in`: so has the coming one, and nothing of it is ever changed
 * again. `locked`: the leader has signed too.
 */
export const HandoverState = z.enum(['draft', 'signed-out', 'signed-in', 'locked'])
export type HandoverState = z.infer<typeof HandoverState>

const words = z.string().trim().min(1, 'expected some words').max(1_000)
const name = z.string().trim().min(1, 'expected a name').max(100)

/** What people write into a record: rows of the sections that are theirs, and comments on those that are not. */
export const AddEntry = z.discriminatedUnion('kind', [
  z
    .object({
      kind: z.literal('call'),
      direction: z.enum(['made', 'received']),
      /** To the minute. */
      when: UtcMs,
      whom: name,
      content: words,
      outcome: z.string().trim().max(1_000).default(''),
    })
    .strict(),
  z.object({ kind: z.literal('patrol'), text: words }).strict(),
  z.object({ kind: z.literal('instruction'), from: name, text: words }).strict(),
  z.object({ kind: z.literal('thing'), item: name, standing: words }).strict(),
  z.object({ kind: z.literal('comment'), section: HandoverSection.exclude(['signatures']), text: words }).strict(),
])
export type AddEntry = z.infer<typeof AddEntry>

const written = {
  id: z.string().min(1).max(64),
  at: UtcMs,
  by: z.string().min(1),
  /** Struck out, and still to be read. */
  struck: z
    .object({ at: UtcMs, by: z.string().min(1) })
    .strict()
    .nullable(),
}
const [call, patrol, instruction, thing, comment] = AddEntry.options

/** The same as it stands in the record. */
export const HandoverEntry = z.discriminatedUnion('kind', [
  call.extend(written),
  patrol.extend(written),
  instruction.extend(written),
  thing.extend(written),
  comment.extend(written),
])
export type HandoverEntry = z.infer<typeof HandoverEntry>

export const HandoverSide = z.enum(['outgoing', 'incoming', 'leader'])
export type HandoverSide = z.infer<typeof HandoverSide>

/** Somebody's signature, over the hash of what they saw. */
export const Signature = z
  .object({
    side: HandoverSide,
    /** Whom of the roster; null for somebody who is not in it. */
    person: Id.nullable(),
    name: z.string().min(1),
    user: z.string().min(1),
    at: UtcMs,
    /** Why somebody signs who is not of that crew; null for those who are. */
    inPlace: z.string().nullable(),
    note: z.string().max(1_000),
    /** SHA-256 of the canonical JSON of shift, draft and entries as they were then. */
    content: Sha256,
  })
  .strict()
export type Signature = z.infer<typeof Signature>

/** Something added after both crews have signed (附记). */
export const Addendum = z.object({ at: UtcMs, by: z.string().min(1), text: words }).strict()
export type Addendum = z.infer<typeof Addendum>

/** The record of one hand-over. */
export const HandoverRecord = z
  .object({
    id: HandoverId,
    shift: HandoverShift,
    state: HandoverState,
    draftedAt: UtcMs,
    draft: HandoverDraft,
    entries: z.array(HandoverEntry).max(500),
    signatures: z.array(Signature).max(12),
    addenda: z.array(Addendum).max(200),
  })
  .strict()
export type HandoverRecord = z.infer<typeof HandoverRecord>

/** Why a step is not done. Never renumbered; the page has words for each. */
export const HandoverRefusal = z.enum([
  'unread-red', // a red alarm waits for somebody to acknowledge it
  'stale', // what the control room has written is older than 5 min
  'too-early', // more than an hour before the shift ends
  'signed', // nothing is written any more once somebody has signed
  'locked', // both crews have signed
  'not-locked', // an addendum is for a record both crews have signed
  'outgoing-first',
  'signed-already',
  'two-sides', // one person signs for one side only
  'which-person', // one account stands for several of the crew
  'not-crew', // not of that crew, and no leader who says why they sign in place
  'struck', // the row is struck out already
  'no-such-row',
  'full', // the record holds no more rows
])
export type HandoverRefusal = z.infer<typeof HandoverRefusal>

/** A record as it is answered, with what proves it. */
export const HandoverView = z
  .object({
    record: HandoverRecord,
    /** SHA-256 of the canonical JSON of `record`. */
    hash: Sha256,
    /** The entry of the ledger that holds this hash; null where there is none. */
    ledger: z.object({ n: z.number().int().positive(), at: UtcMs }).strict().nullable(),
    /** By the control room's clock: what `draftedAt` is judged by. */
    now: UtcMs,
    /** Red alarms nobody has acknowledged. */
    unreadRed: z.array(z.object({ alarm: z.string(), number: z.string() }).strict()),
  })
  .strict()
export type HandoverView = z.infer<typeof HandoverView>

/** A record in the list; `state` null = there is none yet. */
export const HandoverSummary = z
  .object({
    id: HandoverId,
    shift: HandoverShift,
    state: HandoverState.nullable(),
    outgoing: z.array(z.string()),
    incoming: z.array(z.string()),
    addenda: z.number().int().nonnegative(),
  })
  .strict()
export type HandoverSummary = z.infer<typeof HandoverSummary>

export const HandoverQuery = z
  .object({
    /** Shifts that began before. */
    before: z.coerce.number().int().nonnegative().optional(),
    limit: z.coerce.number().int().min(1).max(200).default(30),
  })
  .strict()
export type HandoverQuery = z.infer<typeof HandoverQuery>

/** The shift that runs, the one before it, and the records there are, newest first. Both null where nobody works in shifts. */
export const HandoverList = z
  .object({
    current: HandoverSummary.nullable(),
    previous: HandoverSummary.nullable(),
    records: z.array(HandoverSummary),
  })
  .strict()
export type HandoverList = z.infer<typeof HandoverList>

/** A signature: of whoever is signed in, or of a second person who types name and password at the same desk. */
export const SignHandover = z
  .object({
    side: HandoverSide,
    /** Who of the roster, where one account stands for several. */
    person: Id.optional(),
    note: z.string().trim().max(1_000).default(''),
    inPlace: z.string().trim().min(4, 'expected a reason of at least 4 characters').max(500).optional(),
    second: Second.optional(),
  })
  .strict()
export type SignHandover = z.infer<typeof SignHandover>

export const AddAddendum = Addendum.pick({ text: true }).strict()
export type AddAddendum = z.infer<typeof AddAddendum>
