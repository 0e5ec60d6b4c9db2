import { statSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { UtcMs } from '../../../core/contract/time.ts'
import {
  compared,
  handFault,
  HandReadings,
  type ReadPoint,
  Sheet,
  type SheetDevice,
  verdictOf,
} from '../../../gateway/technician/sheet.ts'
import { sheetHtml } from '../../../gateway/technician/sheet-html.ts'
import { isGenuine, SignedSheet, signedSheet, signingKey } from '../../../gateway/technician/sheet-signature.ts'
import { testFolder } from '../../support/processes.ts'

const AT = UtcMs.parse(1_700_000_000_000)

function point(value: number | boolean | null, over: Partial<ReadPoint> = {}): ReadPoint {
  const quality =
    value === null ? ({ quality: 'bad', reason: 'timeout' } as const) : ({ quality: 'good', reason: null } as const)
  return {
    point: 'active-power',
    name: null,
    quantity: 'power',
    value,
    at: AT,
    raw: '41 E4 18 93',
    ...quality,
    ...over,
  }
}

function device(points: SheetDevice['points'], over: Partial<SheetDevice> = {}): SheetDevice {
  const name = { 'zh-CN': '进线表', en: 'Feeder <meter>' }
  const place = { id: 'feeder', name, profile: 'acrel/adl400', models: ['ADL400'], bus: 'line-1', address: '1' }
  return { ...place, serial: '12', expectedSerial: null, model: 'unknown', points, ...over }
}

function sheet(devices: readonly SheetDevice[]): Sheet {
  const name = { 'zh-CN': '石坡矿', en: 'Shipo pit' }
  return Sheet.parse({
    kind: 'pitwatch/commissioning-sheet',
    version: 1,
    site: { id: 'shipo-pit', name, kind: 'closed-pit', area: name, zone: 'Asia/Shanghai' },
    by: 'T. Echnician',
    at: AT,
    clockWithinMs: 2_000,
    software: '0.0.0',
    buses: [{ id: 'line-1', line: '/dev/ttyS0 9600 8N1', utilisation: 0.2, requestsPerRound: 3, worstCommandMs: 300 }],
    devices,
    photos: [{ file: 'cabinet.jpg', sha256: 'a'.repeat(64), bytes: 5 }],
    verdict: verdictOf(devices),
  })
}

describe('a comparison with a hand-held reading', () => {
  it('converts units, and passes inside the tolerance only', () => {
    expect(compared(point(28_500), { value: 28.4, unit: 'kW' }, '2%')).toMatchObject({ hand: 28_400, verdict: 'pass' })
    expect(compared(point(28_500), 28.4, '2%').verdict).toBe('fail')
    expect(compared(point(102), 100, '2%').verdict).toBe('pass')
    expect(compared(point(102.1), 100, '2%').verdict).toBe('fail')
    expect(compared(point(102), { value: 100, tolerance: 1 }, '2%').verdict).toBe('fail')
    expect(compared(point(0.5), 0, '2%').verdict).toBe('fail')
  })

  it('fails a missing value that was read by hand, and takes contacts as they are', () => {
    expect(compared(point(null), 5, '2%')).toMatchObject({ value: null, deviation: null, verdict: 'fail' })
    expect(compared(point(null), undefined, '2%').verdict).toBe('no-value')
    expect(compared(point(true, { quantity: 'contact' }), true, '2%').verdict).toBe('pass')
    expect(compared(point(true, { quantity: 'contact' }), false, '2%').verdict).toBe('fail')
    expect(handFault('power', { value: 5, unit: 'V' })).toContain('expected a unit of power')
    expect(handFault('contact', 5)).toContain('true or false')
  })

  it('calls a site good only when something was compared and no device is another one', () => {
    const good = compared(point(100), 100, '2%')
    expect(verdictOf([device([good])])).toBe('pass')
    expect(verdictOf([device([good], { expectedSerial: '13' })])).toBe('fail')
    expect(verdictOf([device([good], { model: 'other' })])).toBe('fail')
    expect(verdictOf([device([compared(point(100), undefined, '2%')])])).toBe('incomplete')
    expect(verdictOf([device([good]), device([compared(point(null), undefined, '2%')])])).toBe('incomplete')
    expect(verdictOf([])).toBe('incomplete')
  })

  it('calls a site good only when something of every device was compared', () => {
    const [good, other] = [compared(point(100), 100, '2%'), compared(point(7), undefined, '2%')]
    expect(verdictOf([device([good, other]), device([other]), device([other])])).toBe('incomplete')
    expect(verdictOf([device([good, other]), device([other, good])])).toBe('pass')
  })

  it('takes no bare number for the tolerance of all readings, since it would be of another unit for each', () => {
    expect(HandReadings.safeParse({ tolerance: 2, readings: {} }).error?.issues[0]?.message).toContain('such as 2%')
    expect(HandReadings.safeParse({ tolerance: '2', readings: {} }).success).toBe(false)
    expect(HandReadings.parse({ tolerance: '1.50%', readings: {} }).tolerance).toBe('1.5%')
    expect(HandReadings.safeParse({ readings: { 'a/b': { value: 1, tolerance: 0.5 } } }).success).toBe(true)
  })
})

describe('a signed sheet', () => {
  it('is signed by one lasting key that only its owner may read, and shows every change of a digit', async () => {
    await using folder = await testFolder()
    const store = join(folder.path, 'store')
    const signed = signedSheet(sheet([device([compared(point(100), 100, '2%')])]), signingKey(store))
    expect(statSync(join(store, 'commission-key.pem')).mode & 0o777).toBe(0o600)
    const again = SignedSheet.parse(JSON.parse(JSON.stringify(signed)))
    expect(isGenuine(again)).toBe(true)
    expect(signedSheet(signed.sheet, signingKey(store)).signature).toEqual(signed.signature)
    expect(isGenuine({ ...again, sheet: { ...again.sheet, by: 'Somebody else' } })).toBe(false)
    expect(isGenuine({ ...again, signature: { ...again.signature, fingerprint: '0000 0000 0000 0000 0000' } })).toBe(
      false,
    )
    const other = signedSheet(signed.sheet, signingKey(join(folder.path, 'other')))
    expect(isGenuine({ ...again, signature: { ...again.signature, publicKey: other.signature.publicKey } })).toBe(false)
  })

  it('is one page of HTML in both languages that loads nothing and takes no text for markup', async () => {
    await using folder = await testFolder()
    const signed = signedSheet(sheet([device([compared(point(100), 90, '2%')])]), signingKey(folder.path))
    const html = sheetHtml(signed)
    expect(html).toContain('设备投运核验单')
    expect(html).toContain('Commissioning sheet')
    expect(html).toContain('Feeder &lt;meter&gt;')
    expect(html).toContain(signed.signature.fingerprint)
    expect(html).toContain('✗ 超差')
    expect(html).not.toMatch(/<script|src=|href=|url\(|@import/)
  })
})
