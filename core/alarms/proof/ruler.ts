import type { Finding } from '../../contract/alarm.ts'
import type { Medium, Notice } from '../../contract/notice.ts'
import type { Stamp, StampId, StampMissing } from '../../contract/proof.ts'
import type { UtcMs } from '../../contract/time.ts'
import { callsOf, type Episode, firstAcknowledgement } from './episode.ts'

/** Ways whose far end says when it has a message. A robot, a mail server and a webhook only say that they took it. */
const TELLS_DELIVERY: ReadonlySet<Medium> = new Set<Medium>(['desk', 'sms', 'voice', 'push', 'site'])

/** The ten time stamps of an alarm, each with whose word it is, or why it is not there. (§3.5) */
export function rulerOf(episode: Episode): Stamp[] {
  const { alarm } = episode
  return [
    gatewayStamp('T0', alarm.raisedAt),
    gatewayStamp('T1', alarm.sampledAt),
    gatewayStamp('T2', alarm.storedAt),
    { ...gatewayStamp('T3', alarm.receivedAt), source: 'control-room' },
    ...messageStamps(episode.notices),
    acknowledgedStamp(episode),
    findingStamp(alarm.findings),
  ]
}

function gatewayStamp(stamp: StampId, at: UtcMs | null): Stamp {
  const missing = at === null ? 'gateway-cannot-say' : null
  return { stamp, at, source: 'gateway', by: null, via: null, missing }
}

/** T4 to T7: the first message that came so far. */
function messageStamps(notices: readonly Notice[]): Stamp[] {
  const calls = callsOf(notices)
  const tells = calls.some(({ medium, acceptedAt }) => acceptedAt !== null && TELLS_DELIVERY.has(medium))
  const accepted = calls.some(({ acceptedAt }) => acceptedAt !== null)
  const delivered = calls.some(({ deliveredAt }) => deliveredAt !== null)
  const first = (
    stamp: StampId,
    source: Stamp['source'],
    at: (notice: Notice) => UtcMs | null,
    missing: StampMissing,
  ) => messageStamp(calls, { stamp, source, at, missing })
  const beyond = (missing: StampMissing) => (accepted ? missing : 'none-accepted')
  return [
    first('T4', 'control-room', ({ sentAt }) => sentAt, calls.length === 0 ? 'nobody-called' : 'none-sent'),
    first('T5', 'provider', ({ acceptedAt }) => acceptedAt, calls.length === 0 ? 'nobody-called' : 'none-accepted'),
    first('T6', 'receiver', ({ deliveredAt }) => deliveredAt, beyond(tells ? 'none-delivered' : 'no-receipts')),
    first('T7', 'receiver', ({ seenAt }) => seenAt, beyond(tells || delivered ? 'none-seen' : 'no-receipts')),
  ]
}

interface Wanted {
  readonly stamp: StampId
  readonly source: Stamp['source']
  readonly at: (notice: Notice) => UtcMs | null
  readonly missing: StampMissing
}

function messageStamp(calls: readonly Notice[], { stamp, source, at, missing }: Wanted): Stamp {
  let found: { readonly at: UtcMs; readonly notice: Notice } | null = null
  for (const notice of calls) {
    const reached = at(notice)
    if (reached !== null && (found === null || reached < found.at)) found = { at: reached, notice }
  }
  if (found === null) return { stamp, at: null, source, by: null, via: null, missing }
  return { stamp, at: found.at, source, by: found.notice.name, via: found.notice.channel, missing: null }
}

function acknowledgedStamp(episode: Episode): Stamp {
  const found = firstAcknowledgement(episode)
  const missing = found === null ? 'nobody-acknowledged' : null
  return {
    stamp: 'T8',
    at: found?.at ?? null,
    source: 'person',
    by: found?.by ?? null,
    via: found?.via ?? null,
    missing,
  }
}

function findingStamp(findings: readonly Finding[]): Stamp {
  const first = findings.toSorted((a, b) => a.at - b.at)[0]
  if (first === undefined)
    return { stamp: 'T9', at: null, source: 'person', by: null, via: null, missing: 'nothing-found' }
  return { stamp: 'T9', at: first.at, source: 'person', by: first.by, via: first.receipt ?? first.kind, missing: null }
}
