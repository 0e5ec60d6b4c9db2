import fc from 'fast-check'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { EvidenceRow } from '../../core/contract/evidence.ts'
import type { Reading } from '../../core/contract/reading.ts'
import { UtcMs } from '../../core/contract/time.ts'
import { HouseError } from '../../core/kit/errors.ts'
import { resumeJudging } from '../../gateway/runtime/judging.ts'
import { MortalGateway } from './mortal-gateway.ts'
import { siteOf } from './runtime/sites.ts'
import { DATING, readingAt, T0 } from './store/world.ts'
import { keptLog, temporaryFolder } from './uplink/county.ts'

/** A pit with everything that rules can judge, of recorded data, so that no device has to be there. */
const PLAN = siteOf({
  top: [
    `points:
  meter/active-power: { quantity: power }
  meter/energy: { quantity: energy }
  meter/voltage: { quantity: voltage }
  meter/current: { quantity: current }
  meter/frequency: { quantity: frequency }
  sump/level: { quantity: level }
  sump/temperature: { quantity: temperature }
  sump/pump-on: { quantity: running }
  box/door: { quantity: tamper }
  cam/human: { quantity: presence }
  cam/stream: { quantity: stream }`,
    'load: { meter: meter/active-power, energy: meter/energy, declared: 3000, learnDays: 2, temperature: sump/temperature, known: [{ id: pump, contact: sump/pump-on, kind: pump, rated: 5000, level: sump/level }] }',
    'activity: { closeAfter: 2min, reopenAfter: 5min }',
    'permits: [{ id: work, who: A. Person, from: "2025-10-09T16:55:00+08:00", until: "2025-10-09T16:58:00+08:00", power: 1000 }]',
  ],
  rules: [
    'id: rise, type: rate-of-change, point: sump/level, priority: red, with: { rise: 0.5, per: min, window: 30s, onDelay: 3s }',
    'id: high, type: high-limit, point: meter/active-power, priority: orange, with: { limit: 2500, deadband: 500, onDelay: 7s, offDelay: 20s }',
    'id: lost, type: stale, point: meter/active-power, priority: yellow, with: { after: 20s, onDelay: 4s, offDelay: 5s }',
    'id: quiet, type: stale, point: cam/stream, priority: yellow, with: { after: 45s }',
    'id: dead, type: should-be-off, point: sump/pump-on, priority: red, as: both, with: { onDelay: 2s, offDelay: 30s }',
    'id: seen, type: presence, point: cam/human, priority: orange, as: both',
    'id: door, type: tamper, point: box/door, priority: red, as: both, with: { offDelay: 20s }',
  ],
}).plan

const DELAYED = siteOf({
  top: ['points: { cam/human: { quantity: presence } }'],
  rules: ['id: seen, type: presence, point: cam/human, priority: orange, with: { onDelay: 4s }'],
}).plan

type Deed =
  | { readonly is: 'pass'; readonly ms: number }
  | { readonly is: 'read'; readonly device: string; readonly values: Record<string, Reading['value']> }
  | { readonly is: 'tick' }
  | { readonly is: 'settle' }
  | { readonly is: 'deliver' }
  | { readonly is: 'kill'; readonly boot: 'same' | 'other' }

const power = fc.constantFrom(0, 400, 900, 2_200, 2_600, 7_000, 23_000, null)
const read = (device: string, values: Record<string, fc.Arbitrary<Reading['value']>>) =>
  fc.record({ is: fc.constant('read' as const), device: fc.constant(device), values: fc.record(values) })
const deed: fc.Arbitrary<Deed> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({ is: fc.constant('pass' as const), ms: fc.constantFrom(1_000, 4_900, 15_000, 61_000) }),
  },
  {
    weight: 6,
    arbitrary: read('meter', {
      'active-power': power,
      energy: fc.integer({ min: 100, max: 105 }),
      voltage: fc.constantFrom(0, 228.5, 231),
      current: fc.constantFrom(0, 3.3, 40),
      frequency: fc.constantFrom(50, 50.02, 51.3),
    }),
  },
  {
    weight: 3,
    arbitrary: read('sump', {
      level: fc.constantFrom(1, 1.2, 2.4, null),
      temperature: fc.constantFrom(-3, 12),
      'pump-on': fc.boolean(),
    }),
  },
  { weight: 1, arbitrary: read('box', { door: fc.boolean() }) },
  { weight: 2, arbitrary: read('cam', { human: fc.boolean(), stream: fc.constantFrom(true, null) }) },
  { weight: 4, arbitrary: fc.constant({ is: 'tick' as const }) },
  { weight: 2, arbitrary: fc.constant({ is: 'settle' as const }) },
  { weight: 1, arbitrary: fc.constant({ is: 'deliver' as const }) },
  { weight: 1, arbitrary: fc.record({ is: fc.constant('kill' as const), boot: fc.constantFrom('same', 'other') }) },
)

describe('a gateway that is killed', () => {
  let folder: ReturnType<typeof temporaryFolder>
  beforeEach(() => {
    folder = temporaryFolder()
  })
  afterEach(() => folder.remove())

  it('has the memory of its rules as if it had not been, and says of alarms what they would have said', async () => {
    let runs = 0
    const seen = { kills: 0, alarms: 0 }
    await fc.assert(
      fc.asyncProperty(fc.array(deed, { minLength: 20, maxLength: 100, size: 'max' }), async (deeds) => {
        const gateway = new MortalGateway(PLAN, join(folder.path, String((runs += 1))))
        for (const one of deeds) {
          if (one.is === 'pass') gateway.pass(one.ms)
          else if (one.is === 'read') gateway.read(one.device, one.values)
          else if (one.is === 'tick') gateway.tick()
          else if (one.is === 'settle') await gateway.settle()
          else if (one.is === 'deliver') await gateway.deliver()
          else {
            seen.kills += 1
            const { killed, spared } = gateway.kill(one.boot)
            expect(killed).toEqual(spared)
          }
        }
        const { killed, spared } = await gateway.end()
        expect(killed).toEqual(spared)
        expect(gateway.committed).toEqual(gateway.expected)
        seen.alarms += gateway.expected.length
        expect(gateway.log.lines.filter(({ level }) => level === 'error')).toEqual([])
      }),
      { numRuns: 20 },
    )
    expect(Math.min(seen.kills, seen.alarms)).toBeGreaterThan(20)
  })

  it('goes on proving what it had begun to prove, though the control room has all of its readings', async () => {
    const gateway = new MortalGateway(PLAN, folder.path)
    for (const level of [1, 1.25]) {
      gateway.read('sump', { level })
      gateway.pass(10_000)
    }
    await gateway.settle()
    await gateway.deliver()
    gateway.kill('same')
    expect(gateway.committed).toEqual([])
    // Half a metre in 20 s is enough of a window; what is read after the kill is not.
    gateway.read('sump', { level: 1.5 })
    gateway.pass(3_500)
    gateway.read('sump', { level: 1.6 })
    await gateway.end()
    expect(gateway.committed.map(({ rule, kind }) => `${rule} ${kind}`)).toEqual(['rise raise'])
  })

  it('knows at which times its rules were told the time', async () => {
    const gateway = new MortalGateway(PLAN, folder.path)
    const heard = async () => {
      gateway.read('meter', { 'active-power': 900 })
      gateway.pass(6_000)
      await gateway.settle()
    }
    await heard()
    await heard()
    gateway.kill('same')
    // From the first of these on the meter is missed, which comes to be known with its next reading.
    for (let ticks = 0; ticks < 3; ticks += 1) {
      gateway.tick()
      gateway.pass(4_000)
    }
    await heard()
    const { killed, spared } = gateway.kill('same')
    expect(killed).toEqual(spared)
    await gateway.end()
  })

  it('tells a picture that came before it with the alarm it goes with', async () => {
    const gateway = new MortalGateway(DELAYED, folder.path)
    const picture: EvidenceRow = {
      ...{ kind: 'picture', sha256: 'ab'.repeat(32), mediaType: 'image/jpeg', bytes: 9, device: 'cam' },
      ...{ target: 'human', event: 'linedetection', at: UtcMs.parse(T0) },
    }
    gateway.read('cam', { human: true }, { evidence: [picture] })
    await gateway.settle()
    gateway.kill('same')
    for (const ms of [500, 5_000]) {
      gateway.pass(ms)
      gateway.read('cam', { human: true })
    }
    await gateway.end()
    expect(gateway.committed.map(({ rule, evidence }) => [rule, evidence])).toEqual([['seen', [picture]]])
  })

  it('begins anew where what was kept cannot be read, and says so', () => {
    const log = keptLog()
    const store = { engineState: () => '{"rules":', unjudged: () => [] }
    expect(resumeJudging(PLAN, { store, boot: DATING.boot, log }).save().boot).toBe(DATING.boot)
    expect(log.lines.map(({ level }) => level)).toEqual(['error'])
  })

  it('takes up at least the alarms that are open where its rules cannot judge again', () => {
    const open = {
      ...{ id: 'east-pit.high.mgj6kaaw', n: 1, site: 'east-pit', ruleType: 'high-limit', point: 'meter/active-power' },
      ...{ priority: 'orange', raisedAt: T0, told: [] },
    }
    const before = resumeJudging(PLAN, {
      store: { engineState: () => null, unjudged: () => [] },
      boot: DATING.boot,
      log: keptLog(),
    })
    const state = JSON.parse(JSON.stringify(before.save())) as ReturnType<typeof before.save>
    Object.assign(state.rules.high!.occurrence, { open })
    const unjudged = () => {
      throw new HouseError('store/failed', 'the disk is gone')
    }
    const log = keptLog()
    const after = resumeJudging(PLAN, {
      store: { engineState: () => JSON.stringify(state), unjudged },
      boot: DATING.boot,
      log,
    })
    expect(after.save().rules.high?.occurrence.open).toEqual(open)
    expect(log.lines.map(({ level }) => level)).toEqual(['error'])
  })

  it('ends an alarm that rules of an older version have raised', () => {
    const open = {
      ...{ id: 'east-pit.high.mgj6kaaw', n: 1, site: 'east-pit', ruleType: 'high-limit', point: 'meter/active-power' },
      ...{ priority: 'orange', raisedAt: T0, told: [] },
    }
    const rule = { fingerprint: 'old', memory: {}, isResumed: false, open, waiting: [], lastStamp: T0 }
    const text = JSON.stringify({ rules: { high: rule }, boot: DATING.boot })
    const store = { engineState: () => text, unjudged: () => [] }
    const judging = resumeJudging(PLAN, { store, boot: DATING.boot, log: keptLog() })
    for (const second of [5, 26])
      judging.take(
        [readingAt(second * 1_000, 5)].map((one) => ({
          ...one,
          device: 'meter',
          validUntil: UtcMs.parse(one.at + 30_000),
        })),
      )
    expect(judging.transitions().map(({ occurrence, n, kind }) => [occurrence, n, kind])).toEqual([
      [open.id, 2, 'clear'],
    ])
  })
})
