import {
  type AddEntry,
  HandoverId,
  HandoverList,
  type HandoverSection,
  type HandoverSide,
  type HandoverSummary,
  HandoverView,
  type SignHandover,
} from '../../../core/contract/handover.ts'
import type { Alarm } from '../../../core/contract/alarm.ts'
import { awaitsPerson } from '../../../core/alarms/lifecycle-table.ts'
import type { Api } from './api.ts'
import type { Query } from './route.ts'

/** A record of a shift takes a moment to draft in a large county. */
const WITHIN_MS = 30_000

/** Everything the page asks about hand-overs. Throws as the API does. */
export interface HandoverCalls {
  list(before: number | null, signal: AbortSignal): Promise<HandoverList>
  view(id: string, signal: AbortSignal): Promise<HandoverView>
  draft(id: string): Promise<HandoverView>
  write(id: string, entry: AddEntry): Promise<HandoverView>
  strike(id: string, entry: string): Promise<HandoverView>
  sign(id: string, body: SignBody): Promise<HandoverView>
  add(id: string, text: string): Promise<HandoverView>
}

/** A signature as it is typed; what is empty is left out. */
export type SignBody = Pick<SignHandover, 'side' | 'person' | 'inPlace'> & {
  readonly note: string
  readonly second?: { readonly user: string; readonly password: string }
}

/** The calls over `api`. */
export function handoverCalls({ ask }: Pick<Api, 'ask'>): HandoverCalls {
  const step = (id: string, what: string, body?: unknown) =>
    ask(`/api/handovers/${id}/${what}`, {
      ...{ method: 'POST', answer: HandoverView, signal: AbortSignal.timeout(WITHIN_MS) },
      ...(body === undefined ? {} : { body }),
    })
  return {
    list: (before, signal) =>
      ask(`/api/handovers${before === null ? '' : `?before=${before}`}`, { answer: HandoverList, signal }),
    view: (id, signal) => ask(`/api/handovers/${id}`, { answer: HandoverView, signal }),
    draft: (id) => step(id, 'draft'),
    write: (id, entry) => step(id, 'entries', entry),
    strike: (id, entry) => step(id, `entries/${encodeURIComponent(entry)}/strike`),
    sign: (id, body) => step(id, 'sign', body),
    add: (id, text) => step(id, 'addenda', { text }),
  }
}

/** What the address of the hand-over page says: which record, and from where on the list of past ones goes back. */
export interface HandoverPlace {
  /** null = the one that is due. */
  readonly record: string | null
  /** ms since 1970; null = the newest. */
  readonly before: number | null
}

/** Reads it; what means nothing is left out. Inverse of `queryOfHandover`. */
export function handoverOf(query: Query): HandoverPlace {
  const record = HandoverId.safeParse(query.record)
  const before = /^\d{1,15}$/.test(query.before ?? '') ? Number(query.before) : null
  return { record: record.data ?? null, before }
}

/** The address of a place. */
export function queryOfHandover({ record, before }: HandoverPlace): Query {
  return {
    ...(record === null ? {} : { record }),
    ...(before === null ? {} : { before: String(before) }),
  }
}

/** The record somebody most likely wants: the shift before where it is not handed over yet and was there to be, else the one that runs. */
export function dueOf({ current, previous }: Pick<HandoverList, 'current' | 'previous'>): HandoverSummary | null {
  const isWaiting = previous !== null && (previous.state === 'draft' || previous.state === 'signed-out')
  return isWaiting ? previous : (current ?? previous)
}

/** Red alarms nobody has acknowledged, oldest first: as the live feed knows them, or as they were told where it is silent. */
export function unreadOf(
  view: Pick<HandoverView, 'unreadRed'>,
  live: { readonly alive: boolean; readonly alarms: Iterable<Alarm> },
): HandoverView['unreadRed'] {
  if (!live.alive) return view.unreadRed
  return [...live.alarms]
    .filter(({ priority, state }) => priority === 'red' && awaitsPerson(state))
    .sort((a, b) => a.raisedAt - b.raisedAt)
    .map(({ id, number }) => ({ alarm: id, number }))
}

/** Sections people write rows into, with the kind of their rows. */
export const ROWS_OF = {
  calls: 'call',
  patrol: 'patrol',
  instructions: 'instruction',
  things: 'thing',
} as const satisfies Partial<Record<HandoverSection, AddEntry['kind']>>

export const SIDES: readonly HandoverSide[] = ['outgoing', 'incoming', 'leader']
