import type { KeyObject } from 'node:crypto'
import { Readable } from 'node:stream'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { checkExport, linesOf } from '../../../../dashboard/server/archive/check-export.ts'
import { decodeRangeBody, encodeRangeBody } from '../../../../core/decode/range-body.ts'
import { packBody, unpackBody } from '../../../../platform/chain.ts'
import { exported, gateway, pit, stranger } from './exported.ts'

const kinds = async (lines: readonly string[], keys: readonly KeyObject[] = []) =>
  (await checkExport(lines, keys)).faults.map(({ kind, line, n }) => ({ kind, line, n }))

describe('an exported certificate', () => {
  it('is found right by the check that knows nothing but the file', async () => {
    const lines = await exported(pit(), [11])
    const verdict = await checkExport(lines)
    expect(verdict.faults).toEqual([])
    expect(verdict).toMatchObject({ links: 13, bodies: 9, unsigned: 13, signed: 0, keys: 'none' })
    expect(verdict.certificate?.holes.map(({ cause }) => cause)).toEqual(['power', 'reduced', 'on-its-way'])
  })

  it('names every link that was taken out, told twice, or put elsewhere, by line and number', async () => {
    const lines = await exported(pit())
    const first = lines.findIndex((line) => line.startsWith('{"kind":"link"'))
    const links = lines.length - 1 - first
    for (let index = 0; index < links; index++) {
      const at = first + index
      const dropped = await kinds(lines.toSpliced(at, 1))
      expect(dropped).toContainEqual(expect.objectContaining({ kind: 'missing', n: index }))
      const doubled = await kinds(lines.toSpliced(at, 0, lines[at] ?? ''))
      expect(doubled).toContainEqual({ kind: 'doubled', line: at + 2, n: index })
      if (index === 0) continue
      const swapped = await kinds(lines.toSpliced(at - 1, 2, lines[at] ?? '', lines[at - 1] ?? ''))
      expect(swapped).toContainEqual({ kind: 'order', line: at + 1, n: index - 1 })
    }
  })

  it('gives away any one byte that was changed, and the line it is in', async () => {
    const lines = await exported(pit())
    const place = fc.nat(lines.length - 1).chain((line) => fc.tuple(fc.constant(line), fc.nat(lines[line]!.length - 2)))
    await fc.assert(
      fc.asyncProperty(place, fc.integer({ min: 0x20, max: 0x7e }), async ([line, at], code) => {
        const text = lines[line] ?? ''
        const other = String.fromCharCode(code)
        fc.pre(text[at] !== other)
        const changed = lines.with(line, text.slice(0, at) + other + text.slice(at + 1))
        const { faults } = await checkExport(changed)
        expect(faults.length).toBeGreaterThan(0)
        // The first and the last line are vouched for by all others; a change in any other is found where it is.
        if (line > 0 && line < lines.length - 1) expect(faults.map((fault) => fault.line)).toContain(line + 1)
      }),
      { numRuns: 400 },
    )
  })

  it('gives away a text that was written otherwise and says the same', async () => {
    const lines = await exported(pit(gateway.privateKey))
    const at = lines.findIndex((line) => line.startsWith('{"kind":"link"'))
    // The last four bits before == mean nothing.
    const same = (lines[at] ?? '').replace(
      /([AQgw])=="/,
      (_, last: string) => `${String.fromCharCode(last.charCodeAt(0) + 1)}=="`,
    )
    expect(same).not.toBe(lines[at])
    expect(await kinds(lines.with(at, same))).toContainEqual(
      expect.objectContaining({ kind: 'unreadable', line: at + 1 }),
    )
    const spaced = (lines[at] ?? '').replace('{"kind"', '{ "kind"')
    expect(await kinds(lines.with(at, spaced))).toContainEqual(
      expect.objectContaining({ kind: 'unreadable', line: at + 1 }),
    )
  })

  it('gives away a reading that was changed, taken out, told twice or moved inside a body', async () => {
    const lines = await exported(pit())
    const at = lines.findIndex((line) => line.includes('"n":3,') && line.startsWith('{"kind":"link"'))
    const line = JSON.parse(lines[at] ?? '') as { body: string }
    const batches = decodeRangeBody(unpackBody(Buffer.from(line.body, 'base64'), 1 << 20))
    const [one, two] = [batches[4]!, batches[5]!]
    const spoilt = [
      batches.with(4, { ...one, readings: [{ ...one.readings[0]!, value: 4_711 }] }),
      batches.toSpliced(4, 1),
      batches.toSpliced(4, 0, one),
      batches.with(4, { ...two, firstSeq: one.firstSeq }).with(5, { ...one, firstSeq: two.firstSeq }),
    ]
    for (const wrong of spoilt) {
      const body = Buffer.from(packBody(encodeRangeBody(wrong))).toString('base64')
      const { faults } = await checkExport(lines.with(at, `${JSON.stringify({ ...line, body })}\n`))
      expect(faults).toContainEqual(expect.objectContaining({ kind: 'body', line: at + 1, n: 3, readings: [20, 29] }))
    }
  })

  it('is borne out by signatures: of the key in the file, and of the key that is trusted', async () => {
    const lines = await exported(pit(gateway.privateKey))
    expect(await checkExport(lines)).toMatchObject({ faults: [], signed: 14, unsigned: 0, keys: 'file' })
    expect(await checkExport(lines, [gateway.publicKey])).toMatchObject({ faults: [], keys: 'given' })
    const forged = await kinds(lines, [stranger.publicKey])
    expect(forged.filter(({ kind }) => kind === 'signature')).toHaveLength(14)
  })

  it('is not borne out by a trusted key when nothing is signed', async () => {
    const verdict = await checkExport(await exported(pit()), [gateway.publicKey])
    expect(verdict.faults).toMatchObject([{ kind: 'unsigned', n: 0, detail: '14 links' }])
  })

  it('is cut off where its end is missing, and holds nothing behind it', async () => {
    const lines = await exported(pit())
    expect(await kinds(lines.slice(0, -1))).toContainEqual(expect.objectContaining({ kind: 'cut-off' }))
    expect(await kinds([...lines, '{}\n'])).toEqual([{ kind: 'misplaced', line: lines.length + 1, n: null }])
    const whole = Buffer.from(lines.join(''))
    const checked = (bytes: Buffer) =>
      checkExport(linesOf(Readable.from([bytes.subarray(0, 999), bytes.subarray(999)])))
    expect((await checked(whole)).faults).toEqual([])
    // Not even the line end of the last line may be another.
    for (const wrong of [whole.subarray(0, -1), whole.fill('\r', whole.length - 1)]) {
      expect((await checked(wrong)).faultCount).toBeGreaterThan(0)
    }
    expect(await kinds([])).toEqual([{ kind: 'cut-off', line: 1, n: null }])
  })

  it('says which figure of the certificate the links do not bear out', async () => {
    const lines = await exported(pit())
    const wrong = (lines[0] ?? '').replace(/"readings":\d+/, '"readings":9999')
    const { faults } = await checkExport(lines.with(0, wrong))
    expect(faults.find(({ kind }) => kind === 'certificate')?.detail).toMatch(/^readings: expected \d+, came 9999/)
  })
})
