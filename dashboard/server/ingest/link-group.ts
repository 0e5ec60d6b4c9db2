import { setImmediate as nextTurn } from 'node:timers/promises'
import type { TrendHead } from '../../../core/contract/chain.ts'
import type { Receipt } from '../../../core/contract/lanes.ts'
import { decodeTrendBody } from '../../../core/decode/trend-body.ts'
import { isHouseError, messageOf } from '../../../core/kit/errors.ts'
import { hashOfBody, unpackBody } from '../../../platform/chain.ts'
import type { Clock } from '../../../platform/clock.ts'
import { MOST_BODY_BYTES } from '../archive/range-readings.ts'
import type { HistoryBatch, HistoryStore, HistoryTrend } from '../history/store.ts'
import { type CameLink, type JudgeDeps, type Judged, openLinkJudge } from './link-judge.ts'
import { verdict } from './receipts.ts'
import { refusal } from './refusals.ts'

/** A trend as it came, its body still packed. */
export interface CameTrend {
  readonly head: TrendHead
  readonly body: Uint8Array
}

/** A link or a trend, and the site it came from. */
export type Came = { readonly site: string } & (
  { readonly kind: 'link'; readonly link: CameLink } | { readonly kind: 'trend'; readonly trend: CameTrend }
)

export interface GroupDeps extends JudgeDeps {
  readonly history: HistoryStore
  readonly clock: Clock
}

/** What became of a group. */
export interface GroupOutcome {
  readonly receipts: readonly { readonly site: string; readonly receipt: Receipt }[]
  readonly refused: readonly { readonly source: string; readonly error: unknown }[]
  /** Readings of points no birth has told of: they are in the archive alone. */
  readonly unknown: number
}

/** Links and trends, judged and ready to be stored together. */
export interface LinkGroup {
  /** What the history is to have. */
  readonly batches: readonly HistoryBatch[]
  /**
   * Called when the history has `batches`, but for `left`, which it could not take. Stores everything else and the links; durable
   * when it resolves, and only then may the receipts be sent. Throws `history/unavailable`, `store/failed`.
   */
  store(left: readonly HistoryBatch[], signal: AbortSignal): Promise<GroupOutcome>
}

/** Judges a group. Others get their turn in between. */
export async function judgeGroup(came: readonly Came[], deps: GroupDeps): Promise<LinkGroup> {
  const judge = openLinkJudge(deps)
  const links: JudgedLink[] = []
  const trends: JudgedTrend[] = []
  // Readings are dated with what has come beside them.
  for (const one of [...came.filter(isDating), ...came.filter((each) => !isDating(each))]) {
    if (one.kind === 'link') links.push({ site: one.site, link: one.link, judged: judge(one.link) })
    else trends.push({ site: one.site, ...readTrend(one.trend) })
    await nextTurn()
  }
  const batches = links.flatMap(({ judged }) => (judged.is === 'new' ? judged.batches : []))
  return {
    batches,
    store: async (left, signal) => {
      const done = links.map((each) => without(each, new Set(left)))
      const fresh = done.flatMap(({ judged }) => (judged.is === 'new' ? [judged] : []))
      for (const { trend, lost } of fresh) {
        if (trend !== null) await deps.history.writeTrend(trend, signal)
        if (lost !== null) await deps.history.cover(lost, signal)
      }
      for (const { trend } of trends) if (trend !== null) await deps.history.writeTrend(trend, signal)
      if (fresh.length > 0)
        deps.archive.keep(
          fresh.map(({ link }) => link),
          deps.clock.now(),
        )
      return outcomeOf(
        done,
        trends,
        fresh.reduce((sum, { unknown }) => sum + unknown, 0),
      )
    },
  }
}

/** The receipt that tells the edge to send a link or trend again later. */
export function keepReceipt(came: Came, why: string): Receipt {
  return came.kind === 'link'
    ? { lane: 'range', ...nameOf(came.link), ...verdict('keep', why) }
    : { lane: 'trend', ...spanOf(came.trend), ...verdict('keep', why) }
}

function isDating(came: Came): boolean {
  return came.kind === 'link' && came.link.head.link.kind === 'dating'
}

interface JudgedLink {
  readonly site: string
  readonly link: CameLink
  readonly judged: Judged
}

interface JudgedTrend {
  readonly site: string
  readonly came: CameTrend
  readonly trend: HistoryTrend | null
  readonly error: unknown
}

/** A link of which the history left something stays at the edge. */
function without(each: JudgedLink, left: ReadonlySet<HistoryBatch>): JudgedLink {
  const { judged } = each
  if (judged.is !== 'new' || !judged.batches.some((batch) => left.has(batch))) return each
  return { ...each, judged: { is: 'keep', why: 'the stream has too many gaps' } }
}

function outcomeOf(links: readonly JudgedLink[], trends: readonly JudgedTrend[], unknown: number): GroupOutcome {
  const failed = [
    ...links.flatMap(({ site, judged }) =>
      judged.is === 'reject' ? [{ source: `${site} range`, error: judged.error }] : [],
    ),
    ...trends.flatMap(({ site, trend, error }) => (trend === null ? [{ source: `${site} trend`, error }] : [])),
  ]
  return {
    unknown,
    refused: failed,
    receipts: [
      ...links.map(({ site, link, judged }) => ({
        site,
        receipt: { lane: 'range' as const, ...nameOf(link), ...verdictOf(judged) },
      })),
      ...trends.map(({ site, came, trend, error }) => ({
        site,
        receipt: {
          ...{ lane: 'trend' as const, ...spanOf(came) },
          ...(trend === null ? verdict('reject', error) : verdict('accept')),
        },
      })),
    ],
  }
}

function verdictOf(judged: Judged) {
  switch (judged.is) {
    case 'known':
    case 'new':
      return verdict('accept')
    case 'reject':
      return verdict('reject', judged.error)
    case 'keep':
      return verdict('keep', judged.why)
  }
}

function readTrend(came: CameTrend): Pick<JudgedTrend, 'came' | 'trend' | 'error'> {
  const { site, stream, from, to, widthMs, body } = came.head
  try {
    const plain = unpackBody(came.body, MOST_BODY_BYTES)
    if (hashOfBody(plain) !== body) throw refusal('body-hash', 'the body of the trend is not the one it names')
    if (to < from) throw refusal('numbers', `a trend from reading ${from} to ${to}`)
    return { came, trend: { site, stream, from, to, widthMs, columns: columnsOf(plain), isFinal: false }, error: null }
  } catch (error) {
    if (!isHouseError(error, 'message/malformed')) throw error
    return { came, trend: null, error: 'reason' in error.facts ? error : refusal('body', messageOf(error)) }
  }
}

function columnsOf(plain: Uint8Array): HistoryTrend['columns'] {
  return decodeTrendBody(plain)
}

function nameOf({ head: { link }, hash }: CameLink) {
  return { stream: link.stream, n: link.n, hash }
}

function spanOf({ head: { stream, from, to } }: CameTrend) {
  return { stream, from, to }
}
