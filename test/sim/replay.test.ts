import { describe, expect, it } from 'vitest'
import { Bus } from '../../core/contract/site.ts'
import { MonoMs, UtcMs } from '../../core/contract/time.ts'
import { formatRecording, headerOf, parseRecording, type Recording } from '../../core/decode/bus-recording.ts'
import { isHouseError } from '../../core/kit/errors.ts'
import { openBus } from '../../gateway/link/bus.ts'
import type { Connect } from '../../platform/serial/channel.ts'
import type { TapEvent } from '../../gateway/link/tap.ts'
import { type Clock, systemClock } from '../../platform/clock.ts'
import { seededChance } from '../../sim/chance.ts'
import { serveBus } from '../../sim/modbus/bus.ts'
import { evenOdds, type Fault, hostile } from '../../sim/modbus/hostile.ts'
import { hostileLine } from '../../sim/modbus/hostile-line.ts'
import type { Station } from '../../sim/modbus/pdu.ts'
import { replay } from '../../sim/modbus/replay.ts'
import type { Divergence } from '../../sim/modbus/replayer.ts'
import { rtuStation } from '../../sim/modbus/rtu-station.ts'
import { virtualLine } from '../../sim/modbus/virtual-line.ts'
import { virtualClock } from '../../sim/virtual-clock.ts'
import { quietLog } from '../support/quiet-log.ts'

const SETTINGS = { baud: 9_600, parity: 'none', stopBits: 1 } as const
const WIRE = Bus.parse({ id: 'line-1', kind: 'rtu', path: '/dev/ttyUSB0', timeout: '100ms' })
const never = new AbortController().signal

describe('a recorded bus', () => {
  for (const seed of [1, 2, 3]) {
    it(`with faults of seed ${seed} plays again: same values, same errors, same counters`, async () => {
      const first = virtualClock()
      const device = hostile({ chance: seededChance(seed), odds: evenOdds(0.4, 'rtu'), timeoutMs: 100 })
      const stations = [1, 2].map((unit) => rtuStation(station(unit), SETTINGS, 20))
      const line = virtualLine(stations, first, hostileLine(device, first))
      const taken: TapEvent[] = []
      const recorded = await polled(WIRE, {
        clock: first,
        connect: line.open(SETTINGS),
        tap: (event) => taken.push(event),
      })
      expect(recorded.outcomes.join()).toContain('link/timeout')
      const recording = parseRecording(formatRecording(recordingOf(WIRE, taken)), 'a.rec')
      const again = virtualClock()
      const divergences: Divergence[] = []
      const player = replay(recording, { clock: again, onDivergence: (each) => divergences.push(each) })
      const replayed = await polled(WIRE, { clock: again, connect: player.connect })
      expect(divergences).toEqual([])
      expect(replayed.outcomes).toEqual(recorded.outcomes)
      expect(counted(replayed)).toEqual(counted(recorded))
      // A recording keeps whole microseconds, so over many exchanges times differ by a part of a millisecond.
      for (const time of ['busyMs', 'deadMs'] as const) {
        expect(Math.abs(replayed.counters[time] - recorded.counters[time])).toBeLessThan(1)
      }
      const { played, requests } = player.progress()
      expect(played).toBe(requests)
    })
  }

  for (const kind of ['rtu-over-tcp', 'tcp'] as const) {
    it(`over ${kind} on a real socket plays again with what it did wrong`, async () => {
      const device = hostile({ chance: seededChance(4), odds: {}, timeoutMs: 400 })
      const faults: (Fault | null)[] = [
        'exception',
        null,
        'silence',
        null,
        null,
        'doubled',
        'truncated',
        null,
        'busy',
        null,
      ]
      device.script(faults)
      await using served = await serveBus({
        ...{ kind, host: '127.0.0.1', port: 0, latencyMs: 5 },
        ...{ stations: [station(1), station(2)], hostile: device },
      })
      const config = (port: number) => Bus.parse({ id: 'line-1', kind, host: '127.0.0.1', port, timeout: '400ms' })
      const taken: TapEvent[] = []
      const recorded = await polled(config(served.port), { clock: systemClock, tap: (event) => taken.push(event) }, 9)
      const recording = recordingOf(config(served.port), taken)
      const divergences: Divergence[] = []
      const player = replay(recording, { clock: systemClock, onDivergence: (each) => divergences.push(each) })
      await using again = await player.serve('127.0.0.1', 0)
      const replayed = await polled(config(again.port), { clock: systemClock }, 9)
      expect(divergences).toEqual([])
      expect(replayed.outcomes).toEqual(recorded.outcomes)
      expect(replayed.outcomes).toContain('exception 6')
    })
  }

  it('says so when the master asks something else or out of turn, and plays what it can', async () => {
    const clock = virtualClock()
    const divergences: Divergence[] = []
    const player = replay(recordingOf(WIRE, plain()), { clock, onDivergence: (each) => divergences.push(each) })
    const came: number[][] = []
    const received = (bytes: Uint8Array) => void came.push([...bytes])
    const channel = await player.connect({ received, lost: () => undefined }, never)
    channel.write(Uint8Array.of(1))
    await clock.sleep(1_000)
    channel.write(Uint8Array.of(9))
    channel.write(Uint8Array.of(3))
    await clock.sleep(1_000)
    expect(came).toEqual([[0xa1], [0xa3]])
    expect(divergences).toEqual([
      { request: 2, expected: Uint8Array.of(2), came: Uint8Array.of(9), skipped: null },
      { request: 2, expected: Uint8Array.of(2), came: Uint8Array.of(3), skipped: 1 },
    ])
    channel.write(Uint8Array.of(2))
    await clock.sleep(1_000)
    expect(came).toEqual([[0xa1], [0xa3], [0xa2]])
    expect(divergences).toHaveLength(2)
    channel.write(Uint8Array.of(1))
    expect(divergences.at(-1)).toEqual({ request: 4, expected: null, came: Uint8Array.of(1), skipped: null })
  })

  it('gives every byte after the recorded time, and before the next request what came before it', async () => {
    const clock = virtualClock()
    const player = replay(recordingOf(WIRE, plain()), { clock, onDivergence: () => undefined })
    const came: [number, number][] = []
    const received = (bytes: Uint8Array) => void came.push([clock.mono(), bytes[0] ?? 0])
    const channel = await player.connect({ received, lost: () => undefined }, never)
    await clock.sleep(500)
    channel.write(Uint8Array.of(1))
    await clock.sleep(50)
    channel.write(Uint8Array.of(2))
    await clock.sleep(5)
    channel.write(Uint8Array.of(3))
    await clock.sleep(500)
    expect(came).toEqual([
      [520, 0xa1],
      [555, 0xa2],
      [575, 0xa3],
    ])
  })

  it('is lost where it was lost, and a new connection goes on', async () => {
    const events: TapEvent[] = [
      { kind: 'opened', at: MonoMs.parse(0) },
      { kind: 'out', at: MonoMs.parse(1), bytes: Uint8Array.of(1) },
      { kind: 'lost', at: MonoMs.parse(11) },
      { kind: 'opened', at: MonoMs.parse(300) },
      { kind: 'out', at: MonoMs.parse(301), bytes: Uint8Array.of(1) },
      { kind: 'in', at: MonoMs.parse(302), bytes: Uint8Array.of(0xa1) },
    ]
    const clock = virtualClock()
    const player = replay(recordingOf(WIRE, events), { clock, onDivergence: () => expect.fail('it diverged') })
    const seen: string[] = []
    const listener = {
      received: (bytes: Uint8Array) => void seen.push(`in ${bytes[0] ?? ''}`),
      lost: () => void seen.push(`lost ${clock.mono()}`),
    }
    const first = await player.connect(listener, never)
    first.write(Uint8Array.of(1))
    await clock.sleep(100)
    const second = await player.connect(listener, never)
    second.write(Uint8Array.of(1))
    await clock.sleep(100)
    expect(seen).toEqual(['lost 10', 'in 161'])
  })
})

interface Parts {
  readonly clock: Clock
  readonly connect?: Connect
  readonly tap?: (event: TapEvent) => void
}

/** Reads like a driver with two devices, and says what came of each read. */
async function polled(config: Bus, { clock, ...rest }: Parts, reads = 60) {
  const bus = openBus(config, { clock, wireClock: clock, log: quietLog(), ...rest })
  const outcomes: string[] = []
  for (let n = 0; n < reads; n++) {
    const unit = 1 + (n % 2)
    try {
      const request = { unit, table: 'holding-register', address: (n * 7) % 40, quantity: 2 } as const
      const answer = await bus.read(request, never)
      outcomes.push(
        answer.kind === 'registers' ? answer.words.join(' ') : `exception ${'code' in answer ? answer.code : ''}`,
      )
    } catch (error) {
      outcomes.push(isHouseError(error) ? error.code : String(error))
      await clock.sleep(50)
    }
  }
  const counters = bus.counters()
  bus.close()
  return { outcomes, counters }
}

function counted({ counters }: Awaited<ReturnType<typeof polled>>) {
  return { ...counters, busyMs: null, deadMs: null }
}

function recordingOf(config: Bus, taken: readonly TapEvent[]): Recording {
  const from = taken[0]?.at ?? 0
  return {
    header: headerOf(config, UtcMs.parse(1_700_000_000_000)),
    events: taken.map(({ kind, at, bytes = new Uint8Array() }) => ({
      kind,
      bytes,
      atUs: Math.round((at - from) * 1_000),
    })),
  }
}

/** Requests 1, 2 and 3, each answered 20 ms later. */
function plain(): TapEvent[] {
  const asked = [1, 2, 3].flatMap((mark): TapEvent[] => [
    { kind: 'out', at: MonoMs.parse(mark * 100), bytes: Uint8Array.of(mark) },
    { kind: 'in', at: MonoMs.parse(mark * 100 + 20), bytes: Uint8Array.of(0xa0 + mark) },
  ])
  return [{ kind: 'opened', at: MonoMs.parse(0) }, ...asked]
}

function station(unit: number): Station {
  const none = new Map<number, number>()
  const cells = new Map(Array.from({ length: 64 }, (_, address) => [address, unit * 1_000 + address]))
  const image = { coil: none, 'discrete-input': none, 'input-register': none, 'holding-register': cells }
  return { unit, maxRegisters: 125, image: () => image }
}
