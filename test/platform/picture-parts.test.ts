import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isHouseError } from '../../core/kit/errors.ts'
import { picturePart, PictureParts } from '../../platform/picture-parts.ts'

const LIMITS = { bytes: 100_000, open: 2 }

function partsOf(picture: Uint8Array): Uint8Array[] {
  const parts: Uint8Array[] = []
  for (let offset: number | null = 0; offset !== null;) {
    const { payload, next }: { payload: Uint8Array; next: number | null } = picturePart(picture, offset)
    parts.push(payload)
    offset = next
  }
  return parts
}

const picture = fc
  .integer({ min: 1, max: 60_000 })
  .map((bytes) => Uint8Array.from({ length: bytes }, (_, i) => (i * 7) % 251))

describe('pictures in parts', () => {
  it('come together as they were, whatever comes twice, and however two are mixed', () => {
    fc.assert(
      fc.property(picture, picture, fc.infiniteStream(fc.nat(3)), (one, two, dice) => {
        const desk = new PictureParts(LIMITS)
        const [a, b] = [partsOf(one), partsOf(two)]
        const whole: Record<string, Uint8Array> = {}
        const take = (name: string, part: Uint8Array) => {
          const made = desk.take(name, part)
          if (made !== null) whole[name] = made
        }
        while (a.length + b.length > 0) {
          const isA = b.length === 0 || (a.length > 0 && dice.next().value! < 2)
          const [name, queue] = isA ? (['a', a] as const) : (['b', b] as const)
          take(name, queue[0]!)
          if (queue.length > 1 && dice.next().value === 0) take(name, queue[0]!)
          queue.shift()
        }
        expect(whole.a).toEqual(Buffer.from(one))
        expect(whole.b).toEqual(Buffer.from(two))
      }),
      { numRuns: 30 },
    )
  })

  it('are small enough that nothing waits long behind one', () => {
    for (const part of partsOf(new Uint8Array(99_999))) expect(part.length).toBeLessThan(16_384)
  })

  it('begin anew from the first part, and not in the middle', () => {
    const desk = new PictureParts(LIMITS)
    const parts = partsOf(new Uint8Array(30_000))
    expect(desk.take('a', parts[1]!)).toBeNull()
    expect(desk.take('a', parts[2]!)).toBeNull()
    expect(desk.take('a', parts[0]!)).toBeNull()
    expect(desk.take('a', parts[2]!)).toBeNull()
    expect(desk.take('a', parts[1]!)).toBeNull()
    expect(desk.take('a', parts[2]!)).toHaveLength(30_000)
  })

  it('hold no more than so many open pictures', () => {
    const desk = new PictureParts(LIMITS)
    const parts = partsOf(new Uint8Array(20_000))
    for (const name of ['a', 'b', 'c']) desk.take(name, parts[0]!)
    expect(desk.take('a', parts[1]!)).toBeNull()
    expect(desk.take('c', parts[1]!)).toHaveLength(20_000)
  })

  it('answer any bytes with null, a picture or message/malformed', () => {
    const desk = new PictureParts(LIMITS)
    const head = (text: string) => Buffer.from(`${text}\nabc`)
    for (const bad of [
      '',
      '{}',
      '{"offset":0,"of":2}',
      '{"offset":-1,"of":3}',
      '{"offset":0,"of":999999}',
      '[',
      'x'.repeat(200),
    ])
      expect(() => desk.take('a', head(bad))).toThrow(/picture/)
    expect(() => desk.take('a', Buffer.from('{"offset":0,"of":3}\n'))).toThrow(/picture/)
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        try {
          desk.take('a', bytes)
        } catch (error) {
          expect(isHouseError(error, 'message/malformed')).toBe(true)
        }
      }),
      { numRuns: 2_000 },
    )
  })
})
