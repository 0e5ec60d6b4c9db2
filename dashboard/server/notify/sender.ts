import { createHash } from 'node:crypto'
import { z } from 'zod'
import { NoticeKind, type NoticeMessage } from '../../../core/contract/notice.ts'
import type { PointRef } from '../../../core/contract/reading.ts'
import type { Person } from '../../../core/contract/roster.ts'
import type { Site } from '../../../core/contract/site.ts'
import { Bilingual } from '../../../core/contract/text.ts'
import type { UtcMs } from '../../../core/contract/time.ts'
import { LEAST_PENALTY_MS, type Outcome } from '../../../core/alarms/dispatch-settle.ts'
import { isHouseError, messageOf } from '../../../core/kit/errors.ts'
import type { PointName } from '../ingest/county.ts'
import type { ChannelEntry } from './channels.ts'
import { composeDigest, composeMemo } from './compose-digest.ts'
import { composeNotice, type NoticeFacts } from './compose.ts'
import type { Reach } from './in-stead.ts'
import type { Leased } from './lease.ts'

export interface SenderDeps extends Reach {
  /** How phones reach the control room; links in messages start with it. */
  readonly publicUrl: string
  /** What is known of a site; null while it has never been heard of. */
  readonly siteName: (site: string) => Site | null
  /** What people call a point; null while it is not known. */
  readonly pointName: (site: string, point: PointRef) => PointName | null
}

/** One attempt and its end. */
export interface Attempt {
  readonly outcome: Outcome
  /** SHA-256 over what was handed over, hex; null where it came to no message. */
  readonly bodyHash: string | null
  /** What the channel threw; null where it took the message or was not asked. */
  readonly fault?: unknown
}

/** One attempt to send, at a time. Never throws: whatever happens is an outcome. */
export type Send = (leased: Leased, now: UtcMs, signal: AbortSignal) => Promise<Attempt>

const MemoText = z.object({ title: Bilingual, text: Bilingual, short: Bilingual })
const OWN_NAME: Bilingual = { 'zh-CN': '值守系统', en: 'Control room' }

export function openSender(deps: SenderDeps): Send {
  return async (leased, now, signal) => {
    const { head, channel } = leased
    const person = deps.duty.person(head.person)
    const entry = deps.channels.get(channel)
    const contact = person?.contacts.find((candidate) => candidate.channel === channel)
    if (person === null || entry === undefined || contact === undefined) {
      return {
        outcome: { is: 'refused', answer: `${head.person} is not reached over ${channel} any more` },
        bodyHash: null,
      }
    }
    const message = compose(leased, person, { deps, now })
    if (message === null)
      return { outcome: { is: 'refused', answer: 'nothing is known of what it says' }, bodyHash: null }
    const bodyHash = createHash('sha256').update(JSON.stringify(message)).digest('hex')
    return { ...(await handOver(entry, { message, address: contact.address }, signal)), bodyHash }
  }
}

/** One call of the provider a message: its budget counts messages. */
async function handOver(
  entry: ChannelEntry,
  { message, address }: { readonly message: NoticeMessage; readonly address: string },
  signal: AbortSignal,
): Promise<Pick<Attempt, 'outcome' | 'fault'>> {
  try {
    const { answer, ref } = await entry.channel.send(message, address, signal)
    return { outcome: { is: 'accepted', answer, ...(ref === undefined ? {} : { ref }) }, fault: null }
  } catch (fault) {
    return { outcome: failureOf(fault, entry), fault }
  }
}

function failureOf(error: unknown, { budget }: ChannelEntry): Outcome {
  const answer = messageOf(error)
  if (isHouseError(error, 'notify/refused')) return { is: 'refused', answer }
  if (!isHouseError(error, 'notify/throttled')) return { is: 'temporary', answer }
  const { penaltyMs, perAddress } = error.facts
  return {
    ...{ is: 'throttled', answer, isForAll: perAddress !== true },
    penaltyMs: Math.max(LEAST_PENALTY_MS, typeof penaltyMs === 'number' ? penaltyMs : budget.penaltyMs),
  }
}

function compose(
  leased: Leased,
  person: Person,
  { deps, now }: { readonly deps: SenderDeps; readonly now: UtcMs },
): NoticeMessage | null {
  const { head, rows, alarms, priority } = leased
  if (head.alarm === null) {
    const body = MemoText.safeParse(JSON.parse(head.memo ?? 'null'))
    const kind = head.kind === 'test' || head.kind === 'code' ? head.kind : 'memo'
    return body.success
      ? composeMemo({ notice: head.id, kind, person, priority, body: body.data, group: OWN_NAME, now })
      : null
  }
  const [alarm] = alarms
  if (alarm === undefined) return null
  if (leased.isDigest) {
    const lines = alarms.map((one) => {
      const newest = rows.findLast((row) => row.alarm === one.id)
      return { alarm: one, kind: NoticeKind.catch('raise').parse(newest?.kind), site: deps.siteName(one.site) }
    })
    return composeDigest({ notice: head.id, person, lines })
  }
  return composeNotice({
    ...{ alarm, person, now, notice: { ...head, kind: NoticeKind.catch('raise').parse(head.kind) } },
    ...{ site: deps.siteName(alarm.site), point: deps.pointName(alarm.site, alarm.point) },
    ...answerOf(leased, deps),
  })
}

/** How it is answered. Everybody in a group sees its messages, so no link and no code of one person stands in them. */
function answerOf(
  { answer, channel, alarms: [alarm] }: Leased,
  { publicUrl, channels }: SenderDeps,
): Pick<NoticeFacts, 'answer' | 'page'> {
  const base = publicUrl.endsWith('/') ? publicUrl : `${publicUrl}/`
  if (answer === null || alarm === undefined) return { answer: null, page: null }
  if (channels.get(channel)?.medium === 'robot') {
    return { answer: null, page: new URL(`#/alarms/${encodeURIComponent(alarm.id)}`, base).href }
  }
  const url = new URL(`api/notices/${answer.token}/acknowledge`, base).href
  return { answer: { url, code: answer.code }, page: null }
}
