import { z } from 'zod'
import { Alarm } from '../../../core/contract/alarm.ts'
import { SiteSummary } from '../../../core/contract/http.ts'
import { DeskStatus, LiveHello, type LiveMessage, LiveReading, SitePulse } from '../../../core/contract/live.ts'
import { NoticeMessage } from '../../../core/contract/notice.ts'
import { UtcMs } from '../../../core/contract/time.ts'

/** A message of the feed as the page takes it in: a snapshot whose status cannot be read has none. */
export type LiveNews =
  | Exclude<LiveMessage, { readonly type: 'snapshot' }>
  | (Omit<Extract<LiveMessage, { readonly type: 'snapshot' }>, 'status' | 'hello'> & {
      readonly status: DeskStatus | null
      /** null = from a control room that does not say who it is. */
      readonly hello: LiveHello | null
    })

/** What came of a text of the feed. */
export interface ReadNews {
  /** null = nothing of it can be read. */
  readonly news: LiveNews | null
  /** Parts, or whole messages, that do not follow the contract. They are left out. */
  readonly refused: number
}

const Rows = z.array(z.unknown())
const rev = z.number().int().nonnegative()

/** What every version of the feed has in common; the rows are looked at one by one. */
const Envelope = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('snapshot'),
    rev,
    now: UtcMs,
    hello: z.unknown(),
    sites: Rows,
    alarms: Rows,
    status: z.unknown(),
  }),
  z.object({
    type: z.literal('delta'),
    rev,
    now: UtcMs,
    sites: Rows,
    pulses: Rows.default([]),
    alarms: Rows,
    readings: Rows,
    status: z.unknown().optional(),
  }),
  z.object({ type: z.literal('beat'), rev, now: UtcMs }),
  z.object({ type: z.literal('notice'), now: UtcMs, message: z.unknown() }),
])

/** Of rows of a control room that means the same by them as this page, every so many-th is checked. */
const SAMPLE = 50

/** Reads the texts of one connection. */
export interface NewsReader {
  read(text: string): ReadNews
}

/**
 * A reader for one connection. Every row is checked against the contract until the control room has said that its contract is `revision`, this
 * page's own; from then on the envelope is, and a sample of the rows, since checking a thousand sites a second costs more than drawing them.
 * A row that fails ends that trust.
 */
export function openNewsReader(revision: string): NewsReader {
  let trusted = false
  return {
    read: (text) => {
      const envelope = Envelope.safeParse(parsed(text))
      if (!envelope.success) return { news: null, refused: 1 }
      const { data } = envelope
      const hello = data.type === 'snapshot' ? (LiveHello.safeParse(data.hello).data ?? null) : null
      if (data.type === 'snapshot') trusted = hello?.revision === revision
      const checked = check(data, trusted)
      if (checked.refused > 0 && trusted) {
        trusted = false
        // The rows that were not looked at may be no better.
        return newsOf(data, hello, check(data, false))
      }
      return newsOf(data, hello, checked)
    },
  }
}

type Data = z.infer<typeof Envelope>

interface Checked {
  readonly sites: readonly SiteSummary[]
  readonly pulses: readonly SitePulse[]
  readonly alarms: readonly Alarm[]
  readonly readings: readonly LiveReading[]
  readonly status: DeskStatus | null
  readonly notice: NoticeMessage | null
  readonly refused: number
}

function check(data: Data, trusted: boolean): Checked {
  const every = trusted ? SAMPLE : 1
  const sites = rowsOf('sites' in data ? data.sites : [], SiteSummary, every)
  const pulses = rowsOf('pulses' in data ? data.pulses : [], SitePulse, every)
  const alarms = rowsOf('alarms' in data ? data.alarms : [], Alarm, every)
  const readings = rowsOf('readings' in data ? data.readings : [], LiveReading, every)
  const status = 'status' in data && data.status !== undefined ? DeskStatus.safeParse(data.status) : null
  const notice = 'message' in data ? NoticeMessage.safeParse(data.message) : null
  const lost = [status, notice].filter((one) => one?.success === false).length
  return {
    sites: sites.rows,
    pulses: pulses.rows,
    alarms: alarms.rows,
    readings: readings.rows,
    status: status?.data ?? null,
    notice: notice?.data ?? null,
    refused: sites.refused + pulses.refused + alarms.refused + readings.refused + lost,
  }
}

/** The rows that follow the contract, of which only every so many-th is looked at. */
function rowsOf<T>(rows: readonly unknown[], schema: z.ZodType<T>, every: number) {
  const kept: T[] = []
  for (const [index, row] of rows.entries()) {
    if (index % every !== 0) {
      if (isTakenFor(schema, row)) kept.push(row)
      continue
    }
    const checked = schema.safeParse(row)
    if (checked.success) kept.push(checked.data)
  }
  return { rows: kept, refused: rows.length - kept.length }
}

function isTakenFor<T>(_schema: z.ZodType<T>, row: unknown): row is T {
  return typeof row === 'object' && row !== null
}

function newsOf(data: Data, hello: LiveHello | null, checked: Checked): ReadNews {
  const { refused, status, notice } = checked
  const sites = [...checked.sites]
  const alarms = [...checked.alarms]
  switch (data.type) {
    case 'snapshot':
      return { news: { type: data.type, rev: data.rev, now: data.now, hello, sites, alarms, status }, refused }
    case 'delta': {
      const [pulses, readings] = [[...checked.pulses], [...checked.readings]]
      const delta = { type: data.type, rev: data.rev, now: data.now, sites, pulses, alarms, readings }
      return { news: status === null ? delta : { ...delta, status }, refused }
    }
    case 'beat':
      return { news: data, refused }
    case 'notice':
      return { news: notice === null ? null : { type: data.type, now: data.now, message: notice }, refused }
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
