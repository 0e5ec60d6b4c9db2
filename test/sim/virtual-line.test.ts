import fc from 'fast-check'
import { readdirSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { DeviceProfile, type LineSettings, type ModbusProfile } from '../../core/contract/device-profile.ts'
import { QUANTITIES, UNITS } from '../../core/contract/quantity.ts'
import { decodeRegisters, needsSpan } from '../../core/decode/point.ts'
import { loadYaml } from '../../platform/config.ts'
import { plausibleValues } from '../../sim/models/plausible.ts'
import { crc, rtu } from '../../sim/modbus/framing.ts'
import { imageOf, withSerial } from '../../sim/modbus/image.ts'
import { rtuStation } from '../../sim/modbus/rtu-station.ts'
import { type LineStation, virtualLine } from '../../sim/modbus/virtual-line.ts'
import { virtualClock } from '../../sim/virtual-clock.ts'

const N9600: LineSettings = { baud: 9_600, parity: 'none', stopBits: 1 }
const ASK = rtu(1, Uint8Array.of(3, 0, 0, 0, 2))

describe('the virtual clock', () => {
  it('wakes sleepers in the order of their times, each at its own, without time passing outside', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.integer({ min: 0, max: 3_600_000 }), { maxLength: 20 }), async (pauses) => {
        const clock = virtualClock()
        const woken: [number, number][] = []
        await Promise.all(
          pauses.map(async (ms) => {
            await clock.sleep(ms)
            woken.push([ms, clock.mono()])
          }),
        )
        expect(woken).toEqual(pauses.toSorted((a, b) => a - b).map((ms) => [ms, ms]))
        expect(clock.sleepers).toBe(0)
      }),
      { numRuns: 30 },
    )
  })

  it('lets a program that works on finish before time moves', async () => {
    const clock = virtualClock()
    const seen: string[] = []
    const late = clock.sleep(1).then(() => seen.push('woken'))
    for (let turn = 0; turn < 3; turn++) await new Promise((next) => setImmediate(next))
    seen.push('worked')
    await late
    expect(seen).toEqual(['worked', 'woken'])
  })

  it('forgets a sleeper whose signal aborts, and leaves no listener behind', async () => {
    const clock = virtualClock()
    const stop = new AbortController()
    const long = clock.sleep(1e9, stop.signal)
    const other = clock.sleep(5, stop.signal)
    await other
    stop.abort(new Error('enough'))
    await expect(long).rejects.toThrow('enough')
    expect([clock.sleepers, clock.mono()]).toEqual([0, 5])
  })
})

describe('a virtual line', () => {
  it('takes the time of the wire, of the silence and of the device', async () => {
    const { clock, line, talk } = lineWith([station(1, N9600, 20)])
    const answer = await talk(N9600, ASK)
    // 8 and 9 characters of 11 bits, 3.5 characters of silence, 20 ms of thinking.
    expect(answer.endedAt).toBeCloseTo(((8 + 3.5 + 9) * 11_000) / 9_600 + 20, 6)
    expect([crc(answer.bytes), answer.bytes.length, line.writes()]).toEqual([0, 9, 0])
    expect(line.frames().map(({ bytes }) => bytes)).toEqual([ASK])
    expect(line.busMs()).toBe(clock.mono())
  })

  it('is heard by nobody who has another baud rate or parity', async () => {
    const { talk } = lineWith([station(1, N9600, 5), station(1, { ...N9600, baud: 19_200, parity: 'even' }, 5)])
    const lengths = async (settings: LineSettings) => (await talk(settings, ASK)).bytes.length
    expect(await lengths({ ...N9600, parity: 'even' })).toBe(0)
    expect(await lengths({ ...N9600, baud: 19_200 })).toBe(0)
    expect(await lengths({ ...N9600, stopBits: 2 })).toBe(9)
  })

  it('spoils the answers of two devices that have the same unit id', async () => {
    const { talk } = lineWith([station(1, N9600, 5, 0x1234), station(1, N9600, 5, 0x4321)])
    const { bytes } = await talk(N9600, ASK)
    expect([bytes.length, crc(bytes) === 0]).toEqual([9, false])
  })

  it('takes pieces that follow within the silence for one frame, and others for two', async () => {
    for (const [pauseMs, frames] of [
      [1, 1],
      [20, 2],
    ] as const) {
      const { clock, line } = lineWith([station(1, N9600, 5)])
      const channel = await line.open(N9600)({ received: () => undefined, lost: () => undefined }, never())
      channel.write(ASK.slice(0, 3))
      await clock.sleep(3.5 + pauseMs)
      channel.write(ASK.slice(3))
      await clock.sleep(1_000)
      expect(line.frames()).toHaveLength(frames)
    }
  })

  it('counts what asks for a write, in Modbus and in DL/T 645', async () => {
    const { line, talk } = lineWith([])
    await talk(N9600, rtu(1, Uint8Array.of(6, 0, 0, 0, 1)))
    await talk(N9600, rtu(0, Uint8Array.of(16, 0, 0, 0, 1, 2, 0, 0)))
    await talk(N9600, Uint8Array.of(0xfe, 0x68, 1, 2, 3, 4, 5, 6, 0x68, 0x1c, 0, 0, 0x16))
    await talk(N9600, Uint8Array.of(0xfe, 0x68, 1, 2, 3, 4, 5, 6, 0x68, 0x11, 0, 0, 0x16))
    await talk(N9600, Uint8Array.of(1, 6, 0, 0, 0, 1, 0, 0))
    expect([line.frames().length, line.writes()]).toEqual([5, 3])
  })
})

describe('believable values', () => {
  for (const profile of modbusProfiles()) {
    it(`of ${profile.profile} come back through its registers, each inside its range`, () => {
      for (const seed of [1, 2, 3]) {
        const values = plausibleValues(profile, seed)
        const image = imageOf(profile, values)
        for (const point of profile.points) {
          const value = values[point.point]
          if (QUANTITIES[point.quantity].kind === 'boolean' || point.bits !== undefined || isShared(profile, point))
            continue
          const words = [0, 1, 2, 3].map((index) => image[point.table].get(point.address + index) ?? 0)
          // Only the site knows what an analogue channel means; here it means itself.
          const span = needsSpan(point) ? { from: point.range, to: point.range } : null
          const decoded = decodeRegisters(point, words.slice(0, registersOf(point.type)), span)
          expect(decoded, point.point).toMatchObject({ quality: 'good' })
          const step = (point.scale * UNITS[point.unit].factor) / UNITS[QUANTITIES[point.quantity].unit].factor
          const error = Math.abs(Number(decoded.value) - Number(value))
          expect(error, point.point).toBeLessThanOrEqual(1e-6 * Math.abs(Number(value)) + step)
        }
        expect(plausibleValues(profile, seed)).toEqual(values)
      }
    })
  }

  it('lie beside what a device is known by, and a swapped one has another serial number', () => {
    const profile: ModbusProfile = {
      ...modbusProfiles()[0]!,
      identity: {
        model: [{ table: 'holding-register', address: 60_000, type: 'u16', words: 'high-first', is: [112, 113] }],
        serial: { table: 'holding-register', address: 60_010, type: 'u32', words: 'low-first' },
      },
    }
    const image = imageOf(profile, {})
    const cells = image['holding-register']
    expect([cells.get(60_000), (cells.get(60_011) ?? 0) * 65_536 + (cells.get(60_010) ?? 0)]).toEqual([112, 24_100_001])
    const other = withSerial(profile, image, 0x0001_0002)['holding-register']
    expect([other.get(60_010), other.get(60_011), cells.get(60_010)]).toEqual([2, 1, 24_100_001 % 65_536])
  })

  it('put points that are bits of one register side by side', () => {
    const base = { ...modbusProfiles()[0]!.points[0]!, table: 'holding-register', address: 5, type: 'u16' } as const
    const profile: ModbusProfile = {
      ...modbusProfiles()[0]!,
      points: [
        { ...base, point: 'low', quantity: 'state', unit: '1', scale: 1, offset: 0, bits: [0, 3] },
        { ...base, point: 'high', quantity: 'state', unit: '1', scale: 1, offset: 0, bits: [12, 15] },
      ],
    }
    expect(imageOf(profile, { low: 0x9, high: 0xa })['holding-register'].get(5)).toBe(0xa009)
  })
})

function lineWith(stations: readonly LineStation[]) {
  const clock = virtualClock()
  const line = virtualLine(stations, clock)
  /** Opens, asks, waits a second, closes. */
  const talk = async (settings: LineSettings, frame: Uint8Array) => {
    const from = clock.mono()
    const bytes: number[] = []
    let endedAt = 0
    const received = (piece: Uint8Array) => {
      bytes.push(...piece)
      endedAt = clock.mono() - from
    }
    const channel = await line.open(settings)({ received, lost: () => undefined }, never())
    channel.write(frame)
    await clock.sleep(1_000)
    channel.close()
    return { bytes: Uint8Array.from(bytes), endedAt }
  }
  return { clock, line, talk }
}

function station(unit: number, settings: LineSettings, latencyMs: number, word = 7): LineStation {
  const none = new Map<number, number>()
  const image = {
    coil: none,
    'discrete-input': none,
    'input-register': none,
    'holding-register': new Map([
      [0, word],
      [1, word],
    ]),
  }
  return rtuStation({ unit, maxRegisters: 125, image: () => image }, settings, latencyMs)
}

function never(): AbortSignal {
  return new AbortController().signal
}

function modbusProfiles(): ModbusProfile[] {
  const files = readdirSync('devices', { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.yaml'))
  return files
    .map((file) => loadYaml(`devices/${file}`, DeviceProfile))
    .filter((profile): profile is ModbusProfile => profile.driver === 'modbus')
}

/** Whether another point of the profile reads some of the same registers. */
function isShared(profile: ModbusProfile, point: ModbusProfile['points'][number]): boolean {
  return profile.points.some((other) => {
    if (other === point || other.table !== point.table) return false
    return (
      other.address < point.address + registersOf(point.type) && point.address < other.address + registersOf(other.type)
    )
  })
}

function registersOf(type: string): number {
  return type.endsWith('64') ? 4 : type.endsWith('32') ? 2 : 1
}
