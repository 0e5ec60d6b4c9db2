import { describe, expect, it } from 'vitest'
import { Court, NOON } from './court.ts'
import { NIGHT } from '../world.ts'

const CLOSE = 1_800
const minutes = (count: number) => count * 60

describe('the alarm of a site', () => {
  it('is raised at the instant at which what is seen reaches it, and not below', () => {
    expect(new Court().hear({ s: 10.25, strength: 3.99 }).until(100).story).toBe('')
    expect(new Court().hear({ s: 10.25, strength: 4 }).until(100).story).toBe('raise@10.25')
  })

  it('is only judged when no older signal can come any more', () => {
    const court = new Court().hear({ s: 10, strength: 5 })
    expect(court.judge.due).toBe(70_000)
    expect(court.until(9.999).story).toBe('')
    expect(court.until(10).story).toBe('raise@10')
  })

  it('adds groups in full, and of one group the strongest and half of the second', () => {
    const court = new Court().hear(
      { s: 1, rule: 'a', strength: 2 },
      { s: 1, rule: 'b', strength: 1.6 },
      { s: 1, rule: 'c', strength: 1.2 },
      { s: 1, rule: 'd', group: 'camera', strength: 1.4 },
    )
    expect(court.until(1).score).toBe(4.2)
    expect(court.said[0]?.because.map(({ rule, strength }) => [rule, strength])).toEqual([
      ['a', 2],
      ['b', 1.6],
      ['d', 1.4],
      ['c', 1.2],
    ])
  })

  it('believes no rule beyond 6 either way, and what speaks against activity lowers its own group alone', () => {
    expect(new Court().hear({ s: 1, strength: 40 }).until(1).score).toBe(6)
    const against = { s: 1, rule: 'kettle', strength: -2 }
    const court = new Court().hear({ s: 1, strength: 5 }, against, { s: 1, rule: 'eye', group: 'camera', strength: 2 })
    expect(court.until(1).score).toBe(5)
    const drowned = new Court().hear(
      { s: 1, rule: 'kettle', strength: -6 },
      { s: 1, rule: 'eye', group: 'camera', strength: 4 },
    )
    expect(drowned.until(1).score).toBe(4)
  })

  it('knows night and holiday, each worth 0.4, and a site at risk', () => {
    const one = { s: 1, strength: 5 }
    expect(new Court({ from: NOON }).hear(one).until(1).score).toBe(5)
    expect(new Court({ from: NIGHT }).hear(one).until(1).score).toBe(5.4)
    expect(new Court({ from: NIGHT, offDays: ['2026-01-12'] }).hear(one).until(1).score).toBe(5.8)
    expect(new Court({ activity: { prior: 0.5 } }).hear(one).until(1).score).toBe(5.5)
    expect(new Court({ activity: { prior: 2 } }).hear({ s: 1, strength: 0.9 }).until(1).judge.isSuspicious).toBe(false)
  })

  it('keeps what was seen for ten minutes, then halves it each ten minutes', () => {
    const later = (s: number) =>
      new Court({ activity: { alarm: 1.01 } })
        .hear({ s: 0, rule: 'a', strength: 4, group: 'camera' }, { s, rule: 'b', strength: 1.1 })
        .until(s)
    const worth = (s: number) => later(s).said.at(-1)?.explanation.values.camera
    expect([worth(minutes(10)), worth(minutes(20)), worth(minutes(25))]).toEqual([4, 2, 1.4])
  })

  it('puts signals of a quarter of an hour together though none alone would do', () => {
    const court = new Court().hear(
      { s: 0, group: 'camera', rule: 'eye', strength: 2.2 },
      { s: minutes(9), strength: 2 },
    )
    expect(court.until(minutes(9)).story).toBe('raise@540!')
  })

  it('does not count slow energy alone, whatever the hour, but with anything else', () => {
    const slow = { s: 1, rule: 'energy', type: 'slow-energy', strength: 3 }
    const night = { from: NIGHT, offDays: ['2026-01-12'], activity: { prior: 0.5 } }
    expect(new Court(night).hear(slow).until(1).story).toBe('')
    expect(new Court(night).hear(slow, { s: 1, rule: 'starts', strength: 1.4 }).until(1).story).toBe('raise@1')
  })

  it('is red from the critical score on, or when two senses agree', () => {
    expect(new Court().hear({ s: 1, strength: 5.9 }).until(1).story).toBe('raise@1')
    expect(new Court().hear({ s: 1, strength: 6 }).until(1).story).toBe('raise@1!')
    const two = new Court().hear({ s: 1, strength: 3 }, { s: 1, rule: 'eye', group: 'camera', strength: 1.5 })
    expect(two.until(1).story).toBe('raise@1!')
    const meter = new Court().hear({ s: 1, strength: 3 }, { s: 1, rule: 'pump', group: 'pump', strength: 1.5 })
    expect(meter.until(1).story).toBe('raise@1')
  })

  it('says more only when a further rule speaks or it becomes graver, not when something is seen again', () => {
    const court = new Court().hear({ s: 0, strength: 4.5 }, { s: 60, strength: 4.5 }, { s: 120, strength: 5 })
    court.hear(
      { s: 180, rule: 'b', strength: 1.2 },
      { s: 240, rule: 'b', strength: 1.2 },
      { s: 300, rule: 'c', strength: 0.9 },
    )
    court.hear({ s: 360, rule: 'eye', group: 'camera', strength: 2.2 }, { s: 420, strength: 6 })
    expect(court.until(500).story).toBe('raise@0 update@180 update@360!')
  })

  it('ends half an hour after the last thing worth telling, at that very instant', () => {
    const court = new Court().hear({ s: 0, strength: 5 }, { s: 600.5, strength: 2 }, { s: 1_500, strength: 0.9 })
    expect(court.until(600.5 + CLOSE - 0.001).story).toBe('raise@0')
    expect(court.until(9_999).story).toBe(`raise@0 clear@${600.5 + CLOSE}`)
  })

  it('stays open for what is seen at the moment at which it would have ended', () => {
    const court = new Court().hear({ s: 0, strength: 5 }, { s: CLOSE, strength: 1 }).until(9_999)
    expect(court.story).toBe(`raise@0 clear@${2 * CLOSE}`)
  })

  it('does not count what one episode rested on towards the next', () => {
    const court = new Court()
      .hear({ s: 0, strength: 6 })
      .until(CLOSE)
      .hear({ s: CLOSE + 1, rule: 'b', strength: 3.6 })
    expect(court.until(9_999).story).toBe(`raise@0! clear@${CLOSE}!`)
  })

  it('is raised anew every four hours while it lasts', () => {
    const court = new Court()
    for (let s = 0; s <= 9 * 3_600; s += 60) court.hear({ s, strength: 5 })
    court.until(12 * 3_600)
    expect(court.story).toBe('raise@0 clear@14400 raise@14400 clear@28800 raise@28800 clear@34200')
    expect(court.said[2]?.explanation.key).toBe('site-activity.reopened')
    expect(court.said[2]?.because).toHaveLength(1)
    expect(court.said[4]?.explanation.values.lastedS).toBe(28_800)
  })

  it('is not raised anew for what only lingers', () => {
    const court = new Court().hear({ s: 0, strength: 5 })
    for (let s = 600; s <= 5 * 3_600; s += 600) court.hear({ s, strength: 1.5 })
    expect(court.until(99_999).story).toBe('raise@0 clear@14400')
    const last = new Court().hear({ s: 0, strength: 5 })
    for (let s = 600; s < 13_800; s += 600) last.hear({ s, strength: 1.5 })
    last.hear({ s: 13_800, strength: 5 })
    expect(last.until(14_400).story).toBe('raise@0 clear@14400')
    expect(last.hear({ s: 14_460, strength: 3.9 }).until(14_460).story).toBe('raise@0 clear@14400 raise@14460')
  })

  it('is not lowered, and not raised, by time or by a condition that is gone', () => {
    const court = new Court({ from: NIGHT - minutes(6 * 60 + 10) * 1_000 }).hear({ s: 0, strength: 3.7 })
    court
      .until(minutes(20))
      .hear({ s: minutes(20), strength: 3.7, isActive: false })
      .until(minutes(30))
    expect(court.story).toBe('')
    expect(court.hear({ s: minutes(31), strength: 3.7 }).until(minutes(31)).story).toBe('raise@1860')
  })

  it('tells that what is seen is not normal while the score stands at watching, to the instant', () => {
    const court = new Court().hear({ s: 0, strength: 3 }).until(0)
    expect(court.judge.isSuspicious).toBe(true)
    // 3 · 2^(−t/10 min) falls below 2.5 at t = 10 min · log2(1.2) = 157.8 s, ten minutes later.
    const falls = 600 + 600 * Math.log2(1.2)
    expect(court.judge.due).toBe(60_000 + Math.ceil(falls * 1_000))
    expect(court.until(falls - 0.01).judge.isSuspicious).toBe(true)
    expect(court.until(falls + 0.01).judge.isSuspicious).toBe(false)
  })
})

describe('what was lost soon after something else was seen', () => {
  const lost = { s: minutes(29), rule: 'comms', group: 'comms' as const, strength: 1.5 }

  it('counts twice', () => {
    const door = { s: 0, rule: 'door', group: 'entry' as const, strength: 3 }
    expect(new Court().hear(lost).until(9_999).story).toBe('')
    const court = new Court().hear(door, { ...lost, s: minutes(9) }).until(minutes(9))
    expect(court.score).toBe(6)
    expect(court.zh()).toContain('断联前有异动')
  })

  it('keeps counting twice while it stays lost, however long ago that was', () => {
    const door = { s: 0, rule: 'door', group: 'entry' as const, strength: 1 }
    const court = new Court().hear(door, lost, { ...lost, s: minutes(50), strength: 2.5 }).until(minutes(50))
    expect(court.score).toBe(5.1)
    const back = new Court().hear(door, lost, { ...lost, s: minutes(35), isActive: false })
    expect(back.hear({ ...lost, s: minutes(50), strength: 2.5 }).until(minutes(50)).story).toBe('')
  })

  it('does not where half an hour lies between', () => {
    const door = { s: 0, rule: 'door', group: 'entry' as const, strength: 1 }
    const court = new Court().hear(door, { ...lost, s: minutes(31), strength: 3.4 }).until(minutes(40))
    expect(court.story).toBe('')
  })
})

describe('explanations of the alarm of a site', () => {
  const court = new Court({ from: NIGHT }).hear(
    { s: 0, strength: 4.6, values: { quantity: 'power', value: 13_100, limit: 2_000 } },
    { s: 120, rule: 'eye', group: 'camera', strength: 2.2 },
  )
  court.until(9_999)

  it('say what was seen and how much it counts, what would be normal, and what would have kept it quiet', () => {
    expect(court.zh(0)).toBe(
      '夜间 02:00:00 起疑似有人作业：用电异常 4.6；证据分 5，门限 4。现用电 13.1 kW，正常不超过 2 kW。无有效作业票；若有作业票写明，或用电不超过 2 kW，则不报警。八查第 1 项。',
    )
    expect(court.zh(1)).toContain('用电异常 4.6、摄像机告警 2.2；证据分 7.2')
    expect(court.en(0)).toBe(
      'Somebody may be at work since 02:00:00 (night): unusual use of power 4.6; score 5, alarm at 4. 13.1 kW is drawn, at most 2 kW would be normal. There is no permit in force; one that covers it or less than 2 kW would have kept this quiet. Eight checks: 1.',
    )
    expect(court.zh(2)).toBe(
      '已 30 分钟没有新的迹象。本次自 夜间 02:00:00 起持续 2 分钟，最高证据分 7.2。请核实是谁、在做什么。',
    )
  })

  it('tell the load and the limit of the strongest sign, whatever it calls them, so that the text and its first line agree', () => {
    const two = new Court({ from: NIGHT }).hear(
      { s: 0, rule: 'plain', strength: 2, values: { quantity: 'power', value: 10_300, limit: 1_000 } },
      { s: 1, rule: 'modelled', strength: 6, values: { quantity: 'power', power: 41_800, normal: 300 } },
    )
    two.until(60)
    expect(two.zh(0)).toContain('现用电 41.8 kW，正常不超过 300 W')
  })

  it('fit a phone', () => {
    for (let index = 0; index < court.said.length; index += 1) expect(court.zh(index).length).toBeLessThanOrEqual(140)
  })
})
