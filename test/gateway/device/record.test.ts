import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { KeptDevice, recallRecord } from '../../../gateway/device/record.ts'
import { fakeMemory } from '../drivers/modbus/fake-bus.ts'

const Kept = KeptDevice.extend({ count: z.number() })
const PLACE = { key: 'driver/meter', of: 'maker/model line 1' }

describe('what is kept of a device', () => {
  it('is recalled as long as it belongs to what is configured and is whole', () => {
    const memory = fakeMemory()
    const kept = { of: PLACE.of, serial: '7', latencyMs: { p50: 5, p999: 20 }, count: 3 }
    expect(recallRecord(memory, PLACE, Kept)).toBeNull()
    memory.keep(PLACE.key, kept)
    expect(recallRecord(memory, PLACE, Kept)).toEqual(kept)
    expect(recallRecord(memory, { ...PLACE, of: 'maker/model line 2' }, Kept)).toBeNull()
    for (const damaged of [{ ...kept, count: '3' }, { ...kept, more: 1 }, 'text', null]) {
      memory.keep(PLACE.key, damaged)
      expect(recallRecord(memory, PLACE, Kept)).toBeNull()
    }
  })
})
