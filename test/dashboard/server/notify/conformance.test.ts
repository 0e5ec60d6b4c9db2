import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import type { NoticeMessage } from '../../../../core/contract/notice.ts'
import { UtcMs } from '../../../../core/contract/time.ts'
import { HouseError } from '../../../../core/kit/errors.ts'
import type { ChannelEntry } from '../../../../dashboard/server/notify/channels.ts'
import { openDispatcher } from '../../../../dashboard/server/notify/dispatcher.ts'
import {
  CHANNELS,
  dutyOf,
  type Happening,
  type Manner,
  play,
  type Scenario,
  scenarioOf,
} from '../../../core/alarms/escalation-world.ts'
import { clearOf, manualClock, NIGHT, openWorld, transition, type World } from '../alarms/world.ts'
import { BOOT } from './receivers.ts'

const NIGHTS = 12

/** A night of the pure world that the real one can play too: nothing of it depends on who answers first. */
function plainScenario(seed: number): Scenario {
  const scenario = scenarioOf(seed)
  const raised = new Set<number>()
  const happenings = scenario.happenings.filter((one) => {
    if (one.is === 'crash' || one.is === 'clock') return false
    if (one.is === 'manner') return one.manner !== 'hangs' && one.manner !== 'lies' && one.manner !== 'undelivered'
    if (one.is !== 'raise') return true
    if (raised.has(one.alarm) || one.alarm > 7) return false
    raised.add(one.alarm)
    return true
  })
  return { ...scenario, happenings, latencyMs: 0, endsAt: Math.min(scenario.endsAt, 1_500_000) }
}

interface Shown {
  readonly alarm: string | null
  readonly kind: string
  readonly round: number
  readonly step: number
  readonly person: string
  readonly channel: string
  readonly state: string
  readonly attempts: number
}
const shown = (row: Shown) =>
  [row.alarm, row.kind, row.round, row.step, row.person, row.channel, row.state, row.attempts].join(' ')

const Row = z.object({
  ...{ alarm: z.string().nullable(), kind: z.string(), round: z.number(), step: z.number(), person: z.string() },
  ...{ channel: z.string(), state: z.string(), attempts: z.number() },
})

/** Plays the same night over the real dispatcher and its store. */
async function playReal(scenario: Scenario, ticks: readonly number[]): Promise<readonly string[]> {
  const world = openWorld()
  const network = manualClock()
  const manners = new Map<string, Manner>()
  let crew: 0 | 1 = 0
  let t = 0
  const send = (id: string, penaltyMs: number) => (_message: NoticeMessage) => {
    const manner = t >= scenario.healsAt ? 'takes' : (manners.get(id) ?? 'takes')
    if (manner === 'takes') return Promise.resolve({ answer: 'ok' })
    if (manner === 'throttles') return Promise.reject(new HouseError('notify/throttled', manner, { penaltyMs }))
    return Promise.reject(new HouseError(manner === 'busy' ? 'notify/temporary' : 'notify/refused', manner))
  }
  const channels = new Map(
    CHANNELS.map(({ id, medium, mostBytes, penaltyMs, ...allowance }): [string, ChannelEntry] => [
      id,
      {
        id,
        kind: 'fake',
        medium,
        mostBytes,
        budget: { ...allowance, penaltyMs },
        channel: { send: send(id, penaltyMs) },
      },
    ]),
  )
  const dispatcher = openDispatcher({
    ...{ desk: world.desk, db: world.db, duty: dutyOf(scenario, () => crew), channels, clock: world.clock },
    ...{ networkClock: network, boot: BOOT, log: world.log, publicUrl: 'http://control.example:8080' },
    siteName: () => null,
    pointName: () => null,
  })
  try {
    const left = [...scenario.happenings]
    for (const next of ticks) {
      for (const clock of [world.clock, network]) clock.advance(next - t)
      t = next
      while ((left[0]?.at ?? Infinity) <= t) {
        const one = left.shift()!
        if (one.is === 'manner') manners.set(one.channel, one.manner)
        else if (one.is === 'shift') crew = 1
        else await happen(world, one, t)
      }
      await dispatcher.tick()
      await dispatcher.idle()
    }
    const rows = await world.db.read((q) =>
      q.all(
        Row,
        `select 'a' || substr(alarms.rule, 3) as alarm, kind, round, step, person, channel, notices.state, attempts
         from notices join alarms on alarms.id = notices.alarm`,
      ),
    )
    return rows.map(shown).toSorted()
  } finally {
    await world.end()
  }
}

const raisedOf = new WeakMap<World, Map<number, ReturnType<typeof transition>>>()

async function happen(world: World, one: Happening, t: number): Promise<void> {
  const raised = raisedOf.get(world) ?? new Map<number, ReturnType<typeof transition>>()
  raisedOf.set(world, raised)
  if (one.is === 'raise' && one.priority !== 'blue') {
    const { priority, alarm, site } = one
    const made = transition({ rule: `r-${alarm}`, site: `s${site}`, priority, at: UtcMs.parse(NIGHT + t) })
    raised.set(alarm, made)
    await world.desk.receive(made)
  }
  if (one.is !== 'acknowledge' && one.is !== 'return') return
  const known = raised.get(one.alarm)
  if (known === undefined) return
  if (one.is === 'return') await world.desk.receive(clearOf(known, NIGHT + t - known.at))
  else await world.desk.acknowledge(known.occurrence, { by: 'desk-user', note: '已派人去看', via: 'desk' })
}

describe('the dispatcher over its store', () => {
  it(`leaves the same messages in the same states as the pure world, in ${NIGHTS} nights`, async () => {
    let compared = 0
    for (let seed = 1; seed <= NIGHTS; seed += 1) {
      const scenario = plainScenario(seed)
      const { rows, ticks, wrongs } = play(scenario)
      expect(wrongs).toEqual([])
      expect(await playReal(scenario, ticks), `seed ${seed}`).toEqual(rows.map(shown).toSorted())
      compared += rows.length
    }
    expect(compared).toBeGreaterThan(10 * NIGHTS)
  })
})
