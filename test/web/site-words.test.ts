import { describe, expect, it } from 'vitest'
import type { Alarm } from '../../core/contract/alarm.ts'
import { UtcMs } from '../../core/contract/time.ts'
import { zhCN as zh } from '../../dashboard/web/i18n/zh-cn.ts'
import { alarmWords, isHatched, siteView, watchWords } from '../../dashboard/web/show/site-words.ts'
import { alarmWith, nightAlarms } from './support/alarms.ts'
import { COUNTY, NIGHT, summaryOf } from './support/county.ts'

const now = UtcMs.parse(NIGHT)
const alarms = nightAlarms([])

function viewOf(id: string, feedAlive = true) {
  const summary = summaryOf(
    COUNTY.find((site) => site.id === id)!,
    alarms,
    NIGHT,
  )
  const open = alarms.filter(({ site }) => site === id)
  const view = siteView(summary, { now, feedAlive, open })
  return { view, alarm: alarmWords(view, zh), watch: watchWords(summary, view, now, zh) }
}

describe('a site in words', () => {
  it('says the alarm and that the gateway is cut off, for one must not hide the other', () => {
    expect(viewOf('pine-slope')).toMatchObject({ alarm: '橙 · 未确认', watch: '断线 3 分钟' })
    expect(isHatched(viewOf('pine-slope').view)).toBe(true)
  })

  it('says since when data is too old', () => {
    expect(viewOf('black-creek')).toMatchObject({ alarm: null, watch: '数据过期 38 秒' })
  })

  it('says how many points are not good where the rest is fresh, without hatching the rest', () => {
    expect(viewOf('north-flat').watch).toBe('1/14 个测点无效')
    expect(isHatched(viewOf('north-flat').view)).toBe(false)
  })

  it('tells a returned alarm from an active one', () => {
    expect(viewOf('stone-ridge').alarm).toBe('橙 · 已恢复未确认')
    expect(viewOf('willow-bend').alarm).toBe('黄 · 已确认')
  })

  it('says that all there is was held back, and that what is latched waits to be looked at', () => {
    const shelf = { kind: 'shelved', by: 'operator', second: null, reason: '检修', from: 1, until: 2, parent: null }
    const site = COUNTY.find(({ id }) => id === 'stone-ridge')!
    const view = (...open: readonly Alarm[]) => siteView(summaryOf(site, open, NIGHT), { now, feedAlive: true, open })
    const one = (rest: object) => alarmWith({ id: 'stone-ridge.a.1', site: 'stone-ridge', priority: 'red', ...rest })
    const held = one({ suppressions: [shelf] })
    expect(alarmWords(view(held), zh)).toBe('红 · 已搁置')
    expect(view(held)).toMatchObject({ unacked: false, held: 'shelved', state: 'alarm' })
    expect(view(held, one({ priority: 'yellow' }))).toMatchObject({ worst: 'yellow', unacked: true, held: null })
    expect(alarmWords(view(one({ state: 'latched-acked', latched: true })), zh)).toBe('红 · 锁存待复位')
  })

  it('names the priority that still waits for a person, not a higher one somebody has taken on', () => {
    const site = COUNTY.find(({ id }) => id === 'willow-bend')!
    const summary = {
      ...summaryOf(site, [], NIGHT),
      openAlarms: { red: 1, orange: 1, yellow: 0, blue: 0 },
      worstUnacked: 'orange' as const,
    }
    const viewing = { now, feedAlive: true, open: [] }
    expect(alarmWords(siteView(summary, viewing), zh)).toBe('橙 · 未确认')
    expect(alarmWords(siteView({ ...summary, worstUnacked: null }, viewing), zh)).toBe('红 · 已确认')
  })

  it('counts no site as watched while the feed is silent', () => {
    for (const { id } of COUNTY) expect(isHatched(viewOf(id, false).view)).toBe(true)
  })
})
