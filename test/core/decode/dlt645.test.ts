import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  ANY_METER,
  decodeDlt645Request,
  type Dlt645Answer,
  type Dlt645Request,
  encodeDlt645,
  refusalText,
  scanDlt645,
} from '../../../core/decode/dlt645.ts'
import { anyAddress, anyExchange, anyRequest, replyFrame } from './dlt645-arbitraries.ts'
import { hex } from './hex.ts'
import { join } from './modbus-arbitraries.ts'

const METER = '202501140001'
const read = (address: string, item: string): Dlt645Request => ({ kind: 'read', address, item })
const data = (address: string, text: string): Dlt645Answer => ({
  kind: 'data',
  address,
  data: hex(text),
  more: false,
})

/** Recorded requests and answers, and what the answer's data are without the 33 on each byte. */
const VECTORS: readonly (readonly [
  name: string,
  request: Dlt645Request,
  sent: string | null,
  reply: string,
  said: Dlt645Answer,
])[] = [
  [
    'address by broadcast',
    { kind: 'address' },
    '68 AA AA AA AA AA AA 68 13 00 DF 16',
    '68 01 00 00 00 00 00 68 93 06 34 33 33 33 33 33 9D 16',
    { kind: 'address', address: '000000000001' },
  ],
  [
    'meter number',
    read('002241020208', '04000402'),
    'FE FE FE FE 68 08 02 02 41 22 00 68 11 04 35 37 33 37 2A 16',
    '68 08 02 02 41 22 00 68 91 0A 35 37 33 37 3B 35 35 74 55 33 51 16',
    data('002241020208', '08 02 02 41 22 00'),
  ],
  [
    'energy',
    read('000000000161', '00010000'),
    '68 61 01 00 00 00 00 68 11 04 33 33 34 33 14 16',
    '68 61 01 00 00 00 00 68 91 08 33 33 34 33 59 33 33 33 8A 16',
    data('000000000161', '26 00 00 00'),
  ],
  [
    'voltage',
    read('000000000161', '02010100'),
    '68 61 01 00 00 00 00 68 11 04 33 34 34 35 17 16',
    '68 61 01 00 00 00 00 68 91 06 33 34 34 35 34 43 10 16',
    data('000000000161', '01 10'),
  ],
  [
    'current, whose checksum is an end byte',
    read('000000000161', '02020100'),
    '68 61 01 00 00 00 00 68 11 04 33 34 35 35 18 16',
    '68 61 01 00 00 00 00 68 91 07 33 34 35 35 CC 7C 33 16 16',
    data('000000000161', '99 49 00'),
  ],
  [
    'active power',
    read('000000000161', '02030000'),
    '68 61 01 00 00 00 00 68 11 04 33 33 36 35 18 16',
    '68 61 01 00 00 00 00 68 91 07 33 33 36 35 45 58 33 6B 16',
    data('000000000161', '12 25 00'),
  ],
  [
    'reactive power',
    read('000000000161', '02040000'),
    '68 61 01 00 00 00 00 68 11 04 33 33 37 35 19 16',
    '68 61 01 00 00 00 00 68 91 07 33 33 37 35 64 76 33 A9 16',
    data('000000000161', '31 43 00'),
  ],
  [
    'power factor',
    read('000000000161', '02060000'),
    '68 61 01 00 00 00 00 68 11 04 33 33 39 35 1B 16',
    '68 61 01 00 00 00 00 68 91 06 33 33 39 35 34 38 09 16',
    data('000000000161', '01 05'),
  ],
  [
    'energy of another meter',
    read('123456789012', '00010000'),
    null,
    '68 12 90 78 56 34 12 68 91 08 33 33 34 33 89 67 45 33 54 16',
    data('123456789012', '56 34 12 00'),
  ],
  [
    'voltage block',
    read(METER, '0201FF00'),
    null,
    '68 01 00 14 01 25 20 68 91 0A 33 32 34 35 48 56 3B 56 CC 55 E4 16',
    data(METER, '15 23 08 23 99 22'),
  ],
  [
    'power block',
    read(METER, '0203FF00'),
    null,
    '68 01 00 14 01 25 20 68 91 10 33 32 36 35 45 83 5B 37 83 3C 36 83 3C 38 83 3C A1 16',
    data(METER, '12 50 28 04 50 09 03 50 09 05 50 09'),
  ],
  [
    'negative power',
    read(METER, '02030000'),
    null,
    '68 01 00 14 01 25 20 68 91 07 33 33 36 35 45 58 B4 E5 16',
    data(METER, '12 25 81'),
  ],
  [
    'frequency',
    read(METER, '02800002'),
    null,
    '68 01 00 14 01 25 20 68 91 06 35 33 B3 35 35 83 CA 16',
    data(METER, '02 50'),
  ],
  [
    'meter cover openings',
    read(METER, '03300D00'),
    '68 01 00 14 01 25 20 68 11 04 33 40 63 36 4C 16',
    '68 01 00 14 01 25 20 68 91 07 33 40 63 36 36 33 33 6B 16',
    data(METER, '03 00 00'),
  ],
  [
    'refusal',
    read(METER, '02800002'),
    null,
    '68 01 00 14 01 25 20 68 D1 01 35 32 16',
    { kind: 'refused', address: METER, error: 2 },
  ],
]

describe('a recorded DL/T 645 frame', () => {
  it.each(VECTORS)('of the %s is sent and understood', (_name, request, sent, reply, said) => {
    if (sent !== null) {
      const frame = hex(sent)
      expect(encodeDlt645(request, frame[0] === 0xfe ? 4 : 0)).toEqual(frame)
      expect(decodeDlt645Request(frame)).toEqual(request)
    }
    const frame = hex(reply)
    expect(scanDlt645(frame, request)).toEqual({ kind: 'answer', answer: said, start: 0, end: frame.length })
  })

  it('that refuses says why', () => {
    expect(refusalText(0x02)).toBe('no such data')
    expect(refusalText(0x06)).toBe('no such data, not authorised')
    expect(refusalText(0)).toBe('no reason given')
  })
})

describe('a request', () => {
  it('decodes to what was encoded, with any preamble', () => {
    fc.assert(
      fc.property(anyRequest, fc.nat({ max: 4 }), (request, preamble) => {
        const frame = encodeDlt645(request, preamble)
        expect(decodeDlt645Request(frame)).toEqual(request)
        expect([...frame].findIndex((byte) => byte !== 0xfe)).toBe(preamble)
      }),
    )
  })

  it('goes out behind four bytes that wake the meter', () => {
    expect([...encodeDlt645({ kind: 'address' }).subarray(0, 5)]).toEqual([0xfe, 0xfe, 0xfe, 0xfe, 0x68])
  })

  it('can only read: no frame that is built has another control code', () => {
    fc.assert(
      fc.property(anyRequest, (request) => {
        expect([0x11, 0x12, 0x13]).toContain(encodeDlt645(request, 0)[8])
      }),
    )
  })

  it('that cannot be sent is refused', () => {
    expect(() => encodeDlt645(read('12345', '00010000'))).toThrow(RangeError)
    expect(() => encodeDlt645(read('A12345678901', '00010000'))).toThrow(RangeError)
    expect(() => encodeDlt645(read(METER, '0001000'))).toThrow(RangeError)
    expect(() => encodeDlt645(read(METER, '0001000G'))).toThrow(RangeError)
    expect(() => encodeDlt645({ kind: 'next', address: METER, item: '03300D01', sequence: 0 })).toThrow(RangeError)
    expect(() => encodeDlt645({ kind: 'address' }, 5)).toThrow(RangeError)
  })

  it('is not read from a frame that writes, or from bytes that are none', () => {
    expect(decodeDlt645Request(hex('68 01 00 14 01 25 20 68 14 00 3F 16'))).toBeNull()
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => {
        const request = decodeDlt645Request(bytes)
        // What is taken could have been sent.
        if (request !== null) expect(() => encodeDlt645(request)).not.toThrow()
      }),
    )
  })
})

describe('an answer', () => {
  it('is understood as the meter meant it', () => {
    fc.assert(
      fc.property(anyExchange, ({ request, answer }) => {
        expect(scanDlt645(replyFrame(request, answer), request)).toMatchObject({ kind: 'answer', answer })
      }),
    )
  })

  it('is found behind any noise, its preamble and the echo of its request, and before anything else', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 300 }),
        fc.nat({ max: 4 }),
        anyExchange,
        fc.uint8Array({ maxLength: 30 }),
        (noise, preamble, { request, answer }, after) => {
          const frame = replyFrame(request, answer)
          const before = join(noise, encodeDlt645(request), Uint8Array.of(0x16))
          const woken = join(before, new Uint8Array(preamble).fill(0xfe))
          const scan = scanDlt645(join(woken, frame, after), request)
          expect(scan).toEqual({ kind: 'answer', answer, start: before.length, end: woken.length + frame.length })
        },
      ),
    )
  })

  it('is found behind noise made of the bytes that frames begin and end with', () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom(0x68, 0x16, 0xfe, 0x91, 0x33)),
        anyExchange,
        (noise, { request, answer }) => {
          const scan = scanDlt645(join(Uint8Array.from(noise), replyFrame(request, answer)), request)
          expect(scan).toMatchObject({ kind: 'answer', answer })
        },
      ),
    )
  })

  it('is there with its last byte and not before', () => {
    fc.assert(
      fc.property(anyExchange, ({ request, answer }) => {
        const frame = replyFrame(request, answer)
        for (let length = 0; length < frame.length; length += 1) {
          expect(scanDlt645(frame.slice(0, length), request)).toEqual({ kind: 'nothing' })
        }
      }),
      { numRuns: 30 },
    )
  })

  it('with any one bit flipped is noise', () => {
    fc.assert(
      fc.property(anyExchange, fc.nat(), ({ request, answer }, at) => {
        const frame = replyFrame(request, answer)
        const bit = at % (8 * frame.length)
        const damaged = frame.map((byte, index) => (index === bit >>> 3 ? byte ^ (1 << (bit & 7)) : byte))
        expect(scanDlt645(damaged, request)).toEqual({ kind: 'nothing' })
      }),
      { numRuns: 2_000 },
    )
  })

  it('with any two bits flipped answers no other question: only its data can be wrong, bit against bit', () => {
    fc.assert(
      fc.property(anyExchange, fc.nat(), fc.nat(), ({ request, answer }, one, two) => {
        // An address that was asked for has nothing to be held against; it is asked for with its number again.
        fc.pre(request.kind !== 'address' && answer.kind === 'data')
        const frame = replyFrame(request, answer)
        const [first, second] = [one % (8 * frame.length), two % (8 * frame.length)]
        fc.pre(first !== second)
        const flip = (bytes: Uint8Array, bit: number) => bytes.with(bit >>> 3, bytes[bit >>> 3]! ^ (1 << (bit & 7)))
        const scan = scanDlt645(flip(flip(frame, first), second), request)
        if (scan.kind === 'nothing') return
        expect(first & 7).toBe(second & 7)
        expect(scan.answer).toMatchObject({ kind: 'data', address: answer.address })
        // Behind the echoed item, or the bit that says that more follows.
        const mayDiffer = (bit: number) => bit >>> 3 >= 14 || bit === 8 * 8 + 5
        expect([first, second].every(mayDiffer)).toBe(true)
      }),
      { numRuns: 5_000 },
    )
  })

  it('of another meter, to another item, sequence or kind of question is noise', () => {
    const same = { address: METER, item: '03300D01' }
    const questions: readonly Dlt645Request[] = [
      { kind: 'read', ...same },
      { kind: 'read', ...same, item: '03300E01' },
      { kind: 'read', ...same, address: '202501140002' },
      { kind: 'next', ...same, sequence: 1 },
      { kind: 'next', ...same, sequence: 2 },
      { kind: 'next', ...same, item: '03300E01', sequence: 1 },
      { kind: 'next', ...same, address: '202501140002', sequence: 1 },
      { kind: 'address' },
    ]
    for (const asked of questions) {
      for (const answered of questions) {
        const said: Dlt645Answer =
          answered.kind === 'address'
            ? { kind: 'address', address: METER }
            : { kind: 'data', address: answered.address, data: hex('01 02 03'), more: false }
        const scan = scanDlt645(replyFrame(answered, said), asked)
        expect(scan.kind).toBe(asked === answered ? 'answer' : 'nothing')
      }
    }
  })

  it('with more data than an answer may have is noise', () => {
    const request = read(METER, '03300D01')
    const frame = (length: number) =>
      replyFrame(request, { kind: 'data', address: METER, data: new Uint8Array(length), more: false })
    expect(scanDlt645(frame(196), request).kind).toBe('answer')
    expect(scanDlt645(frame(197), request).kind).toBe('nothing')
  })

  it('to a wildcard says which meter it is', () => {
    fc.assert(
      fc.property(anyAddress, (address) => {
        const reply = replyFrame(read(address, '02010100'), data(address, '01 10'))
        const asked = `AAAAAA${address.slice(6)}`
        expect(scanDlt645(reply, read(asked, '02010100'))).toMatchObject({ answer: { address } })
        expect(scanDlt645(reply, read(ANY_METER, '02010100'))).toMatchObject({ answer: { address } })
      }),
    )
  })

  it('of the standard of 1997 is noise', () => {
    const old = [0x68, 0x61, 0x01, 0, 0, 0, 0, 0x68, 0x81, 0x06, 0x43, 0xc3, 0x59, 0x33, 0x33, 0x33]
    const frame = Uint8Array.from([...old, old.reduce((sum, byte) => sum + byte, 0) & 0xff, 0x16])
    expect(scanDlt645(frame, read('000000000161', '00010000'))).toEqual({ kind: 'nothing' })
  })

  it('in which a broadcast names another address than its frame is noise', () => {
    const frame = hex('68 01 00 00 00 00 00 68 93 06 35 33 33 33 33 33 9E 16')
    expect(scanDlt645(frame, { kind: 'address' })).toEqual({ kind: 'nothing' })
  })

  it('is searched for in a second of babble without delay', () => {
    const babble = new Uint8Array(4_096).fill(0x68)
    expect(scanDlt645(babble, { kind: 'address' })).toEqual({ kind: 'nothing' })
  })
})
