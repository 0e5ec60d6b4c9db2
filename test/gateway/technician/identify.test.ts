import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Dlt645Profile, ModbusProfile } from '../../../core/contract/device-profile.ts'
import { decodeReadAnswer, encodeReadRequest, isBitTable } from '../../../core/decode/modbus-pdu.ts'
import { loadProfiles } from '../../../platform/site/profiles.ts'
import { type Evidence, nextQuestion, type Outcome, rank } from '../../../gateway/technician/identify.ts'
import { meterItems, rankMeters } from '../../../gateway/technician/identify-meter.ts'
import { libraryOf, type Question } from '../../../gateway/technician/identify-library.ts'
import { imageOf } from '../../../sim/modbus/image.ts'
import { answerOf, type Station } from '../../../sim/modbus/pdu.ts'
import { plausibleValues } from '../../../sim/models/plausible.ts'

const PROFILES = [...loadProfiles([join(import.meta.dirname, '../../../devices')]).values()].filter(
  (profile): profile is ModbusProfile => profile.driver === 'modbus',
)
const LIBRARY = libraryOf(PROFILES)
const MS_PER_CELL = 2.3

function asking(ask: (question: Question) => Outcome, texts: Evidence['texts'] = null): Evidence {
  let evidence: Evidence = { line: null, asked: [], texts }
  for (;;) {
    const question = nextQuestion(LIBRARY, evidence, MS_PER_CELL)
    if (question === null) return evidence
    evidence = { ...evidence, asked: [...evidence.asked, { question, outcome: ask(question) }] }
  }
}

function deviceOf(profile: ModbusProfile, seed: number): (question: Question) => Outcome {
  const image = imageOf(profile, plausibleValues(profile, seed))
  const station: Station = { unit: 1, maxRegisters: profile.maxRegisters, image: () => image }
  return (question) => {
    const request = { unit: 1, ...question }
    return decodeReadAnswer(request, answerOf(station, encodeReadRequest(request)))!
  }
}

describe('telling a meter', () => {
  it('knows none of one that gives nothing, whether it refuses or is silent', () => {
    const profiles = [...loadProfiles([join(import.meta.dirname, '../../../devices')]).values()].filter(
      (profile): profile is Dlt645Profile => profile.driver === 'dlt645',
    )
    for (const outcome of ['silent', 'refused'] as const) {
      const asked = new Map(meterItems(profiles).map((item) => [item, outcome]))
      expect(rankMeters(profiles, asked).map(({ confidence }) => confidence)).toEqual(profiles.map(() => 0))
    }
  })
})

describe('telling an unknown device', () => {
  it('knows every model of the library by its answers alone, without its line settings', () => {
    fc.assert(
      fc.property(fc.constantFrom(...PROFILES), fc.integer({ min: 1, max: 1_000 }), (profile, seed) => {
        const [best] = rank(LIBRARY, asking(deviceOf(profile, seed)))
        expect(best?.profile.profile).toBe(profile.profile)
        expect(best?.confidence).toBeGreaterThan(0.5)
      }),
      { numRuns: 40 },
    )
  })

  it('asks nothing twice, nothing a protocol forbids, and comes to an end whatever the device does', () => {
    fc.assert(
      fc.property(
        fc.infiniteStream(fc.integer({ min: 0, max: 0xffff })),
        fc.infiniteStream(fc.nat(3)),
        (words, kinds) => {
          const any = (question: Question): Outcome => {
            const { value: kind } = kinds.next() as { value: number }
            if (kind === 0) return { kind: 'exception', code: 2 }
            if (kind === 1) return { kind: 'silent' }
            const cells = Array.from({ length: question.quantity }, () => (words.next() as { value: number }).value)
            if (!isBitTable(question.table)) return { kind: 'registers', words: cells }
            return { kind: 'bits', bits: cells.map((word) => word % 2 === 1) }
          }
          const { asked } = asking(any)
          expect(asked.length).toBeLessThanOrEqual(32)
          expect(new Set(asked.map(({ question }) => JSON.stringify(question))).size).toBe(asked.length)
          for (const { question } of asked) expect(() => encodeReadRequest({ unit: 1, ...question })).not.toThrow()
        },
      ),
      { numRuns: 15 },
    )
  })

  it('calls a device that refuses everything by no name', () => {
    const ranking = rank(
      LIBRARY,
      asking(() => ({ kind: 'exception', code: 2 })),
    )
    expect(ranking.every(({ confidence }) => confidence < 0.5)).toBe(true)
  })

  it('calls a device whose registers all hold noise by no name of a meter', () => {
    const noise = (question: Question): Outcome => ({
      kind: 'registers',
      words: Array.from(
        { length: question.quantity },
        (_, index) => (0x9e37 * (question.address + index + 1)) & 0xffff,
      ),
    })
    const [best] = rank(
      LIBRARY,
      asking((question) => (isBitTable(question.table) ? { kind: 'exception', code: 1 } : noise(question))),
    )
    expect(best?.profile.points.some(({ quantity }) => quantity === 'energy') === true && best.confidence > 0.6).toBe(
      false,
    )
  })

  it('lets a model register decide against plausible values', () => {
    const adam = PROFILES.find(({ profile }) => profile === 'advantech/adam-4150')!
    const { address, table, is } = adam.identity!.model[0]!
    const question = { table, address, quantity: 1 }
    const other: Outcome = { kind: 'registers', words: [is[0]! + 1] }
    const share = (outcome: Outcome) => {
      const asked = [{ question, outcome }]
      return rank(LIBRARY, { line: null, asked, texts: null }).find(({ profile }) => profile === adam)?.confidence ?? 0
    }
    expect(share({ kind: 'registers', words: [is[0]!] })).toBeGreaterThan(0.8)
    expect(share(other)).toBeLessThan(0.01)
  })

  it('believes what a device says of itself', () => {
    const texts = new Map([
      [0, 'Schneider Electric'],
      [1, 'PM5110'],
    ])
    const evidence: Evidence = { line: null, asked: [], texts }
    expect(rank(LIBRARY, evidence)[0]?.profile.profile).toBe('schneider/pm5100')
  })
})
