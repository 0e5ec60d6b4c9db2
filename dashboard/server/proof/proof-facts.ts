import { z } from 'zod'
import type { Gap, OtherSign } from '../../../core/alarms/proof/verdicts.ts'
import type { Alarm } from '../../../core/contract/alarm.ts'
import type { HoleCause } from '../../../core/contract/chain.ts'
import type { LedgerEntry } from '../../../core/contract/ledger.ts'
import type { Notice } from '../../../core/contract/notice.ts'
import type { LedgerFault } from '../../../core/contract/proof.ts'
import { UtcMs } from '../../../core/contract/time.ts'
import { RULE_TYPES } from '../../../core/rules/types.ts'
import { checkChain, entryOf, type LedgerRow } from '../../../platform/ledger.ts'
import { NoticeRow } from '../alarms/alarm-rows.ts'
import type { Archive } from '../archive/archive.ts'
import { issueCertificate } from '../archive/certify.ts'
import type { Database, Query } from '../db/database.ts'
import { LEDGER_PAGE, LedgerRows } from './ledger-walk.ts'

const PAGE_ROWS = 500

const Row = z.custom<LedgerRow>((value) => typeof value === 'object' && value !== null)

/** Every entry of the ledger about something, oldest first; rows that are no entries are left out, the check of the chain names them. */
export async function entriesAbout(q: Query, subject: string): Promise<LedgerEntry[]> {
  const rows = await q.all(Row, 'select * from ledger where subject = ? order by n', subject)
  return rows.map(entryOf).filter((entry) => entry !== null)
}

/** Every message about an alarm, oldest first. */
export function noticesAbout(q: Query, alarm: string): Promise<Notice[]> {
  return q.all(NoticeRow, 'select * from notices where alarm = ? order by n', alarm)
}

/** The last entry of the ledger. */
export function headOf(q: Query): Promise<{ n: number; hash: string } | null> {
  return q.one(z.object({ n: z.number(), hash: z.string() }), 'select n, hash from ledger order by n desc limit 1')
}

/** What does not fit in the ledger between two of its entries. */
export async function faultBetween(db: Database, first: number, last: number): Promise<LedgerFault | null> {
  const before = await db.read((q) => q.one(Row, 'select * from ledger where n = ?', first - 1))
  const chain = checkChain(before)
  for (let after = first - 1; after < last;) {
    const from = after
    const rows = await db.read((q) => q.all(LedgerRows, LEDGER_PAGE, from, Math.min(PAGE_ROWS, last - from)))
    for (const row of rows) if (!chain.take(row)) return chain.fault()
    const reached = chain.last?.n ?? from
    if (rows.length === 0 || reached <= from) break
    after = reached
  }
  return chain.fault()
}

/** Types of rules that guard the watching itself: a broken line is no sign of anybody at work. */
const GUARDS: ReadonlySet<string> = new Set(RULE_TYPES.filter(({ serves }) => serves === 0).map(({ type }) => type))

const SignRow = z
  .object({ rule: z.string(), rule_type: z.string(), from_at: UtcMs, to_at: UtcMs.nullable() })
  .transform(({ rule, rule_type: ruleType, from_at: from, to_at: to }) => ({ rule, ruleType, from, to }))

/** What else was active at the site of an alarm from its beginning on. */
export async function signsBeside(q: Query, alarm: Alarm, now: UtcMs): Promise<OtherSign[]> {
  const rows = await q.all(
    SignRow,
    `select rule, rule_type, from_at, to_at from alarms join activations on activations.alarm = alarms.id
     where site = ? and id <> ? and from_at <= ? and (to_at is null or to_at >= ?)
       and (closed_at is null or closed_at >= ?) order by from_at limit 100`,
    ...[alarm.site, alarm.id, alarm.closedAt ?? now, alarm.raisedAt, alarm.raisedAt],
  )
  return rows.filter(({ ruleType }) => !GUARDS.has(ruleType))
}

/** Causes of holes that no later message can fill. Where minutes are left the time is told after all. */
const LOST: ReadonlySet<HoleCause> = new Set<HoleCause>(['dropped', 'damaged', 'power', 'disk'])
/** Causes that time may still mend. */
const OUTSTANDING: ReadonlySet<HoleCause> = new Set<HoleCause>(['on-its-way', 'not-yet-told'])

/** Readings of a site that were numbered between two instants and never came; what is still on its way counts once `to` is over. */
export async function gapsIn(
  archive: Archive,
  { site, from, to, now }: { readonly site: string; readonly from: UtcMs; readonly to: UtcMs; readonly now: UtcMs },
): Promise<Gap[]> {
  const issued = await issueCertificate(archive, { site, from, to, now, waiting: null })
  const holes = issued?.certificate.holes ?? []
  return holes
    .filter(({ cause, readings }) => readings !== null && (LOST.has(cause) || (now > to && OUTSTANDING.has(cause))))
    .map((hole) => ({ from: hole.from, to: hole.to, readings: hole.readings ?? 0 }))
}
