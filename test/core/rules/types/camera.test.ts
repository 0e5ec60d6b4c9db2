import { describe, expect, it } from 'vitest'
import type { PointEvent } from '../../../../core/rules/rule.ts'
import { standardRules } from '../../../../core/rules/standard.ts'
import { armed, type Said, sitePlan, Watch } from '../world.ts'

const CAMERA = { type: 'camera-evidence', point: 'gate/human', quantity: 'presence' } as const
const BOTH = { ...CAMERA, with: { also: ['gate/vehicle'] } }
/** 02:00 is night: everything counts 1.15 times. */
const NIGHT_TIMES = 1.15

const event = (kind: string, confidence: number | null, phase: PointEvent['phase'] = 'pulse') =>
  ({ event: { kind, phase, confidence }, validMs: 5_000 }) satisfies Said
const minutes = (count: number) => count * 60

/** What sights of so many minutes and so much confidence are worth together, by day. */
function worth(...sights: readonly (readonly [minute: number, confidence: number | null, kind?: string])[]): number {
  const watch = new Watch(armed(CAMERA))
  for (const [minute, confidence, kind = 'person'] of sights) {
    watch.say(10 + minutes(minute), event(kind, confidence), CAMERA.point)
    watch.say(15 + minutes(minute), event(kind, null, 'end'), CAMERA.point)
  }
  // Strength is told with a sight; the last one decided it.
  return Math.round((watch.told.length === 0 ? 0 : strengthOf(watch)) * 100) / 100
}

function strengthOf(watch: Watch): number {
  return watch.run().strength / NIGHT_TIMES
}

describe('what a camera saw', () => {
  it('counts by how sure it is: 2.2 for one at most, 4.6 for several', () => {
    expect([worth([0, 0.9]), worth([0, 0.75]), worth([0, 0.5])]).toEqual([2.2, 1.9, 0])
    expect([worth([0, 0.9], [5, 0.9]), worth([0, 0.75], [5, 0.75]), worth([0, 0.9], [5, 0.75])]).toEqual([
      4.6, 3.8, 4.3,
    ])
    expect(worth([0, 0.9], [3, 0.9], [6, 0.9], [9, 0.9])).toBe(4.6)
  })

  it('counts fully for a quarter of an hour, then half for each half hour more, and an hour at most', () => {
    expect([worth([0, 0.9], [14, 0.9]), worth([0, 0.9], [45, 0.9]), worth([0, 0.9], [61, 0.9])]).toEqual([
      4.6, 3.6, 2.2,
    ])
  })

  it('is hardly believed where the camera has been unsure several times before, unless it is sure now', () => {
    expect(worth([0, 0.5], [2, 0.6], [4, 0.4], [6, 0.5], [8, 0.75], [10, 0.78])).toBeLessThan(2.2)
    expect(worth([0, 0.5], [2, 0.6], [4, 0.4], [6, 0.5], [8, 0.9], [10, 0.9])).toBe(4.6)
  })

  it('loses what it was believed for when the camera turns out to be unsure', () => {
    expect([worth([0, 0.75], [2, 0.79]), worth([0, 0.75], [2, 0.79], [4, 0.5])]).toEqual([3.8, 2.73])
    expect(worth([0, 0.75], [2, 0.79], [4, 0.5], [6, 0.78])).toBe(4)
  })

  it('counts one target once, however often the camera repeats it', () => {
    const watch = new Watch(armed(CAMERA))
    for (let s = 0; s < 120; s += 5) watch.say(10 + s, event('person', 0.9, 'update'), CAMERA.point)
    expect(strengthOf(watch)).toBeCloseTo(2.2)
    expect(watch.zh()).toBe('摄像机一小时内发现人员 1 次，最近一次 夜间 02:00:10。')
  })

  it('takes a state without an event as it is, and does not take it for more than its event said', () => {
    const state = new Watch(armed(CAMERA)).say(10, true, CAMERA.point)
    expect(strengthOf(state)).toBeCloseTo(2.2)
    const weak = new Watch(armed(CAMERA)).say(10, { ...event('person', 0.4, 'start'), value: true }, CAMERA.point)
    expect(weak.say(12, true, CAMERA.point).story).toBe('')
    const better = new Watch(armed(CAMERA)).say(10, true, CAMERA.point)
    better.say(11, { ...event('person', 0.4, 'update'), value: true }, CAMERA.point)
    expect(strengthOf(better)).toBeLessThan(1)
  })

  it('does not count animals and tampering, and counts what a camera cannot name, or mere motion, little', () => {
    expect([worth([0, 0.99, 'animal']), worth([0, 0.99, 'tamper']), worth([0, 0.99, 'motion'])]).toEqual([0, 0, 0])
    expect(worth([0, null, 'unknown'], [2, null, 'unknown'], [4, null, 'unknown'], [6, null, 'unknown'])).toBe(2.2)
  })

  it('adds persons and vehicles of one camera', () => {
    const watch = new Watch(armed(BOTH))
    watch.say(10, true, 'gate/human').say(15, false, 'gate/human').say(200, true, 'gate/vehicle')
    expect(strengthOf(watch)).toBeCloseTo(4.4)
    expect(watch.run().isActive).toBe(true)
    expect(watch.play(205, 600, { 'gate/vehicle': () => false }).zh()).toContain('未再发现人或车')
  })

  it('takes a vehicle that stays for ten minutes for work, at that very instant', () => {
    const watch = new Watch(armed(BOTH))
    for (let s = 0; s <= minutes(10); s += 30) watch.say(10 + s, { value: true, validMs: 75_000 }, 'gate/vehicle')
    expect(strengthOf(watch)).toBeCloseTo(4 / NIGHT_TIMES)
    const gone = new Watch(armed(BOTH)).say(10, { value: true, validMs: 75_000 }, 'gate/vehicle')
    expect(strengthOf(gone.until(minutes(11)))).toBeCloseTo(2.2)
    const one = new Watch(armed(BOTH)).say(10, { value: true, validMs: 3_600_000 }, 'gate/vehicle')
    expect(strengthOf(one.until(609.9))).toBeCloseTo(2.2)
    expect(strengthOf(one.until(610))).toBeCloseTo(4 / NIGHT_TIMES)
  })

  it('is armed once a camera by the standard set', () => {
    const points = new Map([
      ['gate/stream', 'stream'],
      ['gate/human', 'presence'],
      ['gate/vehicle', 'presence'],
      ['yard/human', 'presence'],
    ] as const)
    const facts = { siteKind: null, load: null, points, hasOrders: false }
    const rules = standardRules(facts, { configured: [], taken: [], without: [], nameOf: () => null })
    const of = (type: string) => rules.filter((rule) => rule.type === type).map((rule) => [rule.point, rule.with])
    expect(of('camera-evidence')).toEqual([
      ['gate/human', { also: ['gate/vehicle'] }],
      ['yard/human', {}],
    ])
    expect(of('camera-blinded')).toEqual([
      ['gate/stream', { also: ['gate/human', 'gate/vehicle'] }],
      ['yard/human', {}],
    ])
  })
})

describe('a camera that sees nothing', () => {
  const STREAM = {
    type: 'camera-blinded',
    point: 'gate/stream',
    quantity: 'stream',
    with: { also: ['gate/human'] },
  } as const
  const lost = { value: null, quality: 'bad', reason: 'stream-lost' } as const

  it('is told when its picture has been gone for a minute, and says little by itself', () => {
    const watch = new Watch(armed(STREAM)).say(0, true, 'gate/stream')
    for (let s = 10; s <= 100; s += 10) watch.say(s, lost, 'gate/stream')
    expect(watch.story).toBe('raise@70')
    expect(watch.run().strength).toBe(0.5)
    expect(watch.zh()).toBe('摄像机画面中断，夜间 02:00:10 起已 1 分钟。此方向目前失去监视。')
    for (let s = 110; s <= 200; s += 10) watch.say(s, true, 'gate/stream')
    expect(watch.story).toBe('raise@70 clear@170')
  })

  it('is told as touched where it says so itself for a minute', () => {
    const watch = new Watch(armed(STREAM)).say(10, event('tamper', null, 'start'), 'gate/human').until(80)
    expect(watch.story).toBe('raise@70')
    expect(watch.run().strength).toBe(2)
    expect(watch.en()).toContain('covered, turned or defocused')
  })

  it('is not told for a flicker: a switch of its filter at dusk is over at once', () => {
    const watch = new Watch(armed(STREAM)).say(10, event('scene-change', null), 'gate/human').until(500)
    expect(watch.story).toBe('')
    for (let s = 600; s <= 680; s += 20) watch.say(s, event('scene-change', null), 'gate/human')
    expect(watch.until(800).story).toBe('raise@660 clear@770')
  })

  it('does not take a reading that failed otherwise for a lost picture', () => {
    const watch = new Watch(armed(STREAM))
    for (let s = 0; s <= 300; s += 10) watch.say(s, { value: null, quality: 'bad', reason: 'timeout' }, 'gate/stream')
    expect(watch.story).toBe('')
  })
})

describe('a camera beside a load', () => {
  it('makes of two hints one alarm of the site', () => {
    const watch = new Watch(
      sitePlan({
        rules: [CAMERA, { type: 'should-be-off', as: 'evidence', quantity: 'power', with: { onDelay: '10s' } }],
        activity: { alarm: 7 },
      }),
    )
    watch
      .say(60, true, CAMERA.point)
      .series(100, 130, () => 9_000)
      .until(130)
    expect(watch.storyOf('site-activity')).toBe('raise@110')
    expect(watch.told.at(-1)?.because?.map(({ group }) => group)).toEqual(['power', 'camera'])
  })
})
