import { describe, expect, it } from 'vitest'
import { armed, type Given, sitePlan, Watch } from '../world.ts'

const HOUR = 3_600
const DAY = 86_400
const DAYTIME = { work: ['08:00-18:00'], weekend: [], holiday: [] }
const hoist = (more: Record<string, unknown> = {}): Given => ({
  type: 'schedule',
  quantity: 'power',
  with: { windows: DAYTIME, ...more },
})

describe('schedule', () => {
  it('tells of what runs out of hours: since when, what is allowed, and what would have silenced it', () => {
    const watch = new Watch(armed(hoist()))
    watch.series(0, 1_000, (s) => (s >= 100 && s < 400 ? 12_400 : 20))
    expect(watch.story).toBe('raise@110 clear@700')
    expect(watch.zh(0)).toBe(
      '非允许时段运行：功率 12.4 kW，夜间 02:01:40 起已持续 10 秒，500 W以上即为运行。工作日只允许在 08:00-18:00 运行，前后宽限 15 分钟，也没有有效作业票。如在允许时段内或已办作业票，不会报警。',
    )
    expect(watch.en(0)).toBe(
      'Running out of hours: power 12.4 kW for 10 seconds since 02:01:40 (night); from 500 W on it is running. On working days it may run only at 08:00-18:00, with 15 minutes of grace, and no permit is in force. Within its hours or with a permit this would be no alarm.',
    )
    expect(watch.en()).toBe(
      'It has stopped: power 20 W. It ran out of hours for 5 minutes, highest 12.4 kW. Find out who used it.',
    )
    expect(watch.run().strength).toBe(3)
  })

  it('allows it from a quarter of an hour before its window until a quarter after, half-open', () => {
    // It runs from 07:40 to 18:30. 07:45 is 5 h 45 min after 02:00.
    const watch = new Watch(armed(hoist()))
    watch.series(5 * HOUR + 2_400, 16 * HOUR + 1_800, () => 12_400)
    expect(watch.story).toBe(`raise@${5 * HOUR + 2_410} clear@${5 * HOUR + 3_000} raise@${16 * HOUR + 910}`)
    expect(watch.en(1)).toMatch(/^It still runs, but its hours have begun/)
  })

  it('counts a window over midnight to the day it starts on', () => {
    const nights = { work: ['22:00-06:00'], weekend: [], holiday: [] }
    const watch = new Watch(armed(hoist({ windows: nights, grace: '0s' })))
    // An hour from 02:00 each day, Monday first: Sunday and Saturday begin no window, Friday's still lasts on Saturday.
    watch.series(0, 7 * DAY + HOUR, (s) => (s % DAY < HOUR ? 12_400 : 20), 5)
    const days = watch.told
      .filter(({ kind }) => kind === 'raise')
      .map(({ at }) => new Date(at).toUTCString().slice(0, 3))
    // 02:00 in Shanghai is the evening before in UTC: Monday, Sunday and Monday by local time.
    expect(days).toEqual(['Sun', 'Sat', 'Sun'])
  })

  it('allows what a permit says it draws, and not more', () => {
    const permit = { id: 'p', who: 'x', from: '2026-01-12T02:30:00+08:00', until: '2026-01-12T04:00:00+08:00' }
    const site = (power: number) =>
      new Watch(sitePlan({ rules: [hoist()], permits: [{ ...permit, power }] })).series(1_800, 3_600, () => 12_400)
    expect(site(12_000).story).toBe('')
    expect(site(5_000).story).toBe('raise@1810')
    expect(site(0).story).toBe('raise@1810')
  })

  it('takes three hundredths of the rated current of a dedicated feeder as running, strongly (detection §6.2)', () => {
    const winch = { rated: 100, dedicated: true }
    const watch = new Watch(armed({ ...hoist(winch), quantity: 'current' }))
    expect(watch.series(0, 600, () => 2.9).story).toBe('')
    expect(watch.series(601, 700, () => 3.1).story).toBe('raise@611')
    expect(watch.run().strength).toBe(5)
  })

  it('judges a running contact, and proves nothing in a gap', () => {
    const watch = new Watch(armed({ ...hoist(), quantity: 'running' }))
    watch.say(0, true).say(100, true).say(109, true).until(200)
    expect(watch.story).toBe('')
    watch.series(300, 320, () => true)
    // 2.5 s of each of the three samples before were proven, and 2.5 s more in the run.
    expect(watch.story).toBe('raise@302.5')
    expect(watch.zh()).toMatch(/^非允许时段有设备在运行/)
  })

  it.each([
    [{ work: ['08:00-18:00'], weekend: [] }, ['with', 'windows', 'holiday'], /windows of holiday days/],
    [{ ...DAYTIME, work: ['08:00-12:00', '11:30-18:00'] }, ['with', 'windows', 'work', 1], /do not overlap/],
    [{ ...DAYTIME, work: ['08:00-12:00', '12:01-18:00'] }, ['with', 'windows', 'work', 1], /a hole of 1 min/],
    [{ ...DAYTIME, work: ['00:00-23:59'] }, ['with', 'windows', 'work', 0], /a hole of 1 min between 00:00-23:59/],
    [{ ...DAYTIME, work: ['08:00-08:00'] }, ['with', 'windows', 'work', 0], /an end other than the beginning/],
    [{ ...DAYTIME, work: ['22:00-06:00'], weekend: ['05:00-12:00'] }, ['with', 'windows', 'weekend', 0], /overlap/],
    [{ ...DAYTIME, work: ['8-18'] }, ['with', 'windows', 'work', 0], /expected a window such as 08:00-18:00/],
  ])('refuses windows with a hole or an overlap, with the path to them: %j', (windows, path, message) => {
    const faults = JSON.parse(thrown(() => armed(hoist({ windows }))))
    expect(faults).toEqual([{ path: [0, ...path], message: expect.stringMatching(message) }])
  })

  it('takes windows that touch, and holes longer than twice the grace', () => {
    expect(() => armed(hoist({ windows: { ...DAYTIME, work: ['00:00-24:00'] } }))).not.toThrow()
    expect(() => armed(hoist({ windows: { ...DAYTIME, work: ['06:00-12:00', '12:31-18:00'] } }))).not.toThrow()
  })
})

function thrown(act: () => unknown): string {
  try {
    act()
  } catch (error) {
    return (error as Error).message
  }
  return '[]'
}
