import { z } from 'zod'
import { ChannelLamp } from '../../../core/contract/notice.ts'
import { UtcMs } from '../../../core/contract/time.ts'
import { later } from '../../../core/kit/time.ts'

const HOUR_MS = 3_600_000
const DAY_HOURS = 24

/** Failures in a row after which a channel counts as down; fewer when they go on for longer than `DOWN_AFTER_MS`. */
const DOWN_AFTER = 3
const DOWN_AFTER_MS = 60_000

/** Messages in a row that were taken and did not arrive, after which a channel that takes them is not good. */
const UNDELIVERED_AFTER = 3

/** Refusals that are about one receiver or one message: the channel has done what it can. */
const NOT_ITS_FAULT: readonly string[] = ['address', 'number', 'text']

/** Troubles that only an acceptance proves to be over: asking costs nothing, so it is answered all the same. */
const PROVEN_BY_SENDING: readonly string[] = ['no-credit']

const Hour = z.object({
  /** Hours since 1970. */
  hour: z.number(),
  ...{ attempted: z.number(), accepted: z.number(), delivered: z.number(), failed: z.number() },
})

/** What is known of one channel. The state of its lamp is made from it, never kept. */
export const LampFacts = z.object({
  trouble: z
    .object({
      /** For the lamp: the provider's own words. */
      words: z.string(),
      /** `why` of the refusal; null for what can pass. */
      why: z.string().nullable(),
      since: UtcMs,
      count: z.number(),
      isLasting: z.boolean(),
    })
    .nullable(),
  /** Takes nothing before. */
  muted: z.object({ until: UtcMs, words: z.string() }).nullable(),
  /** In a row. */
  undelivered: z.object({ count: z.number(), words: z.string() }),
  lastAcceptedAt: UtcMs.nullable(),
  lastDeliveredAt: UtcMs.nullable(),
  signalDbm: z.number().nullable(),
  /** What somebody who can see the whole of it says, where there is such a one; the desk's own look. */
  seen: z.object({ state: ChannelLamp.shape.state, why: z.string().nullable() }).nullable(),
  hours: z.array(Hour),
  /** It was down and has not been good since. */
  isDown: z.boolean(),
  /** The lamp as it was after the last event, and since when. */
  state: ChannelLamp.shape.state,
  why: z.string().nullable(),
  since: UtcMs,
})
export type LampFacts = z.infer<typeof LampFacts>

/** Something that shows how a channel stands. `words` are the provider's. */
export type LampEvent =
  | { readonly is: 'accepted' | 'delivered' }
  | { readonly is: 'undelivered'; readonly words: string }
  | { readonly is: 'temporary'; readonly words: string }
  | { readonly is: 'throttled'; readonly words: string; readonly penaltyMs: number; readonly perAddress: boolean }
  | { readonly is: 'refused'; readonly words: string; readonly why: string | null }
  /** An answer without a message; `failed` ones do not count as attempts. */
  | { readonly is: 'probed'; readonly signalDbm: number | null }
  | { readonly is: 'probe-failed'; readonly words: string; readonly isForGood: boolean; readonly why: string | null }
  | { readonly is: 'seen'; readonly state: ChannelLamp['state']; readonly why: string | null }

/** A channel nothing is known of yet. */
export function newLamp(now: UtcMs): LampFacts {
  return {
    ...{ trouble: null, muted: null, undelivered: { count: 0, words: '' } },
    ...{ lastAcceptedAt: null, lastDeliveredAt: null, signalDbm: null, seen: null, hours: [] },
    ...{ isDown: false, state: 'unproven', why: null, since: now },
  }
}

/** The lamp after an event. */
export function stepLamp(facts: LampFacts, event: LampEvent, now: UtcMs): LampFacts {
  const next = { ...learnt(facts, event, now), hours: counted(facts.hours, event, now) }
  const { state, why } = stateOf(next, now)
  const isDown = state === 'down' || (facts.isDown && state === 'degraded')
  return { ...next, state, why, isDown, since: state === facts.state ? facts.since : now }
}

function learnt(facts: LampFacts, event: LampEvent, now: UtcMs): LampFacts {
  const failed = (words: string, why: string | null, isLasting: boolean): LampFacts => ({
    ...facts,
    trouble: {
      ...{ words, why },
      since: facts.trouble?.since ?? now,
      count: (facts.trouble?.count ?? 0) + 1,
      isLasting: isLasting || facts.trouble?.isLasting === true,
    },
  })
  switch (event.is) {
    case 'accepted':
      return { ...facts, trouble: null, muted: null, lastAcceptedAt: now }
    case 'delivered':
      return { ...facts, undelivered: { count: 0, words: '' }, lastDeliveredAt: now }
    case 'undelivered':
      return { ...facts, undelivered: { count: facts.undelivered.count + 1, words: event.words } }
    case 'temporary':
      return failed(event.words, null, false)
    case 'throttled':
      return event.perAddress ? facts : { ...facts, muted: { until: later(now, event.penaltyMs), words: event.words } }
    case 'refused':
      return event.why !== null && NOT_ITS_FAULT.includes(event.why) ? facts : failed(event.words, event.why, true)
    case 'probed':
      return {
        ...facts,
        signalDbm: event.signalDbm,
        trouble: PROVEN_BY_SENDING.includes(facts.trouble?.why ?? '') ? facts.trouble : null,
      }
    case 'probe-failed':
      return failed(event.words, event.why, event.isForGood)
    case 'seen':
      return { ...facts, seen: { state: event.state, why: event.why } }
  }
}

function stateOf(facts: LampFacts, now: UtcMs): Pick<LampFacts, 'state' | 'why'> {
  const { trouble, muted, undelivered, lastAcceptedAt, seen } = facts
  if (seen !== null) return seen
  if (trouble !== null) {
    const isDown =
      trouble.isLasting || trouble.count >= DOWN_AFTER || (trouble.count > 1 && now - trouble.since > DOWN_AFTER_MS)
    return { state: isDown ? 'down' : 'degraded', why: trouble.words }
  }
  // Muted until an acceptance shows that it is over, not only until the provider's own time is up.
  if (muted !== null) return { state: 'degraded', why: muted.words }
  if (undelivered.count >= UNDELIVERED_AFTER) return { state: 'degraded', why: undelivered.words }
  return { state: lastAcceptedAt === null ? 'unproven' : 'good', why: null }
}

function counted(hours: LampFacts['hours'], event: LampEvent, now: UtcMs): LampFacts['hours'] {
  const hour = Math.floor(now / HOUR_MS)
  const kept = hours.filter((each) => each.hour > hour - DAY_HOURS && each.hour <= hour)
  const more = countsOf(event)
  if (more === null) return kept
  const last = kept.find((each) => each.hour === hour) ?? { hour, attempted: 0, accepted: 0, delivered: 0, failed: 0 }
  return [
    ...kept.filter((each) => each !== last),
    {
      hour,
      attempted: last.attempted + more.attempted,
      accepted: last.accepted + more.accepted,
      delivered: last.delivered + more.delivered,
      failed: last.failed + more.failed,
    },
  ]
}

function countsOf(event: LampEvent): Omit<z.infer<typeof Hour>, 'hour'> | null {
  const none = { attempted: 0, accepted: 0, delivered: 0, failed: 0 }
  switch (event.is) {
    case 'accepted':
      return { ...none, attempted: 1, accepted: 1 }
    case 'delivered':
      return { ...none, delivered: 1 }
    case 'undelivered':
      return { ...none, failed: 1 }
    case 'temporary':
    case 'throttled':
    case 'refused':
      return { ...none, attempted: 1, failed: 1 }
    case 'probed':
    case 'probe-failed':
    case 'seen':
      return null
  }
}

/** Counts of the last 24 h, whole hours. */
export function lampCounts(
  { hours }: LampFacts,
  now: UtcMs,
): Pick<ChannelLamp, 'attempted' | 'accepted' | 'delivered' | 'failed'> {
  const oldest = Math.floor(now / HOUR_MS) - DAY_HOURS
  const sum = (of: (hour: z.infer<typeof Hour>) => number) =>
    hours.filter(({ hour }) => hour > oldest).reduce((total, hour) => total + of(hour), 0)
  return {
    attempted: sum(({ attempted }) => attempted),
    accepted: sum(({ accepted }) => accepted),
    delivered: sum(({ delivered }) => delivered),
    failed: sum(({ failed }) => failed),
  }
}
