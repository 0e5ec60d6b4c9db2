import { describe, expect, it } from 'vitest'
import { armed, bad, reading, Watch } from '../world.ts'

const fan = {
  type: 'high-limit',
  quantity: 'air_velocity',
  name: { 'zh-CN': '主扇风速', en: 'Main fan air' },
  with: { limit: 8, deadband: 0.5, onDelay: '5s', offDelay: '3s' },
} as const

describe('high-limit', () => {
  it('raises after its on-delay and returns below the deadband after its off-delay, and says so', () => {
    const watch = new Watch(armed(fan)).series(0, 60, (s) => (s < 10 ? 7 : s < 30 ? 8.25 : s < 40 ? 7.8 : 7.2))
    expect(watch.story).toBe('raise@15 clear@43')
    expect(watch.zh(0)).toBe('主扇风速：风速 8.25 m/s，超上限 8 m/s，夜间 02:00:10 起已持续 5 秒。')
    expect(watch.en(0)).toBe(
      'Main fan air: Air velocity 8.25 m/s, at or above the limit of 8 m/s, for 5 seconds since 02:00:10 (night).',
    )
    expect(watch.zh()).toBe('主扇风速：风速已回落到 7.2 m/s，低于上限 8 m/s。超限持续 30 秒，最高 8.25 m/s。')
    expect(watch.en()).toBe(
      'Main fan air: Air velocity is back to 7.2 m/s, below the limit of 8 m/s. It was above for 30 seconds, highest 8.25 m/s.',
    )
  })

  it('tells a value beyond the limit even when the last one lies in the deadband', () => {
    const watch = new Watch(armed(fan)).series(0, 12, (s) => (s < 4 ? 9.25 : 7.75))
    expect(watch.told[0]?.explanation.values).toMatchObject({ value: 9.25, limit: 8 })
  })

  it('raises at the limit itself, as limits are written', () => {
    expect(new Watch(armed({ type: 'high-limit', with: { limit: 8 } })).read(reading(1, 8)).story).toBe('raise@1')
  })

  it('names the readings that decided: the one it began with and the last that proved it', () => {
    const watch = new Watch(armed(fan)).series(0, 20, () => 9)
    expect(watch.told[0]?.readings.map(({ mono }) => mono)).toEqual([0, 4_000])
  })

  it('lets an uncertain reading raise but not clear', () => {
    const uncertain = { quality: 'uncertain', reason: 'out-of-range' } as const
    const watch = new Watch(armed({ type: 'high-limit', with: { limit: 8 } }))
    watch.read(reading(1, 9, uncertain), reading(2, 1, uncertain), reading(3, 1, uncertain)).until(60)
    expect(watch.story).toBe('raise@1')
    expect(watch.read(reading(61, 1)).story).toBe('raise@1 clear@61')
  })

  it('lets a bad reading neither raise nor clear, even one that carries a value', () => {
    const watch = new Watch(armed({ type: 'high-limit', with: { limit: 8 } }))
    const wrong = { quality: 'bad', reason: 'malformed' } as const
    expect(watch.read(reading(1, 9, wrong)).until(60).story).toBe('')
    expect(watch.read(reading(61, 9), reading(62, 1, wrong)).until(120).story).toBe('raise@61')
  })

  it('tells the highest value of this time, not of the last', () => {
    const watch = new Watch(armed({ type: 'high-limit', quantity: 'level', with: { limit: 8 } }))
    watch.read(reading(1, 40), reading(2, 1), reading(3, 9), reading(4, 1))
    expect(watch.told.map(({ explanation }) => explanation.values.peak)).toEqual([40, 40, 9, 9])
  })

  it('changes nothing when the device falls silent, in either state', () => {
    const watch = new Watch(armed({ type: 'high-limit', with: { limit: 8 } }))
    expect(watch.read(bad(1), bad(2)).until(600).story).toBe('')
    expect(watch.read(reading(601, 9), bad(602)).until(6_000).story).toBe('raise@601')
  })

  it('knows its limit for the trend', () => {
    expect(armed(fan).limit).toBe(8)
  })
})

describe('low-limit', () => {
  it('raises at or below the limit and returns above the deadband', () => {
    const rule = armed({ type: 'low-limit', quantity: 'level', with: { limit: 0.5, deadband: 0.1 } })
    const watch = new Watch(rule).series(0, 300, (s) => (s < 10 ? 0.7 : s < 100 ? 0.42 : s < 200 ? 0.55 : 0.8))
    expect(watch.story).toBe('raise@10 clear@200')
    expect(watch.zh(0)).toBe('水位 0.42 m，低于下限 0.5 m，夜间 02:00:10。')
    expect(watch.en(0)).toBe('Level 0.42 m, at or below the limit of 0.5 m, at 02:00:10 (night).')
    expect(watch.zh()).toBe('水位已回升到 0.8 m，高于下限 0.5 m。越限持续 3 分 10 秒，最低 0.42 m。')
    expect(watch.en()).toBe(
      'Level is back to 0.8 m, above the limit of 0.5 m. It was below for 3 minutes 10 seconds, lowest 0.42 m.',
    )
  })

  const pump = armed({ type: 'low-limit', quantity: 'current', with: { limit: 12, runningAbove: 0.5, onDelay: '30s' } })

  it('finds a pump that runs dry: it draws too little but is not switched off', () => {
    const watch = new Watch(pump).series(0, 150, (s) => (s < 10 ? 21.3 : s < 100 ? 6.4 : 20))
    expect(watch.story).toBe('raise@40 clear@100')
    expect(watch.zh(0)).toBe(
      '设备在转但不带负荷：电流只有 6.4 A，运行下限 12 A，夜间 02:00:10 起已持续 30 秒。水泵可能抽空，请派人检查。',
    )
    expect(watch.en(0)).toBe(
      'Running without load: current only 6.4 A, at least 12 A expected while running, for 30 seconds since 02:00:10 (night). A pump may be running dry; send somebody to check.',
    )
    expect(watch.zh()).toBe('负荷已恢复：电流 20 A，高于运行下限 12 A。空载持续 1 分 30 秒，最低 6.4 A。')
  })

  it('takes a pump that is switched off for no alarm, and says when it stopped', () => {
    expect(new Watch(pump).series(0, 600, () => 0).story).toBe('')
    const watch = new Watch(pump).series(0, 200, (s) => (s < 10 ? 21.3 : s < 100 ? 6.4 : 0))
    expect(watch.story).toBe('raise@40 clear@100')
    expect(watch.zh()).toBe('设备已停机：电流 0 A。停机前空载 1 分 30 秒，最低 6.4 A。')
    expect(watch.en()).toBe(
      'The machine has stopped: current 0 A. It ran without load for 1 minute 30 seconds before, lowest 6.4 A.',
    )
  })
})
