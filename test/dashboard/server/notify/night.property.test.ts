import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { AlarmTransition } from '../../../../core/contract/alarm.ts'
import { UtcMs } from '../../../../core/contract/time.ts'
import { NIGHT, openWorld, transition, type World } from '../alarms/world.ts'
import { type Manner, type Night, openNight } from './receivers.ts'

const PRIORITIES = ['red', 'orange', 'yellow', 'blue'] as const

/** What can happen in a night. Numbers are picked from what there is at that moment. */
type Event =
  | { readonly is: 'edge'; readonly rule: number; readonly kind: AlarmTransition['kind']; readonly priority: number }
  | { readonly is: 'deliver'; readonly pick: number; readonly twice: boolean }
  | { readonly is: 'acknowledge'; readonly pick: number; readonly by: string }
  | { readonly is: 'time'; readonly ms: number }
  | { readonly is: 'network'; readonly manner: Manner }
  | { readonly is: 'crash' }

const anyEvent: fc.Arbitrary<Event> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      is: fc.constant('edge' as const),
      rule: fc.nat({ max: 2 }),
      kind: fc.constantFrom('raise' as const, 'update' as const, 'clear' as const),
      priority: fc.nat({ max: 3 }),
    }),
  },
  { weight: 6, arbitrary: fc.record({ is: fc.constant('deliver' as const), pick: fc.nat(), twice: fc.boolean() }) },
  {
    weight: 2,
    arbitrary: fc.record({
      is: fc.constant('acknowledge' as const),
      pick: fc.nat(),
      by: fc.constantFrom('lin', 'qiao'),
    }),
  },
  {
    weight: 5,
    arbitrary: fc.record({
      is: fc.constant('time' as const),
      ms: fc.constantFrom(1_000, 3_000, 46_000, 121_000, 601_000, 7_200_000),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      is: fc.constant('network' as const),
      manner: fc.constantFrom<Manner>('takes', 'busy', 'refuses', 'die'),
    }),
  },
  { weight: 2, arbitrary: fc.record({ is: fc.constant('crash' as const) }) },
)

/** The gateways: they number what they say as the contract wants it; the way to the control room mixes it up. */
function openEdge() {
  const active = new Map<number, AlarmTransition>()
  const onTheWay: AlarmTransition[] = []
  let at = NIGHT
  return {
    onTheWay,
    say: ({ rule, kind, priority }: Extract<Event, { is: 'edge' }>) => {
      at += 1_000
      const last = active.get(rule)
      if (kind === 'raise' && last === undefined) {
        const raised = transition({ rule: `rule-${rule}`, priority: PRIORITIES[priority]!, at: UtcMs.parse(at) })
        active.set(rule, raised)
        onTheWay.push(raised)
      }
      if (kind === 'raise' || last === undefined) return
      const next: AlarmTransition = {
        ...last,
        kind,
        n: last.n + 1,
        at: UtcMs.parse(at),
        priority: PRIORITIES[priority]!,
      }
      if (kind === 'clear') active.delete(rule)
      else active.set(rule, next)
      onTheWay.push(next)
    },
  }
}

/** One night played, with everything that must hold checked after each event. */
async function play(events: readonly Event[]): Promise<void> {
  const world = openWorld()
  const night = openNight(world)
  const edge = openEdge()
  const delivered: AlarmTransition[] = []
  const told = new Set<string>()
  const wrongs: string[] = []
  let manner: Manner = 'takes'
  night.receivers.manner = async (message) => {
    // Kept and not thrown: a receiver that throws is a receiver that fails, which the dispatcher bears.
    const isCall = !/acknowledged|handed-over|digest|memo/.test(message.kind)
    // As it stands now: one that was acknowledged long ago may have announced itself again in the same step.
    const alarm = isCall && message.alarm !== null ? await world.desk.get(message.alarm) : null
    if (alarm !== null && !/unacked|returned/.test(alarm.state)) {
      wrongs.push('a message after the acknowledgement')
    }
    if (message.priority === 'blue') wrongs.push('a message of a blue alarm')
    if (told.has(message.notice)) wrongs.push('a message that was taken is sent again')
    if (manner === 'takes') told.add(message.notice)
    return manner
  }
  const crash = async () => {
    await world.restart()
    night.restart()
  }
  const step = async (event: Event) => {
    if (event.is === 'edge') edge.say(event)
    if (event.is === 'deliver' && edge.onTheWay.length > 0) {
      const [next] = edge.onTheWay.splice(event.pick % edge.onTheWay.length, 1)
      for (let times = 0; times < (event.twice ? 2 : 1); times += 1) await world.desk.receive(next!)
      delivered.push(next!)
    }
    if (event.is === 'acknowledge') {
      const open = await world.desk.open()
      const alarm = open[event.pick % Math.max(1, open.length)]
      if (alarm !== undefined) await world.desk.acknowledge(alarm.id, { by: event.by, note: '已派人去看', via: 'desk' })
    }
    if (event.is === 'network') manner = event.manner
    if (event.is === 'time') await pass(night, world, event.ms, manner === 'die' ? crash : null)
    if (event.is === 'crash') await crash()
  }
  try {
    for (const event of events) {
      await step(event)
      await checkAlways(world, delivered)
      expect(wrongs).toEqual([])
    }
    manner = 'takes'
    for (const next of edge.onTheWay) await world.desk.receive(next)
    delivered.push(...edge.onTheWay)
    await crash()
    for (let minutes = 0; minutes < 150; minutes += 31) await night.after(31 * 60_000)
    await checkAlways(world, delivered)
    await checkHealed(world, night)
    expect(wrongs).toEqual([])
  } finally {
    await world.end()
  }
}

async function pass(night: Night, world: World, ms: number, crash: (() => Promise<void>) | null): Promise<void> {
  if (crash === null) {
    await night.after(ms)
    return
  }
  world.clock.advance(ms)
  night.network.advance(ms)
  await night.dispatcher.tick()
  await crash()
}

async function checkAlways(world: World, delivered: readonly AlarmTransition[]): Promise<void> {
  const open = await world.desk.open()
  const keys = open.map(({ site, rule }) => `${site}/${rule}`)
  expect(new Set(keys).size, 'two open alarms of one rule').toBe(keys.length)
  const all = await world.desk.list({ state: 'all', limit: 1_000 })
  const activations = all.flatMap((alarm) => alarm.activations)
  for (const { occurrence } of delivered) {
    const count = activations.filter((activation) => activation.occurrence === occurrence).length
    expect(count, `${occurrence} belongs to one alarm`).toBe(1)
  }
  for (const { from, to } of activations) expect(to ?? from).toBeGreaterThanOrEqual(from)
  for (const alarm of all) {
    const isActive = alarm.activations.some(({ to }) => to === null)
    expect(isActive, `${alarm.state} with an activation that says otherwise`).toBe(/unacked|^acked/.test(alarm.state))
    if (/acked$|closed/.test(alarm.state) && alarm.state !== 'unacked') expect(alarm.acknowledgement).not.toBeNull()
  }
  expect(await world.desk.verify()).toMatchObject({ intact: true })
}

/** The world has healed and time has passed: whoever must hear has heard, and nothing is left over. */
async function checkHealed(world: World, night: Night): Promise<void> {
  for (const alarm of await world.desk.open()) {
    const accepted = alarm.notices.filter(({ state, kind }) => state === 'accepted' && kind !== 'acknowledged')
    if (alarm.priority === 'blue') expect(alarm.notices).toEqual([])
    else if (alarm.state !== 'acked' && alarm.held === 0)
      expect(accepted, `${alarm.id} ${alarm.priority} told to nobody`).not.toEqual([])
  }
  await night.after(60_000)
  expect(await world.desk.noticesWaiting()).toBe(0)
  for (const alarm of await world.desk.list({ state: 'all', limit: 1_000 })) {
    for (const notice of alarm.notices) expect(notice.state).toMatch(/accepted|failed|cancelled/)
  }
}

describe('a night of alarms, acknowledgements, failures and crashes', () => {
  it('loses no alarm, opens none twice, tells nobody after the acknowledgement, tells somebody of every other, and can prove it', async () => {
    await fc.assert(fc.asyncProperty(fc.array(anyEvent, { minLength: 10, maxLength: 40 }), play), { numRuns: 60 })
  })
})
