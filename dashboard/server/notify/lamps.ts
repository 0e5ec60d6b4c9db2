import { z } from 'zod'
import type { ChannelLamp } from '../../../core/contract/notice.ts'
import { isHouseError, messageOf } from '../../../core/kit/errors.ts'
import type { Clock } from '../../../platform/clock.ts'
import type { Log } from '../../../platform/log.ts'
import { repeat } from '../../../platform/repeat.ts'
import { type Heard, shortened } from '../../../platform/notifiers/notifier.ts'
import { jsonOf } from '../../../platform/notifiers/robot.ts'
import type { AlarmDesk } from '../alarms/desk.ts'
import type { LedgerAction } from '../alarms/ledger.ts'
import type { OwnAlarms, OwnTrouble } from '../alarms/own-alarms.ts'
import type { Database, Query } from '../db/database.ts'
import type { ChannelEntry, Channels } from './channels.ts'
import { DESK } from './check-channels.ts'
import type { DeskLook } from './desk-channel.ts'
import { type LampEvent, lampCounts, LampFacts, newLamp, stepLamp } from './lamp.ts'

/** How often a channel is asked whether it stands, where that bothers nobody; sooner while it is not good. */
const PROBE_EVERY_MS = 300_000
const PROBE_AGAIN_MS = 60_000
const PROBE_WITHIN_MS = 30_000

/** How often lamps are looked at and written down. */
const TICK_MS = 1_000

/** How often mere counts are written down; what a lamp shows is at once. */
const COUNTS_EVERY_MS = 10_000

/** Rule of the alarm that is open while a channel is down. */
const RULE = 'channel-down'

/** The lamps of all channels (通道灯): how each stands, from what became of messages and from asking. */
export interface Lamps {
  /** What became of one attempt to send: null = taken, else what `send` threw. */
  sent(channel: string, fault: unknown): void
  /** What came back over a channel later. */
  heard(channel: string, what: Heard): void
  list(): readonly ChannelLamp[]
  /** Asks channels, writes lamps down, and raises and ends the alarm about them, until `signal` aborts. */
  run(signal: AbortSignal): Promise<void>
}

export interface LampsDeps {
  readonly channels: Channels
  readonly db: Database
  readonly desk: Pick<AlarmDesk, 'append'>
  readonly own: OwnAlarms
  /** How the desk stands; its lamp has no other source. */
  readonly look: () => DeskLook
  /** Messages of a channel that wait to be sent. */
  readonly waiting: (channel: string) => number
  /** Times on lamps are the county's; probes are timed by `pace`, which is the network's. */
  readonly clock: Clock
  readonly pace: Clock
  readonly log: Log
}

const Kept = z.object({ channel: z.string(), facts: z.string() })

interface Lit {
  readonly entry: ChannelEntry
  facts: LampFacts
  /** As it was when it was last written down. */
  written: LampFacts
}

/** Opens the lamps as they were written down last. Throws `store/failed`. */
export async function openLamps(deps: LampsDeps): Promise<Lamps> {
  const { channels, db, clock } = deps
  const kept = await db.read(readLamps)
  const lit = new Map<string, Lit>(
    [...channels.values()].map((entry) => {
      const facts = kept.get(entry.id) ?? newLamp(clock.now())
      return [entry.id, { entry, facts, written: facts }]
    }),
  )
  const learn = (channel: string, event: LampEvent) => {
    const lamp = lit.get(channel)
    if (lamp !== undefined) lamp.facts = stepLamp(lamp.facts, event, clock.now())
  }
  return {
    sent: (channel, fault) => learn(channel, fault === null ? { is: 'accepted' } : eventOf(fault)),
    heard: (channel, what) => {
      if (what.kind === 'delivered') learn(channel, { is: 'delivered' })
      if (what.kind === 'undelivered') learn(channel, { is: 'undelivered', words: what.answer })
    },
    list: () => [...lit.values()].map((lamp) => lampOf(lamp, deps)),
    run: async (signal) => {
      const keep = keeper(lit, deps)
      const pace = { everyMs: TICK_MS, clock: deps.pace, log: deps.log, level: 'error', code: 'store/failed' } as const
      const said = {
        failing: 'the lamps cannot be written down; trying again',
        again: 'the lamps are written down again',
      }
      await Promise.all([
        repeat(() => keep(learn), { ...pace, ...said }, signal),
        ...[...lit.values()].map((lamp) => probing(lamp, learn, { deps, signal })),
      ])
    },
  }
}

/** What an error of a channel says of it. */
function eventOf(fault: unknown): LampEvent {
  const words = shortened(messageOf(fault))
  if (isHouseError(fault, 'notify/throttled')) {
    const { penaltyMs, perAddress } = fault.facts
    return {
      ...{ is: 'throttled', words, perAddress: perAddress === true },
      penaltyMs: typeof penaltyMs === 'number' ? penaltyMs : 0,
    }
  }
  if (isHouseError(fault, 'notify/refused')) return { is: 'refused', words, why: whyOf(fault.facts.why) }
  return { is: 'temporary', words }
}

function whyOf(why: unknown): string | null {
  return typeof why === 'string' ? why : null
}

function lampOf({ entry, facts }: Lit, { waiting, clock }: LampsDeps): ChannelLamp {
  const { id: channel, kind, medium } = entry
  const { state, why, since, lastAcceptedAt, lastDeliveredAt, signalDbm } = facts
  return {
    ...{ channel, kind, medium, state, why, since, lastAcceptedAt, lastDeliveredAt },
    ...{ waiting: waiting(channel), ...lampCounts(facts, clock.now()) },
    ...(signalDbm === null ? {} : { signalDbm }),
  }
}

type Learn = (channel: string, event: LampEvent) => void

/** One tick: the desk is looked at, what has changed is written down, and the alarm says which channels are down. */
function keeper(lit: ReadonlyMap<string, Lit>, deps: LampsDeps): (learn: Learn) => Promise<void> {
  const { db, desk, own, look, pace } = deps
  let countedAt = pace.mono()
  let told: string | null = null
  return async (learn) => {
    const { state, why } = look()
    const seen = lit.get(DESK)?.facts.seen
    if (seen?.state !== state || seen.why !== why) learn(DESK, { is: 'seen', state, why })
    const isTime = pace.mono() - countedAt >= COUNTS_EVERY_MS
    const changed = [...lit.values()].filter(
      ({ facts, written }) =>
        facts !== written && (isTime || facts.state !== written.state || facts.why !== written.why),
    )
    if (isTime) countedAt = pace.mono()
    if (changed.length > 0) {
      const now = changed.map((lamp) => ({ lamp, facts: lamp.facts }))
      await db.transaction(async (q) => {
        for (const { lamp, facts } of now) await writeLamp(q, lamp.entry.id, facts)
        await desk.append(
          q,
          now.flatMap(({ lamp, facts }) => actionsOf(lamp, facts)),
        )
      })
      for (const { lamp, facts } of now) lamp.written = facts
    }
    const trouble = troubleOf([...lit.values()])
    const text = JSON.stringify(trouble)
    if (text === told) return
    await own.set(RULE, trouble)
    told = text
  }
}

/** What the ledger says of a change: once when a channel goes down, and once when it is good again. */
function actionsOf({ entry, written }: Lit, facts: LampFacts): readonly LedgerAction[] {
  if (facts.isDown === written.isDown) return []
  const { why, since } = facts
  const act = facts.isDown ? 'channel-down' : 'channel-good'
  return [
    { actor: { kind: 'system', name: 'lamps' }, act, subject: entry.id, detail: { kind: entry.kind, why, since } },
  ]
}

/** Red while nothing is left that could call anybody who is not at the desk. */
function troubleOf(lamps: readonly Lit[]): OwnTrouble | null {
  const down = lamps.filter(({ facts }) => facts.isDown)
  if (down.length === 0) return null
  const away = lamps.filter(({ entry }) => entry.id !== DESK)
  const isAlone = away.length > 0 && away.every(({ facts }) => facts.isDown)
  const names = down.map(({ entry }) => entry.id)
  return {
    priority: isAlone ? 'red' : 'orange',
    explanation: {
      key: 'control-room.channel-down',
      values: { channels: names.join(', '), down: down.length, of: lamps.length, why: down[0]?.facts.why ?? null },
    },
  }
}

async function probing(lamp: Lit, learn: Learn, { deps, signal }: Run): Promise<void> {
  const { channel, id } = lamp.entry
  const probe = channel.probe?.bind(channel)
  if (probe === undefined) return
  const isGood = () => lamp.facts.trouble === null
  const isOver = () => signal.aborted
  while (!isOver()) {
    try {
      const { signalDbm } = await probe(AbortSignal.any([signal, AbortSignal.timeout(PROBE_WITHIN_MS)]))
      learn(id, { is: 'probed', signalDbm: signalDbm ?? null })
    } catch (error) {
      if (isOver()) return
      learn(id, probeFault(error))
    }
    await deps.pace.sleep(isGood() ? PROBE_EVERY_MS : PROBE_AGAIN_MS, signal).catch(() => undefined)
  }
}

/** Asking is no attempt, and who takes nothing more today is as good as not there. */
function probeFault(error: unknown): LampEvent {
  const words = shortened(messageOf(error))
  const why = isHouseError(error) ? whyOf(error.facts.why) : null
  return { is: 'probe-failed', words, isForGood: isHouseError(error, 'notify/refused', 'notify/throttled'), why }
}

interface Run {
  readonly deps: LampsDeps
  readonly signal: AbortSignal
}

async function readLamps(q: Query): Promise<ReadonlyMap<string, LampFacts>> {
  const rows = await q.all(Kept, 'select channel, facts from channel_lamps')
  return new Map(
    rows.flatMap(({ channel, facts }) => {
      const known = LampFacts.safeParse(jsonOf(facts))
      // Written by another version: the channel proves itself anew.
      return known.success ? [[channel, known.data] as const] : []
    }),
  )
}

async function writeLamp(q: Query, channel: string, facts: LampFacts): Promise<void> {
  await q.run(
    'insert into channel_lamps (channel, facts) values (?, ?) on conflict (channel) do update set facts = excluded.facts',
    channel,
    JSON.stringify(facts),
  )
}
