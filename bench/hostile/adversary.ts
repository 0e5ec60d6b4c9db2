import type { ModbusTable } from '../../core/contract/device-profile.ts'
import { seededChance } from '../../sim/chance.ts'
import type { Listener } from '../../sim/listen.ts'
import { serveBus } from '../../sim/modbus/bus.ts'
import { evenOdds, type Fault, hostile, type Hostile } from '../../sim/modbus/hostile.ts'
import type { Station } from '../../sim/modbus/pdu.ts'

/** How long a master may wait for an answer, in ms; lateness is measured by it. */
export const TIMEOUT_MS = 40
/** How long a device thinks, in ms. */
const LATENCY_MS = 2

/** Registers of each unit. */
export const CELLS = 128
const SERIALS = 128

/** What is wrong with the words of an answer. */
export type Verdict = 'right' | 'wrong' | 'older'

export interface AdversaryOptions {
  readonly kind: 'tcp' | 'rtu-over-tcp'
  readonly units: number
  readonly seed: number
  /** Share of all requests that meet a fault, 0–1. */
  readonly share: number
}

/** A bus of devices that answer wrongly in every way, and whose registers tell what they are. */
export interface Adversary extends AsyncDisposable {
  readonly kind: AdversaryOptions['kind']
  readonly port: number
  /** How many reads a unit has been asked for so far: what is answered from now on is newer. */
  asked(unit: number): number
  /** What words given for `quantity` registers at `address` of `unit` are worth, asked when `asked` said `before`. */
  judge(ask: { unit: number; address: number }, words: readonly number[], before: number): Verdict
  /** What had been done about the request that these words really answer. */
  deedOf(words: readonly number[]): string
  faults(): ReadonlyMap<Fault, number>
  /** What had been done about the requests whose answers were taken for another's. */
  blamed(): ReadonlyMap<string, number>
}

/**
 * Each register's value is made of its unit, its address and the number of the request it answers: two bits, seven bits, seven
 * bits. So a value that is another register's, or was given to an earlier request, is known when it is seen.
 */
export async function openAdversary({ kind, units, seed, share }: AdversaryOptions): Promise<Adversary> {
  const serials = new Map<number, number>()
  const deeds = new Map<number, string>()
  const blamed = new Map<string, number>()
  const plain = hostile({ chance: seededChance(seed), odds: evenOdds(share, kind), timeoutMs: TIMEOUT_MS })
  const adversary: Hostile = {
    ...plain,
    act: (request, answer, when) => {
      const act = plain.act(request, answer, when)
      deeds.set(wordOf(request.unit, 0, serials.get(request.unit) ?? 0), act.fault ?? 'none')
      return act
    },
  }
  const deedOf = (word: number) => deeds.get(word & ~((SERIALS - 1) << 7)) ?? 'unknown'
  const blame = (word: number) => {
    const deed = deedOf(word)
    blamed.set(deed, (blamed.get(deed) ?? 0) + 1)
  }
  const stations = Array.from({ length: units }, (_, index) => stationOf(index + 1, serials))
  const place = { host: '127.0.0.1', port: 0, latencyMs: LATENCY_MS }
  const bus: Listener = await serveBus({ kind, stations, hostile: adversary, ...place })
  return {
    kind,
    port: bus.port,
    asked: (unit) => serials.get(unit) ?? 0,
    judge: ({ unit, address }, words, before) => {
      if (!words.every((word, index) => word >> 7 === wordOf(unit, address + index, 0) >> 7)) {
        blame(words[0] ?? 0)
        return 'wrong'
      }
      const ages = words.map((word) => ((word & 0x7f) - before - 1) & (SERIALS - 1))
      if (!ages.some((age) => age >= SERIALS / 2)) return 'right'
      blame(words[0] ?? 0)
      return 'older'
    },
    deedOf: (words) => deedOf(words[0] ?? 0),
    faults: () => plain.counts(),
    blamed: () => blamed,
    [Symbol.asyncDispose]: () => bus.close(),
  }
}

function wordOf(unit: number, address: number, serial: number): number {
  return ((unit & 3) << 14) | (address << 7) | (serial & (SERIALS - 1))
}

function stationOf(unit: number, serials: Map<number, number>): Station {
  const none = new Map<number, number>()
  return {
    unit,
    maxRegisters: 125,
    image: (): Record<ModbusTable, ReadonlyMap<number, number>> => {
      const serial = (serials.get(unit) ?? 0) + 1
      serials.set(unit, serial)
      const cells = new Map<number, number>()
      for (let address = 0; address < CELLS; address++) cells.set(address, wordOf(unit, address, serial))
      return { coil: none, 'discrete-input': none, 'input-register': none, 'holding-register': cells }
    },
  }
}
