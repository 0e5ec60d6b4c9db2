import fc from 'fast-check'
import { connect, type Socket } from 'node:net'
import { once } from 'node:events'
import { describe, expect, it } from 'vitest'
import { seededChance } from '../../sim/chance.ts'
import { serveBus } from '../../sim/modbus/bus.ts'
import { crc, rtu, rtuFramed, tcpCutter } from '../../sim/modbus/framing.ts'
import { evenOdds, type Fault, FAULTS, hostile, type Hostile } from '../../sim/modbus/hostile.ts'
import { hostileLine } from '../../sim/modbus/hostile-line.ts'
import { answerOf, type Station } from '../../sim/modbus/pdu.ts'
import { rtuStation } from '../../sim/modbus/rtu-station.ts'
import { virtualLine } from '../../sim/modbus/virtual-line.ts'
import { virtualClock } from '../../sim/virtual-clock.ts'
import { until } from '../support/until.ts'

const TIMEOUT_MS = 40
const ANSWER = Uint8Array.of(3, 4, 0x12, 0x34, 0x56, 0x78)
const REQUEST = rtuFramed(9, Uint8Array.of(3, 0, 0, 0, 2))
const WHOLE = rtu(9, ANSWER)
const seeds = fc.integer({ min: 0, max: 1_000_000 })

describe('a hostile device', () => {
  it('sends what each fault says', () => {
    fc.assert(
      fc.property(seeds, (seed) => {
        const one = (fault: Fault) => sent(hostileOf(seed, [fault]))
        expect(one('early')).toEqual([{ afterMs: 0, bytes: WHOLE }])
        expect(one('doubled')).toEqual([
          { afterMs: 5, bytes: WHOLE },
          { afterMs: 5, bytes: WHOLE },
        ])
        expect(one('silence')).toEqual([])
        expect(one('busy')).toEqual([{ afterMs: 5, bytes: rtu(9, Uint8Array.of(0x83, 6)) }])
        const [refused] = one('exception')
        expect([refused?.bytes.length, crc(refused!.bytes), refused!.bytes[1]]).toEqual([5, 0, 0x83])
        expect(refused!.bytes[2]).toBeLessThanOrEqual(11)
        const [cut] = one('truncated')
        expect(WHOLE.slice(0, cut!.bytes.length)).toEqual(cut!.bytes)
        expect(cut!.bytes.length).toBeLessThan(WHOLE.length)
        const [stranger] = one('wrong-unit')
        expect([crc(stranger!.bytes), stranger!.bytes[0] === 9]).toEqual([0, false])
        expect(stranger!.bytes[0]).toSatisfy((unit: number) => unit >= 1 && unit <= 247)
        const [other] = one('wrong-function')
        expect([crc(other!.bytes), other!.bytes[1]]).toEqual([0, 4])
        for (const fault of ['noise-before', 'noise-after'] as const) {
          const [noisy] = one(fault)
          const at = fault === 'noise-before' ? noisy!.bytes.length - WHOLE.length : 0
          expect(noisy!.bytes.slice(at, at + WHOLE.length)).toEqual(WHOLE)
          expect(noisy!.bytes.length).toBeGreaterThan(WHOLE.length)
        }
      }),
    )
  })

  it('comes late by at most eight timeouts, and never before its time', () => {
    fc.assert(
      fc.property(seeds, fc.constantFrom<Fault>('late', 'backlog', 'stale', 'newest-transaction'), (seed, fault) => {
        const [late] = sent(hostileOf(seed, [fault]))
        expect(late!.bytes).toEqual(WHOLE)
        expect(late!.afterMs).toSatisfy((ms: number) => ms >= 5 && ms <= 5 + 8 * TIMEOUT_MS)
      }),
    )
  })

  it('flips only what a CRC-16 must see', () => {
    fc.assert(
      fc.property(seeds, fc.uint8Array({ minLength: 1, maxLength: 250 }), (seed, data) => {
        const act = hostileOf(seed, ['noise-inside']).act(REQUEST, data, { now: 0, latencyMs: 0 })
        const bytes = act.sendings[0]!.bytes()
        expect([bytes.length, crc(bytes) === 0]).toEqual([data.length + 3, false])
      }),
      { numRuns: 2_000 },
    )
  })

  it('lets later requests wait behind a backlog, in order', () => {
    const device = hostileOf(3, ['backlog', null, null])
    const first = device.act(REQUEST, ANSWER, { now: 0, latencyMs: 5 }).sendings[0]!.afterMs
    const second = device.act(REQUEST, ANSWER, { now: 2, latencyMs: 5 }).sendings[0]!.afterMs
    expect(first).toBeGreaterThan(5)
    expect(2 + second).toBeCloseTo(first + 5)
    expect(device.act(REQUEST, ANSWER, { now: first + 1, latencyMs: 5 }).sendings[0]!.afterMs).toBe(5)
  })

  it('keeps back an answer and gives it for another request, whole', () => {
    const device = hostileOf(1, ['silence', 'stale'])
    device.act(REQUEST, ANSWER, { now: 0, latencyMs: 5 })
    const later = Uint8Array.of(3, 4, 9, 9, 9, 9)
    const [stale] = device.act(REQUEST, later, { now: 50, latencyMs: 5 }).sendings
    expect(stale!.bytes()).toEqual(WHOLE)
  })

  it('forgets after eight timeouts what it kept back', () => {
    const device = hostileOf(1, ['silence', 'stale'])
    device.act(REQUEST, ANSWER, { now: 0, latencyMs: 5 })
    const later = Uint8Array.of(3, 4, 9, 9, 9, 9)
    const [stale] = device.act(REQUEST, later, { now: 8 * TIMEOUT_MS, latencyMs: 5 }).sendings
    expect(stale!.bytes()).toEqual(rtu(9, later))
  })

  it('gives a late answer the newest transaction id there is when it sends it', () => {
    const device = hostileOf(1, ['newest-transaction', null])
    const [first, second] = requestsTcp(7, 8)
    const late = device.act(first!, ANSWER, { now: 0, latencyMs: 5 }).sendings[0]!
    device.act(second!, ANSWER, { now: 1, latencyMs: 5 })
    expect([...late.bytes().slice(0, 2)]).toEqual([0, 8])
  })

  it('does the same again under the same seed, and each fault about as often as its odds say', () => {
    const run = () => {
      const device = hostile({ chance: seededChance(5), odds: evenOdds(0.3, 'tcp'), timeoutMs: TIMEOUT_MS })
      const faults = Array.from({ length: 20_000 }, (_, n) => {
        return device.act(REQUEST, ANSWER, { now: n * 1_000, latencyMs: 5 }).fault
      })
      return { faults, counts: device.counts() }
    }
    const { faults, counts } = run()
    expect(run().faults).toEqual(faults)
    expect(faults.filter((fault) => fault !== null).length / 20_000).toBeCloseTo(0.3, 1)
    // Stray bytes come from a wire, so a TCP server sends none.
    const there = FAULTS.filter((fault) => fault !== 'noise-before' && fault !== 'noise-after')
    for (const fault of there) expect(counts.get(fault)).toBeGreaterThan(200)
  })

  it('has no transaction ids to mix up on an RTU line, and no connection to drop on a wire', () => {
    expect(Object.keys(evenOdds(0.3, 'rtu-over-tcp'))).not.toContain('wrong-transaction')
    expect(Object.keys(evenOdds(0.3, 'rtu'))).not.toContain('half-open')
    const sum = Object.values(evenOdds(0.3, 'rtu')).reduce((total, odds) => total + odds, 0)
    expect(sum).toBeCloseTo(0.3)
  })
})

describe('a hostile bus on a socket', () => {
  it('hangs up, goes mute and comes late as it is told, and serves a new connection', async () => {
    const device = hostileOf(1, [null, 'late', 'half-open', null, 'hang-up', null])
    await using bus = await serveBus({
      ...{ kind: 'rtu-over-tcp', host: '127.0.0.1', port: 0 },
      ...{ stations: [station()], hostile: device, latencyMs: 1 },
    })
    const ask = rtu(9, Uint8Array.of(3, 0, 0, 0, 2))
    const first = await open(bus.port)
    first.socket.write(ask)
    await until('the answer', () => first.came() === 9)
    first.socket.write(ask)
    await until('the late answer', () => first.came() === 18)
    first.socket.write(ask)
    await until('the fault', () => device.counts().get('half-open') === 1)
    first.socket.write(ask)
    const second = await open(bus.port)
    second.socket.write(ask)
    await until('the answer on a new connection', () => second.came() === 9)
    second.socket.write(ask)
    await once(second.socket, 'close')
    expect(first.came()).toBe(18)
    first.socket.destroy()
  })
})

describe('a hostile virtual line', () => {
  it('mistreats Modbus and leaves other protocols alone', async () => {
    const clock = virtualClock()
    const settings = { baud: 9_600, parity: 'none', stopBits: 1 } as const
    const device = hostileOf(1, ['doubled'])
    const meter = { settings, latencyMs: 5, answer: (frame: Uint8Array) => (frame[0] === 0x68 ? frame : null) }
    const line = virtualLine([rtuStation(station(), settings, 5), meter], clock, hostileLine(device, clock))
    let came: number[] = []
    const received = (bytes: Uint8Array) => void came.push(...bytes)
    const channel = await line.open(settings)({ received, lost: () => undefined }, new AbortController().signal)
    channel.write(rtu(9, Uint8Array.of(3, 0, 0, 0, 2)))
    await clock.sleep(500)
    expect(came.length).toBe(18)
    came = []
    channel.write(Uint8Array.of(0x68, 1, 2, 3))
    await clock.sleep(500)
    expect(came).toEqual([0x68, 1, 2, 3])
  })
})

describe('a device that takes writes', () => {
  it('does what the examples of the specification say', () => {
    const { device, cells } = writable()
    const ask = (text: string) => hex(answerOf(device, bytes(text)))
    // MODBUS Application Protocol V1.1b3 §6.5, 6.6, 6.11, 6.12, 6.16, 6.17
    expect(ask('05 00 AC FF 00')).toBe('05 00 AC FF 00')
    expect(cells.coil.get(0xac)).toBe(1)
    expect(ask('06 00 01 00 03')).toBe('06 00 01 00 03')
    expect(cells['holding-register'].get(1)).toBe(3)
    expect(ask('0F 00 13 00 0A 02 CD 01')).toBe('0F 00 13 00 0A')
    expect(Array.from({ length: 10 }, (_, n) => cells.coil.get(0x13 + n))).toEqual([1, 0, 1, 1, 0, 0, 1, 1, 1, 0])
    expect(ask('10 00 01 00 02 04 00 0A 01 02')).toBe('10 00 01 00 02')
    cells['holding-register'].set(4, 0x12)
    expect(ask('16 00 04 00 F2 00 25')).toBe('16 00 04 00 F2 00 25')
    expect(cells['holding-register'].get(4)).toBe(0x17)
    expect(ask('17 00 03 00 06 00 0E 00 03 06 00 FF 00 FF 00 FF').slice(0, 5)).toBe('17 0C')
    expect(cells['holding-register'].get(0x10)).toBe(0xff)
  })

  it('refuses what it has not, and what does not fit together', () => {
    const { device } = writable()
    const ask = (text: string) => hex(answerOf(device, bytes(text)))
    expect(ask('05 00 AC 00 01')).toBe('85 03')
    expect(ask('06 40 00 00 03')).toBe('86 02')
    expect(ask('10 00 01 00 02 03 00 0A 01 02')).toBe('90 03')
    expect(ask('16 40 00 00 F2 00 25')).toBe('96 02')
    expect(ask('17 00 03 00 7E 00 0E 00 03 06 00 FF 00 FF 00 FF')).toBe('97 03')
    expect(ask('07')).toBe('87 01')
  })

  it('sends query data back, says who it is, and is busy when it is told so', () => {
    const { device } = writable()
    const texts = new Map([
      [0, 'Shigu'],
      [1, 'SG-1'],
      [2, 'V2.11'],
    ])
    const talkative: Station = { ...device, loopback: true, identification: texts }
    expect(hex(answerOf(talkative, bytes('08 00 00 A5 37')))).toBe('08 00 00 A5 37')
    expect(hex(answerOf(talkative, bytes('2B 0E 01 00')))).toBe(
      '2B 0E 01 81 00 00 03 00 05 53 68 69 67 75 01 04 53 47 2D 31 02 05 56 32 2E 31 31',
    )
    expect(hex(answerOf(talkative, bytes('2B 0E 04 01')))).toBe('2B 0E 04 83 00 00 01 01 04 53 47 2D 31')
    expect(hex(answerOf(talkative, bytes('2B 0E 04 09')))).toBe('AB 02')
    expect(hex(answerOf({ ...device, refusal: () => 6 }, bytes('03 00 01 00 01')))).toBe('83 06')
  })

  it('gives identification that is too long for one answer in several', () => {
    const texts = new Map(Array.from({ length: 5 }, (_, id) => [id, String(id).repeat(100)]))
    const device: Station = { ...writable().device, identification: texts }
    const seen: number[] = []
    for (let from = 0, more = true; more;) {
      const answer = answerOf(device, Uint8Array.of(0x2b, 14, 2, from))
      expect(answer.length).toBeLessThanOrEqual(253)
      for (let at = 7; at < answer.length; at += 2 + (answer[at + 1] ?? 0)) seen.push(answer[at] ?? -1)
      more = answer[4] === 0xff
      from = answer[5] ?? 0
    }
    expect(seen).toEqual([0, 1, 2, 3, 4])
  })
})

function hostileOf(seed: number, faults: readonly (Fault | null)[]): Hostile {
  const device = hostile({ chance: seededChance(seed), odds: {}, timeoutMs: TIMEOUT_MS })
  device.script(faults)
  return device
}

function sent(device: Hostile) {
  const { sendings } = device.act(REQUEST, ANSWER, { now: 0, latencyMs: 5 })
  return sendings.map(({ afterMs, bytes: of }) => ({ afterMs, bytes: of() }))
}

function requestsTcp(...transactions: number[]) {
  return transactions.flatMap((id) => tcpCutter()(Uint8Array.of(0, id, 0, 0, 0, 6, 9, 3, 0, 0, 0, 2)))
}

function writable() {
  const cells = {
    coil: new Map(Array.from({ length: 256 }, (_, at) => [at, 0])),
    'discrete-input': new Map<number, number>(),
    'holding-register': new Map(Array.from({ length: 256 }, (_, at) => [at, 0])),
    'input-register': new Map<number, number>(),
  }
  const device: Station = {
    unit: 1,
    maxRegisters: 125,
    image: () => cells,
    write: (table, address, values) => {
      for (const [index, value] of values.entries()) cells[table].set(address + index, value)
    },
  }
  return { device, cells }
}

function station(): Station {
  const { device } = writable()
  return { ...device, unit: 9 }
}

async function open(port: number): Promise<{ socket: Socket; readonly came: () => number }> {
  const socket = connect({ host: '127.0.0.1', port, noDelay: true })
  let count = 0
  socket.on('data', (bytes: Buffer) => (count += bytes.length))
  socket.on('error', () => undefined)
  await once(socket, 'connect')
  return { socket, came: () => count }
}

function bytes(text: string): Uint8Array {
  return Uint8Array.from(text.split(' '), (pair) => parseInt(pair, 16))
}

function hex(data: Uint8Array): string {
  return Array.from(data, (byte) => byte.toString(16).padStart(2, '0').toUpperCase()).join(' ')
}
