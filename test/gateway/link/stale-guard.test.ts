import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { answerBytes, functionOf, type ReadRequest } from '../../../core/decode/modbus-pdu.ts'
import { cutBack } from '../../../gateway/link/shape.ts'
import { StaleGuard } from '../../../gateway/link/stale-guard.ts'
import { goodAnswer, truth } from './wire-world.ts'

const MEMORY_MS = 10_000
const read = (address: number, quantity = 2, unit = 1): ReadRequest => ({
  unit,
  table: 'holding-register',
  address,
  quantity,
})
const ask = (request: ReadRequest, isDoubtful = false) => ({ kind: 'ask', request, isDoubtful })
const wide = { before: 10, after: 10 }
const none = { before: 0, after: 0 }
const newGuard = (isTied = false) => new StaleGuard({ memoryMs: MEMORY_MS, isTied })
/** The PDU of the true answer. */
const given = (request: ReadRequest) => goodAnswer(request).slice(1, -2)

describe('the guard against stale answers', () => {
  it('asks as it is told while nothing is owed', () => {
    expect(newGuard().shape(read(100), wide, 0)).toEqual(ask(read(100)))
  })

  it('asks a unit that owes an answer for one of another length', () => {
    const guard = newGuard()
    guard.unanswered(guard.asked(read(100), 0))
    expect(guard.shape(read(200), wide, 1)).toEqual(ask(read(200, 3)))
    expect(guard.shape(read(100), wide, 1)).toEqual(ask(read(100, 3)))
    guard.unanswered(guard.asked(read(200, 3), 1))
    expect(guard.shape(read(200), wide, 2)).toEqual(ask(read(200, 4)))
  })

  it('uses cells before those asked for where there is none behind, and none outside the address space', () => {
    const guard = newGuard()
    guard.unanswered(guard.asked(read(100), 0))
    expect(guard.shape(read(200), { before: 1, after: 0 }, 1)).toEqual(ask(read(199, 3)))
    expect(guard.shape(read(65_534), null, 1)).toEqual(ask(read(65_533, 3)))
    expect(guard.shape(read(0), { before: 5, after: 0 }, 1)).toMatchObject({ kind: 'wait' })
  })

  it('waits until the answer no longer comes where nothing else can be read', () => {
    const guard = newGuard()
    guard.unanswered(guard.asked(read(100), 50))
    expect(guard.shape(read(200), none, 60)).toEqual({ kind: 'wait', until: 50 + MEMORY_MS })
    expect(guard.shape(read(200), none, 50 + MEMORY_MS)).toEqual(ask(read(200)))
    expect(guard.shape(read(200, 5), none, 60)).toEqual(ask(read(200, 5)))
  })

  it('asks as it is told again when the late answer was seen', () => {
    const guard = newGuard()
    guard.unanswered(guard.asked(read(100), 0))
    expect(guard.recognise(1, given(read(100)), { now: 20, isNamed: false })).toBe(true)
    expect(guard.shape(read(100), none, 21)).toEqual(ask(read(100)))
    expect(guard.recognise(1, given(read(100, 3)), { now: 22, isNamed: false })).toBe(false)
    expect(guard.recognise(9, given(read(100)), { now: 22, isNamed: false })).toBe(false)
  })

  it('does not try again what the device refused', () => {
    const guard = newGuard()
    guard.unanswered(guard.asked(read(100), 0))
    guard.refused(read(200), read(200, 3), 1)
    expect(guard.shape(read(200), null, 1)).toEqual(ask(read(199, 3)))
    guard.refused(read(200), read(199, 3), 1)
    expect(guard.shape(read(200), null, 1)).toMatchObject({ kind: 'wait' })
  })

  it('tries again when one refusal is as old as a late answer, and an hour after a repeated one', () => {
    const guard = newGuard()
    const tried = (now: number) => {
      guard.unanswered(guard.asked(read(100), now))
      return guard.shape(read(200), { before: 0, after: 1 }, now).kind
    }
    guard.refused(read(200), read(200, 3), 0)
    expect(tried(MEMORY_MS - 1)).toBe('wait')
    expect(tried(MEMORY_MS)).toBe('ask')
    guard.refused(read(200), read(200, 3), 2 * MEMORY_MS)
    expect(tried(4 * MEMORY_MS)).toBe('wait')
    expect(tried(2 * MEMORY_MS + 3_599_999)).toBe('wait')
    expect(tried(2 * MEMORY_MS + 3_600_000)).toBe('ask')
  })

  it('keeps expecting both answers after an exception that could belong to either question', () => {
    const guard = newGuard()
    guard.unanswered(guard.asked(read(100), 0))
    guard.answered(guard.asked(read(200, 3), 10), Uint8Array.of(0x83, 6), 20)
    expect(guard.shape(read(300), wide, 21)).toEqual(ask(read(300, 4)))
  })

  it('expects an answer after a gateway gave up on it, and a damaged one again only for a while', () => {
    const guard = newGuard()
    guard.answered(guard.asked(read(100), 0), Uint8Array.of(0x83, 11), 20)
    expect(guard.shape(read(200), wide, 21)).toEqual(ask(read(200, 3)))
    guard.garbled(guard.asked(read(100, 5, 2), 0), 20)
    expect(guard.shape(read(100, 5, 2), none, 400)).toMatchObject({ kind: 'wait' })
    expect(guard.shape(read(100, 5, 2), none, 600)).toEqual(ask(read(100, 5, 2)))
  })

  it('tells an answer from a second copy of the one before it', () => {
    const guard = newGuard()
    guard.answered(guard.asked(read(100), 0), given(read(100)), 10)
    expect(guard.shape(read(200), wide, 11)).toEqual(ask(read(200, 3)))
    expect(guard.shape(read(200), none, 11)).toEqual(ask(read(200)))
    expect(guard.shape(read(200), null, 11)).toEqual(ask(read(200)))
    expect(guard.shape(read(100), wide, 11)).toEqual(ask(read(100)))
    expect(guard.recognise(1, given(read(100)), { now: 12, isNamed: false })).toBe(true)
    expect(guard.shape(read(200), null, 13)).toEqual(ask(read(200, 3)))
    expect(guard.shape(read(200), none, 13)).toEqual(ask(read(200), true))
    expect(guard.shape(read(200), wide, 1_500)).toEqual(ask(read(200)))
  })

  it('takes an answer that is another’s byte for byte for a perhaps doubled one, on a line that names answers only after a fault', () => {
    const zeros = Uint8Array.of(3, 4, 0, 0, 0, 0)
    for (const isTied of [false, true]) {
      const guard = newGuard(isTied)
      expect(guard.answered(guard.asked(read(100), 0), zeros, 10)).toBe(false)
      expect(guard.answered(guard.asked(read(100), 10), zeros, 20)).toBe(false)
      expect(guard.answered(guard.asked(read(200), 20), zeros, 30)).toBe(!isTied)
      expect(guard.answered(guard.asked(read(300), 30), given(read(300)), 40)).toBe(false)
      guard.unanswered(guard.asked(read(100, 9), 40))
      expect(guard.answered(guard.asked(read(400), 40), zeros, 50)).toBe(true)
      expect(guard.answered(guard.asked(read(400), 40), zeros, 5_000)).toBe(false)
    }
  })

  it('does not take a second copy of one answer for the late one that looks like it', () => {
    const guard = newGuard()
    guard.answered(guard.asked(read(100), 0), given(read(100)), 10)
    guard.unanswered(guard.asked(read(200), 20))
    expect(guard.recognise(1, given(read(100)), { now: 30, isNamed: false })).toBe(true)
    expect(guard.shape(read(200), none, 31)).toMatchObject({ kind: 'wait' })
    expect(guard.recognise(1, given(read(200)), { now: 40, isNamed: false })).toBe(true)
    expect(guard.shape(read(200), none, 41)).toMatchObject({ kind: 'ask' })
  })

  it('waits for as many late answers as questions of one shape were left', () => {
    const guard = newGuard()
    guard.unanswered(guard.asked(read(100), 0))
    guard.unanswered(guard.asked(read(200), 5))
    guard.recognise(1, given(read(100)), { now: 20, isNamed: false })
    expect(guard.shape(read(300), none, 21)).toEqual({ kind: 'wait', until: 5 + MEMORY_MS })
    guard.recognise(1, given(read(100)), { now: 22, isNamed: false })
    expect(guard.shape(read(300), none, 23)).toMatchObject({ kind: 'wait' })
    guard.recognise(1, given(read(200)), { now: 24, isNamed: false })
    expect(guard.shape(read(300), none, 25)).toMatchObject({ kind: 'ask' })
  })

  it('forgets no unanswered question before its time, however many there are', () => {
    const anyShape = fc.record({
      table: fc.constantFrom('input-register' as const, 'holding-register' as const),
      quantity: fc.integer({ min: 1, max: 125 }),
    })
    fc.assert(
      fc.property(fc.uniqueArray(anyShape, { minLength: 70, maxLength: 250, selector: JSON.stringify }), (shapes) => {
        const guard = newGuard()
        const reads = shapes.map((shape) => ({ unit: 1, address: 7, ...shape }))
        for (const [at, request] of reads.entries()) guard.unanswered(guard.asked(request, at))
        const now = MEMORY_MS - 1
        for (const [at, request] of reads.entries()) {
          expect(guard.shape(request, none, now)).toEqual({ kind: 'wait', until: at + MEMORY_MS })
        }
      }),
      { numRuns: 30 },
    )
  })

  it('never asks a unit for an answer like one it owes, and always for all that is wanted', () => {
    const anyRead = fc.record({
      unit: fc.integer({ min: 1, max: 2 }),
      table: fc.constantFrom('coil' as const, 'holding-register' as const),
      address: fc.oneof(fc.integer({ min: 0, max: 5 }), fc.integer({ min: 65_500, max: 65_520 })),
      quantity: fc.integer({ min: 1, max: 10 }),
    })
    const anyRoom = fc.option(fc.record({ before: fc.nat(30), after: fc.nat(30) }))
    fc.assert(
      fc.property(fc.array(fc.tuple(anyRead, anyRoom, fc.boolean()), { maxLength: 30 }), (asks) => {
        const guard = newGuard()
        const owed = new Set<string>()
        for (const [wanted, room, isAnswered] of asks) {
          const shaped = guard.shape(wanted, room, 0)
          if (shaped.kind !== 'ask') continue
          const { request } = shaped
          const shape = `${request.unit}/${functionOf(request.table)}/${answerBytes(request)}`
          expect(owed.has(shape)).toBe(false)
          expect(cutBack(wanted, request, truth(request))).toEqual(truth(wanted))
          if (room !== null) expect(request.address).toBeGreaterThanOrEqual(wanted.address - room.before)
          const asked = guard.asked(request, 0)
          if (isAnswered) guard.answered(asked, given(request), 0)
          else {
            guard.unanswered(asked)
            owed.add(shape)
          }
        }
      }),
    )
  })
})
