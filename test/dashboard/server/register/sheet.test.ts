import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  Acceptance,
  CheckLevel,
  RegisterStatus,
  RESPONSIBLE,
  SealKind,
  SiteFile,
  STANDARDS,
} from '../../../../core/contract/register.ts'
import { Site } from '../../../../core/contract/site.ts'
import { csvText, readCsv } from '../../../../core/kit/csv.ts'
import { planImport } from '../../../../dashboard/server/register/import-sheet.ts'
import { sheetRows } from '../../../../dashboard/server/register/sheet.ts'
import { entryOf, fileWithParts, person } from './files.ts'

const siteNamed = (id: string) =>
  Site.parse({
    ...{ id, kind: 'closed-pit', place: { x: 1, y: 2 } },
    ...{ name: { 'zh-CN': '东沟煤矿', en: 'East Gully pit' }, area: { 'zh-CN': '青石镇', en: 'Bluestone' } },
  })
const known = (file: SiteFile, id = 'east-pit', version = 0) => ({
  site: siteNamed(id),
  entry: entryOf(file, id, version),
})

function imported(csv: string, file = fileWithParts(), language: 'zh-CN' | 'en' = 'zh-CN') {
  return planImport(csv, {
    siteOf: (id) => (['east-pit', 'west-pit'].includes(id) ? known(file, id) : null),
    ...{ language, latest: '2026-01-12' },
  })
}
const faultsOf = (csv: string, file = fileWithParts()) =>
  imported(csv, file).result.faults.map(({ line, column, message }) => `${line} ${column}: ${message}`)

const word = fc.string({ minLength: 1, maxLength: 20 }).map((text) => `名${text.replace(/\r/g, '')}x`.trim())
const date = fc
  .integer({ min: 0, max: 4_000 })
  .map((days) => new Date(Date.UTC(2015, 0, 1) + days * 86_400_000).toISOString().slice(0, 10))
const someone = fc.option(
  fc.record({
    name: word,
    post: word,
    phone: fc.option(fc.integer({ min: 10_000, max: 9_999_999 }).map((n) => `+86139${n}`)),
  }),
)
const anyFile = fc
  .record({
    status: fc.constantFrom(...RegisterStatus.options),
    persons: fc.record(Object.fromEntries(RESPONSIBLE.map((role) => [role, someone]))),
    sealing: fc.option(
      fc.record({
        kind: fc.constantFrom(...SealKind.options),
        date: fc.option(date),
        acceptance: fc.constantFrom(...Acceptance.options),
        acceptedOn: fc.option(date),
        acceptedBy: word,
      }),
    ),
    standards: fc.record(
      Object.fromEntries(
        STANDARDS.map((one) => [
          one,
          fc.constantFrom('unchecked', 'met', 'not-met').map((state) => ({ state, date: null, note: '' })),
        ]),
      ),
    ),
    checkEveryDays: fc.integer({ min: 1, max: 366 }),
    checks: fc.array(
      fc.record({
        ...{ date, by: word, note: word, level: fc.constantFrom(...CheckLevel.options) },
        result: fc.constantFrom('in-order', 'faults'),
      }),
      { maxLength: 1 },
    ),
    notes: word,
  })
  .map((file) => SiteFile.parse(file))

describe('the register as a spreadsheet', () => {
  it.each(['zh-CN', 'en'] as const)('comes back as it went, in %s', (language) => {
    fc.assert(
      fc.property(anyFile, (file) => {
        const csv = csvText(sheetRows([known(file)], language))
        expect(imported(csv, file).result).toMatchObject({ changes: [], faults: [] })
        const [next] = imported(csv).files
        expect(next?.file ?? fileWithParts()).toEqual(file)
      }),
      { numRuns: 60 },
    )
  })

  it('is read in the words of people, with dates as spreadsheets rewrite them', () => {
    const csv =
      '矿井编号,状态,封堵方式,封堵日期,看护人姓名,看护人电话,断电拆除达标\neast-pit,看护,填实,2019/6/3,韩守山,139 0000-0001,符合'
    const { result, files } = imported(csv)
    expect(result).toMatchObject({ rows: 1, faults: [] })
    expect(result.changes).toEqual([
      { site: 'east-pit', line: 2, fields: ['status', 'persons.guard', 'sealing', 'standards.power.state'] },
    ])
    expect(files[0]?.file).toMatchObject({
      status: 'guarded',
      sealing: { kind: 'filled', date: '2019-06-03', acceptance: 'pending' },
      persons: { guard: { name: '韩守山', phone: '13900000001' } },
    })
  })

  it('leaves as it is what a cell does not say', () => {
    const before = fileWithParts({ persons: { ...fileWithParts().persons, guard: person('韩守山') }, notes: '路断' })
    const { files } = imported('矿井编号,备注,看护人职务\neast-pit,,护井员', before)
    expect(files[0]?.file).toMatchObject({ notes: '路断', persons: { guard: { name: '韩守山', post: '护井员' } } })
  })

  it('adds a check to those there are, once', () => {
    const check = { date: '2026-01-03', level: 'village', by: '村网格', result: 'in-order', note: '' } as const
    const before = fileWithParts({ checks: [check] })
    const line = '矿井编号,最近检查日期,检查人,检查结果\neast-pit,'
    expect(imported(`${line}2026-01-10,镇安监站,有问题`, before).files[0]?.file.checks).toMatchObject([
      { date: '2026-01-10', result: 'faults' },
      { date: '2026-01-03' },
    ])
    expect(imported(`${line}2026-01-03,村网格,`, before).files).toEqual([])
  })

  it('is refused with every fault at once, each with its line and column', () => {
    const head = '矿井编号,状态,封堵日期,看护人电话,检查周期(天),最近检查日期,检查人,第一发现人电话'
    const faults = faultsOf(
      [
        head,
        'east-pit,睡着,六月,12,0,2027-01-01,,',
        'no-pit,封闭,,,,,,',
        'east-pit,封闭,,,,,,',
        'west-pit,封闭,,,,2026-01-01,村,+86139****0001',
        'west-pit,,,+8613900000001,,,,,,超出',
      ].join('\n'),
    )
    expect(faults).toEqual([
      '2 状态: 应为：封闭、看护、排水、在册生产、在册停产、监测点',
      '2 封堵日期: 应为日期，如 2026-01-12',
      '2 看护人电话: 应为 5 到 15 位电话号码，如 +8613900000001',
      '2 检查周期(天): 应为 1 到 366 的整数',
      '2 最近检查日期: 日期在将来',
      '2 封堵方式: 需要同时填写“封堵方式”',
      '2 检查人: 需要同时填写“检查人”',
      '2 看护人电话: 需要同时填写“看护人姓名”',
      '3 矿井编号: 没有此矿井，或不在您的辖区',
      '4 矿井编号: 此矿井已在前面出现',
      '5 第一发现人电话: 号码被遮盖，不能导入',
      '5 第一发现人电话: 需要同时填写“第一发现人姓名”',
      '6 矿井编号: 此矿井已在前面出现',
      '6 矿井编号: 多出的单元格',
      '6 看护人电话: 需要同时填写“看护人姓名”',
    ])
  })

  it('is refused for a head it does not know', () => {
    expect(faultsOf('矿井编号,颜色,状态,状态\neast-pit,1,,')).toEqual(['1 颜色: 不认识的列', '1 状态: 同一列出现两次'])
    expect(faultsOf('状态\n封闭')).toEqual(['1 矿井编号: 缺少“矿井编号”列'])
    expect(faultsOf('矿井编号')).toEqual(['1 矿井编号: 没有数据行'])
    expect(faultsOf('矿井编号,备注\neast-pit,"x')).toEqual(['2 矿井编号: 引号没有闭合'])
  })

  it('keeps telephone numbers whole in a spreadsheet, which would make a number of them', () => {
    const file = fileWithParts({ persons: { ...fileWithParts().persons, guard: person('韩守山') } })
    expect(csvText(sheetRows([known(file)], 'en'))).toContain("'+8613900000001")
  })

  it('has one plan for one sheet, and another when the register has changed', () => {
    const csv = '矿井编号,备注\neast-pit,a'
    expect(imported(csv).result.plan).toBe(imported(csv).result.plan)
    expect(imported(csv, fileWithParts({ status: 'guarded' })).result.plan).not.toBe(imported(csv).result.plan)
    expect('rows' in readCsv(csv)).toBe(true)
  })
})
