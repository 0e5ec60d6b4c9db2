import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { ReadAnswer, ReadRequest } from '../../../core/decode/modbus-pdu.ts'
import { encodeRtu } from '../../../core/decode/modbus-rtu.ts'
import type { Room } from '../../../gateway/link/field-bus.ts'
import { isHouseError } from '../../../core/kit/errors.ts'
import { joinBytes } from '../../../core/decode/modbus-cells.ts'
import { type Behaviour, type Reply, truth, virtualWire } from './wire-world.ts'

const TIMEOUT_MS = 100
const rooms: readonly (Room | undefined)[] = [undefined, { before: 0, after: 0 }, { before: 20, after: 20 }]

/** Requests of which many have answers of the same length, and how long after the one before each is made. */
const anyRequests = fc.array(
  fc.record({
    request: fc.record({
      unit: fc.integer({ min: 1, max: 2 }),
      table: fc.constantFrom('holding-register' as const, 'input-register' as const, 'coil' as const),
      address: fc.constantFrom(20, 40, 60, 80),
      quantity: fc.constantFrom(2, 2, 3),
    }),
    pauseMs: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 3 * TIMEOUT_MS })),
  }),
  { minLength: 2, maxLength: 14 },
)

/** What a device may do with one request. */
type Fault =
  | {
      readonly does:
        'answer' | 'nothing' | 'doubles' | 'garbles' | 'cuts' | 'wrong-unit' | 'wrong-function' | 'glitches'
    }
  | { readonly does: 'refuses'; readonly code: number }
  | { readonly does: 'noise'; readonly noise: Uint8Array }

const anyFault: fc.Arbitrary<Fault> = fc.oneof(
  { weight: 6, arbitrary: fc.constant<Fault>({ does: 'answer' }) },
  fc.constantFrom<Fault>(
    { does: 'nothing' },
    { does: 'doubles' },
    { does: 'garbles' },
    { does: 'cuts' },
    { does: 'wrong-unit' },
    { does: 'wrong-function' },
    { does: 'glitches' },
  ),
  fc.integer({ min: 1, max: 11 }).map((code): Fault => ({ does: 'refuses', code })),
  fc.uint8Array({ minLength: 1, maxLength: 12 }).map((noise): Fault => ({ does: 'noise', noise })),
)
const anyDelay = fc.oneof(fc.constant(5), fc.constant(5), fc.integer({ min: 0, max: 8 * TIMEOUT_MS }))

function reply(
  request: ReadRequest,
  good: Uint8Array,
  fault: Fault,
  [first, second]: readonly [number, number],
): Reply {
  const at = (bytes: Uint8Array): Reply => [{ afterMs: first, bytes }]
  switch (fault.does) {
    case 'answer':
      return at(good)
    case 'nothing':
      return []
    case 'doubles':
      return [...at(good), { afterMs: first + second, bytes: good }]
    case 'garbles':
      return at(good.map((byte, index) => (index === good.length - 3 ? byte ^ 0x10 : byte)))
    case 'cuts':
      return at(good.slice(0, -2))
    case 'wrong-unit':
      return at(encodeRtu(3 - request.unit, good.slice(1, -2)))
    case 'wrong-function':
      return at(encodeRtu(request.unit, Uint8Array.of(good[1] === 3 ? 4 : 3, ...good.slice(2, -2))))
    case 'glitches':
      return at(joinBytes(good, Uint8Array.of(0, 0xff)))
    case 'refuses':
      return at(encodeRtu(request.unit, Uint8Array.of(good[1]! | 0x80, fault.code)))
    case 'noise':
      return at(joinBytes(fault.noise, good))
  }
}

/** Asks everything and checks that each answer is the device's own to that question, or none. */
async function allTrue(
  behaviour: Behaviour,
  asks: readonly { readonly request: ReadRequest; readonly pauseMs: number }[],
  room: Room | undefined,
): Promise<number> {
  const { read, bus, world } = virtualWire(TIMEOUT_MS, behaviour)
  let good = 0
  for (const { request, pauseMs } of asks) {
    await world.pass(pauseMs)
    const answer: ReadAnswer | null = await read({ ...request, ...(room === undefined ? {} : { room }) }).catch(
      (error: unknown) => {
        if (isHouseError(error, 'link/timeout', 'modbus/malformed')) return null
        throw error
      },
    )
    if (answer === null || answer.kind === 'exception') continue
    expect(answer).toMatchObject(truth(request))
    good += 1
  }
  bus.close()
  return good
}

describe('a wire whose devices do what they please', () => {
  it.each(rooms)('never gives a late answer to another question, however late it is, with room %j', async (room) => {
    const delays = fc.array(anyDelay, { minLength: 1, maxLength: 9 })
    await fc.assert(
      fc.asyncProperty(anyRequests, delays, async (asks, late) => {
        await allTrue((_request, good, n) => [{ afterMs: late[n % late.length]!, bytes: good }], asks, room)
      }),
      { numRuns: 400 },
    )
  })

  it('waits for the own answer behind a copy that it could not know for one yet', async () => {
    const at = (unit: number, table: ReadRequest['table']) => ({
      request: { unit, table, address: 20, quantity: 2 },
      pauseMs: 0,
    })
    const asks = [at(2, 'holding-register'), at(2, 'holding-register'), at(2, 'input-register')]
    const faults: Fault[] = [{ does: 'answer' }, { does: 'doubles' }, { does: 'wrong-function' }, { does: 'answer' }]
    const behaviour: Behaviour = (request, good, n) => reply(request, good, faults[n % faults.length]!, [5, 5])
    expect(await allTrue(behaviour, asks, { before: 20, after: 20 })).toBeGreaterThanOrEqual(2)
  })

  it('never gives a value of another register, whatever comes, to who says what can be read', async () => {
    const script = fc.array(fc.tuple(anyFault, fc.tuple(anyDelay, anyDelay)), { minLength: 1, maxLength: 9 })
    await fc.assert(
      fc.asyncProperty(anyRequests, script, async (asks, faults) => {
        const behaviour: Behaviour = (request, good, n) => {
          const [fault, delays] = faults[n % faults.length]!
          return reply(request, good, fault, delays)
        }
        await allTrue(behaviour, asks, { before: 20, after: 20 })
      }),
      { numRuns: 1_500 },
    )
  })
})
