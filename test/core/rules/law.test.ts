import { describe, expect, it } from 'vitest'
import { LawFile, type LawRecord } from '../../../core/contract/law.ts'
import { findLegal, lawFaults, overlayLaw, ownUnit } from '../../../core/rules/law.ts'
import { shippedLaw } from '../../../platform/site/law.ts'

const shipped = shippedLaw()
const record = (more: Partial<LawRecord> = {}): LawRecord => ({
  id: 'co-shed',
  item: { 'zh-CN': '棚内一氧化碳', en: 'carbon monoxide in the shed' },
  place: 'shed',
  gas: 'co',
  quantity: 'gas',
  unit: 'ppm',
  alarm: 20,
  editions: [{ law: 'house', edition: '1', verified: true }],
  ...more,
})
const file = (...records: LawRecord[]): LawFile =>
  LawFile.parse({
    library: 'house',
    name: { 'zh-CN': '本矿', en: 'this mine' },
    laws: { house: { name: { 'zh-CN': '本矿规定', en: 'rules of this mine' } } },
    places: { shed: { 'zh-CN': '棚', en: 'shed' } },
    records,
  })

describe('the threshold library', () => {
  it('keeps numbers in the unit of the law and answers in that of the quantity', () => {
    expect(ownUnit(record(), 24)).toBe(0.0024)
    expect(ownUnit(record({ unit: '%' }), 0.0024)).toBe(0.0024)
    expect(ownUnit(record({ quantity: 'duration', unit: 'min' }), 10)).toBe(600)
  })

  // domain.md §0.6: the articles that were renumbered.
  it.each([
    ['coal', 'co-workings', '135', '156'],
    ['coal', 'air-coal-face', '136', '157'],
    ['coal', 'ch4-stopped-area', '175', '196'],
    ['coal', 'ch4-working-face', '498', '536'],
  ])('has the numbering of both editions: %s %s is article %s, then %s', (name, id, before, now) => {
    const editions = shipped.get(name)?.records.find((one) => one.id === id)?.editions ?? []
    const article = (edition: string) =>
      editions.find((one) => one.law === 'coal-safety' && one.edition === edition)?.article
    expect([article('2022'), article('2025')]).toEqual([before, now])
  })

  it('says of every number that nobody has read in the law what is doubtful', () => {
    const doubtful = [...shipped.values()]
      .flatMap(({ records }) => records)
      .filter(({ editions }) => editions.some(({ verified }) => !verified))
    expect(doubtful.length).toBeGreaterThan(20)
    for (const { note } of doubtful) expect(note).toBeDefined()
  })

  it('answers by place and gas, and by id', () => {
    const found = findLegal(shipped, { quantity: 'gas', by: { place: 'stopped-area', gas: 'ch4' } })
    expect(found).toMatchObject({ legal: { record: 'ch4-stopped-area', numbers: { alarm: 3, act: null } } })
    const time = findLegal(shipped, { law: 'non-coal', quantity: 'duration', by: { record: 'reversal-time' } })
    expect(time).toMatchObject({ legal: { numbers: { max: 600 } } })
    expect(
      findLegal(shipped, { law: 'surface', quantity: 'duration', by: { record: 'reversal-time' } }),
    ).toHaveProperty('faults')
  })

  it('lets a site put a record of its own in place of the shipped one', () => {
    const own = overlayLaw(file(record(), record({ id: 'ch4-shed', gas: 'ch4' })), file(record({ alarm: 12 })))
    expect(own.records.map(({ id, alarm }) => [id, alarm])).toEqual([
      ['ch4-shed', 20],
      ['co-shed', 12],
    ])
  })

  it.each([
    [{ place: 'barn' }, 'place', 'came barn'],
    [{ unit: 'm/s' }, 'unit', 'expected a unit of gas (%, ppm), came m/s'],
    [{ gas: undefined }, 'gas', 'came none'],
    [{ act: 10 }, 'act', 'not below alarm 20'],
    [{ restore: 30 }, 'restore', 'not above alarm 20'],
    [{ alarm: undefined, act: 3 }, 'act', 'expected alarm beside act'],
    [{ alarm: undefined }, 'id', 'expected alarm, min, max or demand'],
    [{ min: 3, max: 2 }, 'min', 'below max 2'],
    [{ editions: [{ law: 'moon', edition: '1', verified: true }] }, 'editions', 'came moon'],
    [{ editions: [{ law: 'house', edition: '1', verified: false }] }, 'note', 'what is doubtful'],
  ])('finds what is wrong with a record: %j', (more, key, message) => {
    const faults = lawFaults(file(record(more)))
    expect(faults.map(({ path }) => path.at(-1))).toContain(key)
    expect(faults.map((one) => one.message).join()).toContain(message)
  })

  it('finds two records that would both answer, in one file or over the one below', () => {
    const twice = lawFaults(file(record(), record({ id: 'other' })))
    expect(twice).toEqual([
      {
        path: ['records', 1, 'place'],
        message: 'expected a record of its own, came place shed gas co, as record co-shed has',
      },
    ])
    expect(lawFaults(file(record({ id: 'other' })), file(record())).map(({ path }) => path)).toEqual([
      ['records', 0, 'place'],
    ])
    expect(lawFaults(file(record({ alarm: 5 })), file(record()))).toEqual([])
  })
})
