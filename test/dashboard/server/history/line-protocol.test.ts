import { describe, expect, it } from 'vitest'
import { UtcMs } from '../../../../core/contract/time.ts'
import {
  escapeMeasurement,
  escapeTag,
  lineOf,
  quoteString,
} from '../../../../dashboard/server/history/line-protocol.ts'
import type { HistoryReading } from '../../../../dashboard/server/history/store.ts'

const batch = { site: 'east-pit', device: 'feeder', stream: 's0000000', firstSeq: 1, floor: 1, readings: [] }
const reading = (part: Partial<HistoryReading>): HistoryReading => ({
  point: 'active-power',
  quantity: 'power',
  value: 1,
  quality: 'good',
  at: UtcMs.parse(1_700_000_000_000),
  ...part,
})

describe('a line of the line protocol', () => {
  it('escapes as the examples of the protocol do', () => {
    expect(escapeTag('us midwest')).toBe('us\\ midwest')
    expect(escapeTag('us,midwest')).toBe('us\\,midwest')
    expect(escapeTag('temp=rature')).toBe('temp\\=rature')
    expect(escapeMeasurement('wea,ther')).toBe('wea\\,ther')
    expect(escapeMeasurement('wea ther')).toBe('wea\\ ther')
    expect(escapeMeasurement('a=b')).toBe('a=b')
    expect(quoteString('too "hot"')).toBe('"too \\"hot\\""')
    expect(quoteString('too hot\\cold')).toBe('"too hot\\\\cold"')
  })

  it('lets no line break and no trailing backslash change what follows', () => {
    expect(escapeTag('a\nb')).toBe('a\\ b')
    expect(escapeTag('a\\')).toBe('a')
  })

  it('carries a number as float under value', () => {
    expect(lineOf('county', batch, reading({ value: 1500.25 }))).toBe(
      'power,device=feeder,group=county,point=active-power,site=east-pit value=1500.25,quality="good" 1700000000000',
    )
  })

  it('carries a boolean as integer under state', () => {
    const line = lineOf('county', batch, reading({ quantity: 'contact', point: 'door', value: true }))
    expect(line).toBe(
      'contact,device=feeder,group=county,point=door,site=east-pit state=1i,quality="good" 1700000000000',
    )
  })

  it('carries a missing value as its quality alone', () => {
    for (const value of [null, Number.NaN, Infinity]) {
      expect(lineOf('county', batch, reading({ value, quality: 'bad' }))).toBe(
        'power,device=feeder,group=county,point=active-power,site=east-pit quality="bad" 1700000000000',
      )
    }
  })
})
