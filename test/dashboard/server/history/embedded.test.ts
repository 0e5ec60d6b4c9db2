import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { openEmbeddedHistory } from '../../../../dashboard/server/history/embedded.ts'
import { openSampleBuffer } from '../../../../dashboard/server/history/sample-buffer.ts'
import { flagOf } from '../../../../dashboard/server/history/samples.ts'
import { testFolder } from '../../../support/processes.ts'
import { batchOf, listOf, type Sample, START } from './batches.ts'

const never = new AbortController().signal
const whole = { from: 0, to: START * 2, columns: 1 }

describe('the embedded history', () => {
  it('has every reading once whenever its program is killed, while it packs and sweeps its log', async () => {
    await using folder = await testFolder()
    const store = await openEmbeddedHistory(folder.path)
    const devices = Array.from({ length: 30 }, (_, index) => `meter-${index}`)
    for (let round = 0; round < 60; round++) {
      // Different paces, so that chunks fill at different times and some points hardly ever.
      const batches = devices.map((device, index) => {
        const size = index % 3 === 0 ? 2 : 100 + index
        const values = Array.from({ length: size }, (_, n) => round + n)
        return batchOf(round * size + 1, values, { device, stream: `stream-${device}`.replace(/-/g, '') })
      })
      await store.write(batches, never)
      if (round % 6 !== 5) continue
      // A second reader of the same files sees what a start after a kill would see.
      const afterKill = await openEmbeddedHistory(folder.path)
      for (const [index, device] of devices.entries()) {
        const target = { site: 'east-pit', point: `${device}/active-power`, quantity: 'power' } as const
        const size = index % 3 === 0 ? 2 : 100 + index
        expect((await afterKill.query(target, whole, never)).readings).toBe(size * (round + 1))
      }
      await afterKill.close()
    }
    await store.close()
  })

  it('stores nothing of a write that fails, and all of it when it comes again', async () => {
    await using folder = await testFolder()
    const store = await openEmbeddedHistory(folder.path)
    await store.write([batchOf(1, [1])], never)
    await store.close()
    await expect(store.write([batchOf(2, [2])], never)).rejects.toMatchObject({ code: 'store/failed' })
    const again = await openEmbeddedHistory(folder.path)
    expect(await again.write([batchOf(2, [2])], never)).toEqual([])
    const target = { site: 'east-pit', point: 'feeder/active-power', quantity: 'power' } as const
    expect(await again.query(target, whole, never)).toMatchObject({ readings: 2, max: [2] })
    await again.close()
  })
})

describe('a buffer of samples', () => {
  it('gives back what was pushed, in order, until it is cleared', () => {
    const sample: fc.Arbitrary<Sample> = fc.record({
      at: fc.nat(2 ** 45),
      value: fc.oneof(fc.double({ noNaN: true, noDefaultInfinity: true }), fc.constant(null)),
      quality: fc.constantFrom('good', 'uncertain', 'bad'),
    })
    fc.assert(
      fc.property(fc.array(fc.array(sample, { maxLength: 70 })), (parts) => {
        const buffer = openSampleBuffer()
        for (const part of parts) {
          for (const { at, value, quality } of part) buffer.push(at, value ?? 0, flagOf(value, quality))
          expect(listOf(buffer.samples())).toEqual(part)
          expect(buffer.length).toBe(part.length)
          buffer.clear()
          expect(buffer.length).toBe(0)
        }
      }),
    )
  })
})
