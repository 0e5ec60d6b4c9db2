import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { UtcMs } from '../../core/contract/time.ts'
import { siteViewOf } from '../../core/rules/site-time.ts'
import { calendarGaps, loadCalendar } from '../../platform/calendar.ts'
import { temporaryFolder } from '../gateway/uplink/county.ts'

const on = (date: string) => UtcMs.parse(Date.parse(`${date}T12:00:00+08:00`))
const weekday = (date: string) => new Date(`${date}T00:00:00Z`).getUTCDay()
const isWeekend = (date: string) => [0, 6].includes(weekday(date))

describe('the calendar that comes with Pitwatch', () => {
  const years = Object.entries(loadCalendar(null, '/').days!.years)

  it.each(years)('works on weekend days alone, and says no day of %s twice', (year, { off, worked }) => {
    expect(worked.filter((date) => !isWeekend(date))).toEqual([])
    const all = [...off, ...worked]
    expect(new Set(all).size).toBe(all.length)
    expect(all.filter((date) => !date.startsWith(`${year}-`))).toEqual([])
  })

  // 全国年节及纪念日放假办法 as amended for 2025: 13 days; one that falls on a weekend is made up for.
  it.each(years)('gives in %s the 13 days of the law besides weekends, as far as it is announced', (_, year) => {
    const { off, worked, announced } = year
    const besides = off.filter((date) => !isWeekend(date)).length - worked.length
    expect(announced ? besides : off.length).toBe(13)
  })

  it('knows the worked Saturday before the Spring Festival of 2026 and the Monday at its end', () => {
    const { days } = loadCalendar(null, '/')
    const site = siteViewOf({ zone: 'Asia/Shanghai', permits: [], orders: [], calendar: days })
    const days2026 = ['02-13', '02-14', '02-15', '02-16', '02-23', '02-24', '02-28', '03-01', '09-20', '10-01']
    expect(days2026.map((date) => site.dayType(on(`2026-${date}`)))).toEqual([
      ...['work', 'work', 'holiday', 'holiday', 'holiday', 'work', 'work', 'weekend', 'work', 'holiday'],
    ])
  })
})

describe('the calendar of a site', () => {
  let folder: ReturnType<typeof temporaryFolder>
  beforeEach(() => {
    folder = temporaryFolder()
  })
  afterEach(() => folder.remove())
  const gaps = (file: string | null, date: string) =>
    calendarGaps(loadCalendar(file, folder.path), on(date)).map((gap) =>
      gap.is === 'unreadable' ? gap.is : `${gap.is} ${gap.year}`,
    )

  it('lacks nothing while this year is announced and the next is in the file', () => {
    expect(gaps(null, '2026-11-22')).toEqual([])
  })

  it('says which year is not there and which was not announced', () => {
    expect(gaps(null, '2027-03-01')).toEqual(['unannounced 2027', 'missing 2028'])
    expect(gaps(null, '2029-03-01')).toEqual(['missing 2029', 'missing 2030'])
  })

  it('is the file that is named, beside the site file', () => {
    const own = `calendar: own\nsource: the county\nyears: { '2026': { announced: true, off: [2026-05-20] } }\n`
    writeFileSync(join(folder.path, 'days.yaml'), own)
    expect(loadCalendar('days.yaml', folder.path).days?.years['2026']?.off).toEqual(['2026-05-20'])
    expect(gaps('days.yaml', '2026-05-01')).toEqual(['missing 2027'])
  })

  it.each([
    ['is not there', null],
    ['is none', 'years: { twenty: {} }'],
  ])('is the shipped one where its file %s, which is said', (_, text) => {
    if (text !== null) writeFileSync(join(folder.path, 'days.yaml'), text)
    expect(loadCalendar('days.yaml', folder.path).days?.calendar).toBe('cn')
    expect(gaps('days.yaml', '2026-05-01')).toEqual(['unreadable'])
  })
})
