import { describe, expect, it } from 'vitest'
import { armed, bad, reading, Watch } from '../world.ts'

describe('rate-of-change', () => {
  const inrush = { type: 'rate-of-change', quantity: 'level', with: { per: 'h', rise: 0.3, deadband: 0.1 } } as const

  it('raises when the slope over its window reaches the limit (domain W2)', () => {
    const watch = new Watch(armed(inrush))
    const top = 2 + 3_000 / 7_200
    watch.series(0, 7_200, (s) => (s < 600 ? 2 : s < 3_600 ? 2 + (s - 600) / 7_200 : top), 2)
    expect(watch.told.map(({ kind }) => kind)).toEqual(['raise', 'clear'])
    expect(watch.zh(0)).toBe('水位上升过快：每小时上升 0.308 m，限值 0.3 m，按最近 10 分钟计算，现为 2.05 m。')
    expect(watch.en(0)).toBe(
      'Level rises too fast: 0.308 m an hour, the limit is 0.3 m, over the last 10 minutes, now 2.05 m.',
    )
    expect(watch.zh()).toBe('水位变化已放缓：每小时 0.192 m，现为 2.42 m。过快持续 50 分钟。')
    expect(watch.en()).toBe('Level has steadied: 0.192 m an hour, now 2.42 m. It changed too fast for 50 minutes.')
  })

  it('measures the slope of a straight line exactly, whatever the poll period', () => {
    for (const every of [1, 7, 60]) {
      const watch = new Watch(armed({ ...inrush, with: { per: 'min', fall: 0.5, window: '5min' } }))
      watch.series(0, 900, (s) => 40 - s / 60, every)
      expect(watch.told[0]?.explanation.key).toBe('rate-of-change.raised-falling')
      expect(watch.told[0]?.explanation.values.slope).toBeCloseTo(-1, 6)
    }
  })

  it('is not moved by one odd reading, nor judged before half its window is known', () => {
    const watch = new Watch(armed(inrush)).series(0, 1_200, (s) => (s === 900 ? 2.2 : 2))
    expect(watch.story).toBe('')
    const short = new Watch(armed(inrush)).series(0, 290, (s) => 2 + s)
    expect(short.story).toBe('')
  })

  it('forgets its window over a restart, because it was measured by another boot’s clock', () => {
    const watch = new Watch(armed(inrush)).series(0, 900, () => 2).restart()
    expect(watch.series(901, 1_100, () => 9).story).toBe('')
  })

  it('keeps its memory small at a fast poll and a long window', () => {
    const watch = new Watch(armed({ ...inrush, with: { per: 'h', rise: 1, window: '2h' } }))
    watch.series(0, 8_000, (s) => s / 1e6)
    expect(JSON.stringify(watch.state).length).toBeLessThan(4_000)
  })
})

describe('stale', () => {
  const meter = { type: 'stale', quantity: 'power', with: { after: '60s' } } as const

  it('raises at the exact instant the last good reading became too old, and names the reason', () => {
    const watch = new Watch(armed(meter))
      .series(0, 10, () => 12_400)
      .read(bad(11), bad(12))
      .until(100)
    expect(watch.story).toBe('raise@70')
    expect(watch.zh()).toBe(
      '已 1 分钟没有有效数据：设备无应答。最后一次有效值 12.4 kW（夜间 02:00:10）。此测点目前失去监测。',
    )
    expect(watch.en()).toBe(
      'No valid data for 1 minute: the device does not answer. The last valid value was 12.4 kW at 02:00:10 (night). Nobody is watching this point now.',
    )
    watch.read(reading(400, 9_000))
    expect(watch.story).toBe('raise@70 clear@400')
    expect(watch.zh()).toBe('数据已恢复，现为 9 kW。中断 6 分 30 秒。')
    expect(watch.en()).toBe('Data is back, now 9 kW. It was missing for 6 minutes 30 seconds.')
  })

  it('gives devices their time after a start, then tells that nothing ever came', () => {
    const watch = new Watch(armed(meter)).until(0).until(59)
    expect(watch.story).toBe('')
    expect(watch.until(61).story).toBe('raise@60')
    expect(watch.zh()).toBe('开始监测后 1 分钟内没有任何有效数据：没有收到任何读数。此测点目前失去监测。')
    expect(watch.en()).toBe(
      'No valid data in the first 1 minute of watching: no reading came at all. Nobody is watching this point now.',
    )
  })

  it('gives that time anew after a restart, and keeps an open alarm open until a good reading', () => {
    const quiet = new Watch(armed(meter)).series(0, 10, () => 5).restart()
    expect(quiet.until(500).until(555).story).toBe('')
    const open = new Watch(armed(meter)).read(reading(0, 5)).until(100).restart().until(200).until(400)
    expect(open.story).toBe('raise@60')
    expect(open.read(bad(401), reading(402, 5)).story).toBe('raise@60 clear@402')
  })

  it('counts a reading the device itself calls invalid as missing', () => {
    const watch = new Watch(armed(meter)).read(reading(0, 5))
    for (let s = 1; s <= 61; s += 1) watch.read(bad(s, 'open-loop'))
    expect(watch.story).toBe('raise@60')
    expect(watch.zh()).toContain('4–20 mA 回路断线')
  })

  it('with an off-delay needs good readings without a break', () => {
    const watch = new Watch(armed({ ...meter, with: { after: '60s', offDelay: '10s' } })).read(reading(0, 5))
    watch
      .until(100)
      .series(101, 105, () => 5)
      .read(bad(106))
      .series(107, 120, () => 5)
    expect(watch.story).toBe('raise@60 clear@117')
    expect(watch.zh()).toBe('数据已恢复，现为 5 W。中断 1 分 47 秒。')
  })

  it('clears and raises again in one call when both are proven', () => {
    const watch = new Watch(armed(meter)).read(reading(0, 5), reading(100, 5), bad(200))
    expect(watch.story).toBe('raise@60 clear@100 raise@160')
  })
})

describe('presence', () => {
  const camera = { device: 'gate-camera', point: 'human' }
  const picture = (n: number, s: number) => ({
    kind: 'picture' as const,
    sha256: n.toString(16).padStart(64, '0'),
    mediaType: 'image/jpeg' as const,
    bytes: 9_000,
    device: 'gate-camera',
    target: 'human' as const,
    event: 'fielddetection',
    at: reading(s, null).at,
  })
  const watchGate = () =>
    new Watch(armed({ type: 'presence', quantity: 'presence', point: 'gate-camera/human', with: { offDelay: '30s' } }))

  it('raises when the camera sees a person, with the picture, and returns when nobody was seen for a while', () => {
    const watch = watchGate().read(reading(10, true, { ...camera, evidence: [picture(1, 10)] }))
    watch.read(...Array.from({ length: 60 }, (_, s) => reading(11 + s, s < 9, camera)))
    expect(watch.story).toBe('raise@10 clear@50')
    expect(watch.told[0]?.evidence.map(({ sha256 }) => sha256)).toEqual([picture(1, 10).sha256])
    expect(watch.zh(0)).toBe('摄像机发现人员，夜间 02:00:10。')
    expect(watch.en(0)).toBe('The camera saw a person at 02:00:10 (night).')
    expect(watch.zh()).toBe('已 30 秒未再发现人员。本次活动持续 10 秒。')
  })

  it('tells further pictures as updates, each once', () => {
    const watch = watchGate().read(
      reading(10, true, { ...camera, evidence: [picture(1, 10)] }),
      reading(11, true, { ...camera, evidence: [picture(1, 10), picture(2, 11)] }),
      reading(12, true, { ...camera, evidence: [picture(2, 11)] }),
      reading(13, false, { ...camera, evidence: [picture(3, 12), picture(4, 12)] }),
    )
    expect(watch.told.map(({ n, kind, evidence }) => `${n} ${kind} ${evidence.length}`)).toEqual([
      '1 raise 1',
      '2 update 1',
      '3 update 2',
    ])
    expect(watch.zh()).toBe('新增现场照片 2 张（人员）。')
    expect(watch.en()).toBe('2 new pictures (a person).')
  })

  it('keeps the pictures of a person who is not proven yet for the raise, and drops those of one who was not', () => {
    const watch = new Watch(
      armed({ type: 'presence', point: 'gate-camera/human', with: { onDelay: '3s', offDelay: '5s' } }),
    )
    watch.read(reading(0, true, { ...camera, evidence: [picture(1, 0)] }), reading(1, false, camera))
    watch.read(reading(10, true, { ...camera, evidence: [picture(2, 10)] }))
    for (let s = 11; s < 15; s += 1) watch.read(reading(s, true, camera))
    expect(watch.told.map(({ kind, evidence }) => [kind, evidence.map(({ at }) => at)])).toEqual([
      ['raise', [picture(2, 10).at]],
    ])
  })
})

describe('fault', () => {
  const store = { device: 'gateway', point: 'store-fault' }
  const watch = (watches: string) =>
    new Watch(armed({ type: 'fault', quantity: 'fault', point: 'gateway/store-fault', with: { watches } }))

  it('raises as soon as something says that it does not work, and returns when it says so no longer', () => {
    const own = watch('store').read(reading(0, false, store), reading(10, true, store), reading(70, false, store))
    expect(own.story).toBe('raise@10 clear@70')
    expect(own.zh(0)).toContain('网关存储故障')
    expect(own.en(0)).toContain('the disk refuses, or a damaged file was set aside')
    expect(own.en()).toBe("The gateway's store works again. The fault lasted 1 minute.")
  })

  it('tells a full store and any other device apart', () => {
    const said = ['room', 'device'].map((watches) =>
      watch(watches)
        .read(reading(10, true, store))
        .en(0),
    )
    expect(said[0]).toContain('store is full')
    expect(said[1]).toContain('The device reports a fault')
  })
})

describe('tamper', () => {
  it('raises by a contact and returns when nothing more has happened', () => {
    const watch = new Watch(armed({ type: 'tamper', quantity: 'tamper' })).series(0, 1_000, (s) => s > 10 && s < 100)
    expect(watch.story).toBe('raise@11 clear@700')
    expect(watch.zh(0)).toBe('防拆触点动作，夜间 02:00:11：表盖或箱门可能被打开。请派人到现场查看。')
    expect(watch.en(0)).toBe(
      'The tamper contact was triggered at 02:00:11 (night): a meter cover or cabinet may be open. Send somebody to look.',
    )
    expect(watch.zh()).toBe('已 10 分钟没有新的开盖动作。仍须到现场核实。')
  })

  it('raises by a counter that moved, also while the gateway was off', () => {
    const watch = new Watch(armed({ type: 'tamper', quantity: 'count' })).series(0, 100, () => 3).restart()
    watch.series(1, 10, () => 4)
    expect(watch.story).toBe('raise@1')
    expect(watch.zh()).toBe('开盖计数由 3 变为 4，夜间 02:00:01：表盖或箱门被打开过。请派人到现场查看。')
    expect(watch.en()).toBe(
      'The cover counter went from 3 to 4 at 02:00:01 (night): a cover or cabinet was opened. Send somebody to look.',
    )
  })

  it('raises by a counter that went back: the meter may have been exchanged', () => {
    const watch = new Watch(armed({ type: 'tamper', quantity: 'count' })).series(0, 10, (s) => (s < 5 ? 4 : 0))
    expect(watch.zh()).toBe('开盖计数由 4 退回 0，夜间 02:00:05：可能换过表或被清零。请派人到现场查看。')
  })

  it('raises by any watched value that moved, in words that fit all of them', () => {
    const rule = armed({ type: 'tamper', quantity: 'ratio', with: { watches: 'value' } })
    const watch = new Watch(rule).series(0, 700, (s) => (s < 5 ? 80 : 100))
    expect(watch.story).toBe('raise@5 clear@606')
    expect(watch.en(0)).toBe(
      'The watched value went from 80 to 100 at 02:00:05 (night): the device may have been opened, switched off or altered. Send somebody to look.',
    )
    expect(watch.zh()).toBe('已 10 分钟没有新的变化。仍须到现场核实。')
  })

  it('raises by another device at the address', () => {
    const rule = armed({ type: 'tamper', quantity: 'tamper', with: { watches: 'device' } })
    const watch = new Watch(rule).series(0, 1_000, (s) => s > 10 && s < 100)
    expect(watch.story).toBe('raise@11 clear@700')
    expect(watch.zh(0)).toBe(
      '该地址上换成了别的设备，夜间 02:00:11：原设备可能被更换，其数据不再显示。请派人到现场查看。',
    )
    expect(watch.en()).toBe(
      'The site’s own device has answered again for 10 minutes. It still has to be checked on site.',
    )
  })
})
