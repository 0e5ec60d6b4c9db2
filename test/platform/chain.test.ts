import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { FIRST_PREV, Link, type LinkHead, type TrendHead } from '../../core/contract/chain.ts'
import { isHouseError } from '../../core/kit/errors.ts'
import {
  decodeLinkMessage,
  decodeTrendMessage,
  encodeLinkMessage,
  encodeTrendMessage,
  hashOfBody,
  hashOfLink,
  packBody,
  unpackBody,
} from '../../platform/chain.ts'

const T0 = 1_700_000_000_000
const plain = new TextEncoder().encode('a body')
const dating = { boot: 'ab12cd34', offsetMs: T0, uncertaintyMs: 40, source: 'rtc' } as const
const range = Link.parse({
  kind: 'range',
  site: 'east-pit',
  stream: '0123456789',
  n: 0,
  prev: FIRST_PREV,
  from: 0,
  to: 9,
  dating,
  at: [T0, T0 + 9],
  body: hashOfBody(plain),
})
const head: LinkHead = { link: range, fidelity: 'raw' }

function isRefused(work: () => unknown): boolean {
  try {
    work()
    return false
  } catch (error) {
    if (!isHouseError(error, 'message/malformed')) throw error
    return true
  }
}

describe('a link and its messages', () => {
  it('has the hash another program comes to from its canonical JSON', () => {
    const python =
      'import sys,json,hashlib;print(hashlib.sha256(json.dumps(json.load(sys.stdin),sort_keys=True,separators=(",",":")).encode()).hexdigest())'
    const { stdout } = spawnSync('python3', ['-c', python], { input: JSON.stringify(range), encoding: 'utf8' })
    expect(hashOfLink(range)).toBe(stdout.trim())
  })

  it('has another hash when anything in it differs', () => {
    const others = [
      { ...range, n: 1 },
      { ...range, to: 8 },
      { ...range, prev: 'f'.repeat(64) },
      { ...range, dating: { ...dating, uncertaintyMs: null } },
    ]
    expect(new Set([range, ...others].map((link) => hashOfLink(Link.parse(link)))).size).toBe(5)
  })

  it('comes back from a message as it was, with its hash and its body', () => {
    const sent = encodeLinkMessage({ head: { ...head, signature: 'AAAA' }, body: packBody(plain) })
    const { head: came, hash, body } = decodeLinkMessage(sent)
    expect([came, hash]).toEqual([{ ...head, signature: 'AAAA' }, hashOfLink(range)])
    expect(hashOfBody(unpackBody(body, 100))).toBe(range.kind === 'range' && range.body)
    expect(createHash('sha256').update('a body').digest('hex')).toBe(hashOfBody(plain))
  })

  it('brings a trend and its body', () => {
    const trend: TrendHead = {
      site: 'east-pit',
      stream: '0123456789',
      from: 0,
      to: 9,
      widthMs: 60_000,
      at: range.kind === 'range' ? range.at : ([range.n, range.n].map((at) => at) as never),
      body: hashOfBody(plain),
    }
    const { head: came, body } = decodeTrendMessage(encodeTrendMessage({ head: trend, body: packBody(plain) }))
    expect([came, unpackBody(body, 100)]).toEqual([trend, Buffer.from(plain)])
  })

  it('is refused where a body is missing or too many', () => {
    const message = (change: Partial<LinkHead>, body: Uint8Array) =>
      isRefused(() => decodeLinkMessage(encodeLinkMessage({ head: { ...head, ...change }, body })))
    const link = Link.parse({
      kind: 'gap',
      site: 'east-pit',
      stream: '0123456789',
      n: 1,
      prev: FIRST_PREV,
      from: 0,
      to: 1,
      cause: 'disk',
    })
    const none = new Uint8Array(0)
    expect([message({}, none), message({ fidelity: 'none' }, plain), message({ link }, plain)]).toEqual(
      Array.from({ length: 3 }, () => true),
    )
    expect([message({ fidelity: 'none' }, none), message({ link }, none), message({}, plain)]).toEqual(
      Array.from({ length: 3 }, () => false),
    )
  })

  it('is refused for any noise, any unknown member and any line that is too long', () => {
    const lines = (text: string) => isRefused(() => decodeLinkMessage(Buffer.from(text)))
    expect(lines(`${JSON.stringify({ ...head, more: 1 })}\nx`)).toBe(true)
    expect(lines(`${' '.repeat(5_000)}${JSON.stringify(head)}\nx`)).toBe(true)
    expect(lines(JSON.stringify(head))).toBe(true)
    fc.assert(
      fc.property(fc.uint8Array(), (noise) => {
        expect(isRefused(() => decodeLinkMessage(noise))).toBe(true)
        expect(isRefused(() => decodeTrendMessage(noise))).toBe(true)
      }),
      { numRuns: 2_000 },
    )
  })

  it('refuses a body that unfolds to more than is allowed, is cut, or is no packed body', () => {
    const large = packBody(new Uint8Array(1_000_000))
    expect(large.length).toBeLessThan(1_000)
    expect(isRefused(() => unpackBody(large, 999_999))).toBe(true)
    expect(unpackBody(large, 1_000_000)).toHaveLength(1_000_000)
    const packed = packBody(plain)
    for (let end = 0; end < packed.length; end += 1) {
      expect(isRefused(() => unpackBody(packed.subarray(0, end), 100))).toBe(true)
    }
    fc.assert(
      fc.property(fc.uint8Array(), (noise) => {
        expect(isRefused(() => unpackBody(noise, 1_000))).toBe(true)
      }),
      { numRuns: 1_000 },
    )
  })
})
