import { describe, expect, it } from 'vitest'
import type { History } from '../../core/contract/http.ts'
import { csvName, trendCsv } from '../../dashboard/web/stores/trend-csv.ts'
import { trendOf } from '../../dashboard/web/stores/trend.ts'

const START = Date.parse('2026-01-12T03:07:05+08:00')
const words = { time: '时间', mean: '平均', min: '最小', max: '最大', quality: '质量' }
const history = (at: number[], mean: (number | null)[], part: Partial<History> = {}): History => ({
  ...{ point: 'feeder/power', source: 'embedded', at, min: mean, mean, max: mean, readings: at.length },
  ...part,
})

describe('the file of a trend', () => {
  it('holds what is drawn: shown units, offsets, quality, gaps as gaps', () => {
    const at = [START, START + 1_000, START + 2_000, START + 60_000]
    const power = trendOf(
      history(at, [1_500, null, 2_000.5, 3_000], { provisional: [false, false, false, true] }),
      1_000,
    )
    const door = trendOf(history([START], [1]), 1_000)
    const text = trendCsv(
      [
        { name: '东沟 "A", 功率', quantity: 'power', trend: power },
        { name: '=门', quantity: 'contact', trend: door },
      ],
      { from: START, to: START + 60_000, zone: 'Asia/Shanghai', words },
    )
    expect(text.split('\r\n')).toEqual([
      '\u{feff}时间,"东沟 ""A"", 功率 平均 (kW)","东沟 ""A"", 功率 最小 (kW)","东沟 ""A"", 功率 最大 (kW)","东沟 ""A"", 功率 质量",\'=门 平均,\'=门 最小,\'=门 最大,\'=门 质量',
      '2026-01-12T03:07:05.000+08:00,1.5,1.5,1.5,good,1,1,1,good',
      '2026-01-12T03:07:06.000+08:00,,,,bad,,,,',
      '2026-01-12T03:07:07.000+08:00,2.0005,2.0005,2.0005,good,,,,',
      '2026-01-12T03:07:07.001+08:00,,,,gap,,,,',
      '2026-01-12T03:08:05.000+08:00,3,3,3,provisional,,,,',
      '',
    ])
  })

  it('leaves out what is not shown, and says in its name what it is of', () => {
    const trend = trendOf(history([START - 1, START, START + 1], [1, 2, 3]), 1)
    const line = { name: 'x', quantity: 'level' as const, trend }
    const rows = trendCsv([line], { from: START, to: START, zone: 'Asia/Shanghai', words }).split('\r\n')
    expect(rows).toHaveLength(3)
    expect(csvName('trend', { from: START, to: START + 3_600_000 }, 'Asia/Shanghai')).toBe(
      'trend-20260112-0307-20260112-0407.csv',
    )
  })
})
