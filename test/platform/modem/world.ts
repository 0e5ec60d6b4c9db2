import { scaledClock } from '../../../platform/clock.ts'
import type {
  DeliveryReport,
  IncomingText,
  ModemHealth,
  ModemOwner,
  UnreadableText,
} from '../../../platform/modem/modem.ts'
import { openModem } from '../../../platform/modem/open-modem.ts'
import type { Connect } from '../../../platform/serial/channel.ts'
import { serialConnect } from '../../../platform/serial/serial-channel.ts'
import type { ModemSettings } from '../../../platform/modem/modem.ts'
import { type PhoneText } from '../../../sim/modem/network.ts'
import { serveModem } from '../../../sim/modem/serve-modem.ts'
import { SimulatedModem, type SimulatedModemOptions } from '../../../sim/modem/simulated-modem.ts'
import { testFolder } from '../../support/processes.ts'
import { quietLog } from '../../support/quiet-log.ts'

export const PHONE = '+8613900000001'
export const never = new AbortController().signal
const NO_PIN: ModemSettings = { pin: null, awaiting: [] }

/** What the owner of a modem was told; `isOff` makes it fail to write anything down. */
export interface Told {
  readonly incoming: IncomingText[]
  readonly unreadable: UnreadableText[]
  readonly reports: DeliveryReport[]
  readonly health: ModemHealth[]
  isOff: boolean
}

export function owner(): { told: Told; owner: ModemOwner } {
  const told: Told = { incoming: [], unreadable: [], reports: [], health: [], isOff: false }
  const put =
    <T>(list: T[]) =>
    (value: T) => {
      if (told.isOff) return Promise.reject(new Error('the disk is full'))
      list.push(value)
      return Promise.resolve()
    }
  const changed = (health: ModemHealth) => void told.health.push(health)
  return {
    told,
    owner: { incoming: put(told.incoming), unreadable: put(told.unreadable), reported: put(told.reports), changed },
  }
}

/** The clock of these tests: seconds are milliseconds. */
export function fastClock(speed = 200) {
  return scaledClock(Date.now(), 1_790_000_000_000, speed)
}

/** A modem that runs over `connect` until it is disposed of. */
export function running(connect: Connect, clock = fastClock(), settings: Partial<ModemSettings> = {}) {
  const { told, owner: has } = owner()
  const modem = openModem({ connect, clock, log: quietLog(), settings: { ...NO_PIN, ...settings }, owner: has })
  const stop = new AbortController()
  const done = modem.run(stop.signal)
  const end = async () => {
    stop.abort(new Error('the test is over'))
    await done
  }
  return { modem, told, [Symbol.asyncDispose]: end }
}

/** A simulated modem on a pseudo-terminal and the texts its phones got. */
export async function served(options: Partial<SimulatedModemOptions> = {}) {
  const folder = await testFolder()
  const clock = options.clock ?? fastClock(100)
  const texts: PhoneText[] = []
  const onText = (text: PhoneText) => void texts.push(text)
  const sim = await serveModem({ ...options, clock, path: `${folder.path}/modem`, onText })
  const connect = serialConnect({ path: sim.path, baud: 115_200, parity: 'none', stopBits: 1 })
  const end = async () => {
    await sim[Symbol.asyncDispose]()
    await folder[Symbol.asyncDispose]()
  }
  return { sim, connect, clock, texts, [Symbol.asyncDispose]: end }
}

/** A simulated modem in memory; `way` is what becomes of each piece it says. */
export function inMemory(
  options: Partial<SimulatedModemOptions> = {},
  way: (said: Uint8Array) => readonly Uint8Array[] = (said) => [said],
) {
  const clock = options.clock ?? fastClock(2_000)
  const texts: PhoneText[] = []
  const sim = new SimulatedModem({ ...options, clock, onText: (text) => void texts.push(text) })
  const connect: Connect = (events) => {
    sim.attach((said) => {
      for (const piece of way(said)) queueMicrotask(() => events.received(piece))
    })
    const write = (bytes: Uint8Array) => queueMicrotask(() => sim.receive(bytes))
    return Promise.resolve({ write, close: () => sim.detach() })
  }
  return { sim, connect, clock, texts }
}
