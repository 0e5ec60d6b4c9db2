import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { UtcMs } from '../../../../core/contract/time.ts'
import {
  escapeMeasurement,
  escapeTag,
  openLineWriter,
  quoteString,
} from '../../../../dashboard/server/history/line-protocol.ts'
import type { HistoryReading } from '../../../../dashboard/server/history/store.ts'
import { startVictoria, type StartedVictoria } from '../../../support/servers.ts'
import { type Influxd, startInfluxd } from './influxd.ts'

const batch = { site: 'east-pit', device: 'feeder' }
const lineOf = (reading: HistoryReading, isNumbersOnly = false) =>
  openLineWriter({ group: 'county', isNumbersOnly }).lineOf(batch, reading).replace(/\n$/, '')
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
    expect(lineOf(reading({ value: 1500.25 }))).toBe(
      'power,device=feeder,group=county,point=active-power,site=east-pit value=1500.25,quality="good" 1700000000000',
    )
  })

  it('carries a boolean as integer under state', () => {
    const line = lineOf(reading({ quantity: 'contact', point: 'door', value: true }))
    expect(line).toBe(
      'contact,device=feeder,group=county,point=door,site=east-pit state=1i,quality="good" 1700000000000',
    )
  })

  it('carries a missing value as its quality alone', () => {
    for (const value of [null, Number.NaN, Infinity]) {
      expect(lineOf(reading({ value, quality: 'bad' }))).toBe(
        'power,device=feeder,group=county,point=active-power,site=east-pit quality="bad" 1700000000000',
      )
    }
  })

  it('keeps good values apart from doubtful ones where a server has no texts', () => {
    const tags = 'power,device=feeder,group=county,point=active-power,site=east-pit'
    expect(lineOf(reading({ value: 2 }), true)).toBe(`${tags} value=2,quality="good" 1700000000000`)
    expect(lineOf(reading({ value: 2, quality: 'uncertain' }), true)).toBe(
      `${tags} uncertain=2,quality="uncertain" 1700000000000`,
    )
  })
})

/**
 * The corners of the protocol: what ends a part of a line, what escapes it, and what lies beside either. Not a backslash before one of them or before
 * another: the two servers read these differently, and no name of ours has one.
 */
const CORNERS = [
  ...['a b', 'a,b', 'a=b', 'a"b', 'a\\b', ' a', 'a ', ',', '=', '#a', '"', "'", '{}', '[]', 'a\tb', 'ä', '\u{1f600}'],
  ...['\\a', 'a,,b', 'a==b', '1', 'true', '1i'],
]

describe('names with every corner of the line protocol', () => {
  let influxd: Influxd
  let victoria: StartedVictoria
  beforeAll(async () => {
    ;[influxd, victoria] = await Promise.all([startInfluxd(), startVictoria()])
  })
  afterAll(async () => {
    await influxd[Symbol.asyncDispose]()
    await victoria[Symbol.asyncDispose]()
  })
  const lines = CORNERS.map(
    (text, n) =>
      `${escapeMeasurement(`m${text}`)},tag=${escapeTag(text)} text=${quoteString(text)},n=${n} 1700000000000`,
  )

  it('come back from InfluxDB 1.6 as they were written', async () => {
    await influxd.ask('CREATE DATABASE pits')
    const written = await fetch(`${influxd.url}/write?db=pits&precision=ms`, { method: 'POST', body: lines.join('\n') })
    expect(await written.text()).toBe('')
    const { results } = JSON.parse(await influxd.ask('SELECT "tag", "text", n FROM /.*/')) as {
      results: { series: { name: string; values: [number, string, string, number][] }[] }[]
    }
    const found = results[0]?.series.map(({ name, values }) => ({ name, values: values[0]?.slice(1) })) ?? []
    const expected = CORNERS.map((text, n) => ({ name: `m${text}`, values: [text, text, n] }))
    const byN = (list: typeof found) => list.toSorted((a, b) => Number(a.values?.[2]) - Number(b.values?.[2]))
    expect(byN(found)).toEqual(expected)
  })

  it('come back from VictoriaMetrics as they were written', async () => {
    await fetch(`${victoria.url}/write?precision=ms`, { method: 'POST', body: lines.join('\n') })
    await victoria.flush()
    const exported = await fetch(`${victoria.url}/api/v1/export?match[]={__name__=~".*_n"}`)
    const found = (await exported.text())
      .trim()
      .split('\n')
      .map((line) => {
        const { metric, values } = JSON.parse(line) as { metric: { tag: string }; values: number[] }
        return [values[0], metric.tag]
      })
    expect(found.toSorted((a, b) => Number(a[0]) - Number(b[0]))).toEqual(CORNERS.map((text, n) => [n, text]))
  })
})
