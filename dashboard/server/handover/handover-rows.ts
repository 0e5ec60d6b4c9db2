import { createHash } from 'node:crypto'
import { z } from 'zod'
import { HandoverDraft, HandoverShift } from '../../../core/contract/handover-draft.ts'
import {
  Addendum,
  HandoverEntry,
  HandoverId,
  type HandoverRecord,
  HandoverState,
  Signature,
} from '../../../core/contract/handover.ts'
import { UtcMs } from '../../../core/contract/time.ts'
import { canonicalJson } from '../../../core/kit/canonical-json.ts'
import type { Query } from '../db/database.ts'

/** A column that holds JSON. */
const json = <T extends z.ZodType>(schema: T) =>
  z
    .string()
    .transform((text): unknown => JSON.parse(text))
    .pipe(schema)

/** What people sign. */
const Content = z
  .object({ shift: HandoverShift, draftedAt: UtcMs, draft: HandoverDraft, entries: z.array(HandoverEntry) })
  .strict()

const Row = z
  .object({
    id: HandoverId,
    state: HandoverState,
    content: json(Content),
    signatures: json(z.array(Signature)),
    addenda: json(z.array(Addendum)),
  })
  .transform(({ id, state, content, signatures, addenda }): HandoverRecord => {
    return { id, state, ...content, signatures, addenda }
  })

const RECORD = 'select id, state, content, signatures, addenda from handovers'

/** The record of a shift; null before it is drafted. */
export function findHandover(q: Query, id: string): Promise<HandoverRecord | null> {
  return q.one(Row, `${RECORD} where id = ?`, id)
}

const HeadRow = z
  .object({
    id: HandoverId,
    state: HandoverState,
    shift: json(HandoverShift),
    signatures: json(z.array(Signature)),
    addenda: z.number(),
  })
  .strict()
export type HandoverHead = z.infer<typeof HeadRow>

const HEAD = `select id, state, json_extract(content, '$.shift') as shift, signatures,
  json_array_length(addenda) as addenda from handovers`

/** Records of shifts that began before an instant, the newest first, without what they say. */
export function listHandovers(q: Query, before: number, limit: number): Promise<HandoverHead[]> {
  return q.all(HeadRow, `${HEAD} where began_at < ? order by began_at desc, id limit ?`, ...[before, limit])
}

/** The record of a shift without what it says; null before it is drafted. */
export function headOfHandover(q: Query, id: string): Promise<HandoverHead | null> {
  return q.one(HeadRow, `${HEAD} where id = ?`, id)
}

/** Keeps a record, new or changed. The database itself refuses to change what both crews have signed. */
export async function saveHandover(q: Query, record: HandoverRecord): Promise<void> {
  const { id, state, shift, draftedAt, draft, entries, signatures, addenda } = record
  const content = JSON.stringify({ shift, draftedAt, draft, entries })
  await q.run(
    `insert into handovers (id, began_at, state, content, signatures, addenda) values (?, ?, ?, ?, ?, ?)
     on conflict (id) do update set state = excluded.state, content = excluded.content, signatures = excluded.signatures,
       addenda = excluded.addenda`,
    ...[id, shift.from, state, content, JSON.stringify(signatures), JSON.stringify(addenda)],
  )
}

/** Since when hand-overs are asked for: when this control room first knew of them. */
export async function watchedSince(q: Query, now: UtcMs): Promise<UtcMs> {
  await q.run('insert into handover_watch (one, since) values (1, ?) on conflict do nothing', now)
  const row = await q.one(z.object({ since: UtcMs }), 'select since from handover_watch')
  return row?.since ?? now
}

/** SHA-256 of the canonical JSON of a whole record. */
export function hashOfRecord(record: HandoverRecord): string {
  return hashOf(record)
}

/** SHA-256 of the canonical JSON of what people sign: shift, draft and entries. */
export function hashOfContent({ shift, draftedAt, draft, entries }: HandoverRecord): string {
  return hashOf({ shift, draftedAt, draft, entries })
}

function hashOf(value: object): string {
  return createHash('sha256').update(canonicalJson(value)).digest('hex')
}
