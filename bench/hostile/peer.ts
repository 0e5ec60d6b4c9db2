// Child program of the bench `wrong-value`: another library against the same adversary. `node peer.ts LIBRARY TRANSACTIONS BUSES
// SEED SHARE`; its last line of output is its tally as JSON. A process of its own, because what a library throws where nobody can
// catch it would end the bench.
import jsmodbus from 'jsmodbus'
import modbusSerialModule from 'modbus-serial'
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import type { SerialPort } from 'serialport'
import { seededChance } from '../../sim/chance.ts'
import { type Adversary, openAdversary, TIMEOUT_MS } from './adversary.ts'
import { type Ask, countWords, newTally, nextAsk, type Tally } from './tally.ts'

const HOST = '127.0.0.1'
/** An answer to a request may be given up by a library for good; then a user starts it anew. */
const GIVE_UP_MS = 10 * TIMEOUT_MS
/** So many errors in a row, and a careful user opens a new connection. */
const GIVE_UP_AFTER = 3
const UNITS = 3

/** A library's connection as a careful user would hold it: opened anew when it is lost. */
interface Master {
  /** The words, or null when the device answered with an exception. Rejects as the library does. */
  read(unit: number, ask: Ask): Promise<readonly number[] | null>
  readonly isLost: () => boolean
  close(): void
}

const MASTERS: Readonly<Record<string, (adversary: Adversary, unit: number) => Promise<Master>>> = {
  'modbus-serial': modbusSerial,
  jsmodbus: jsModbus,
}

const [library = '', transactions = '0', buses = '1', seed = '1', share = '0.3'] = process.argv.slice(2)
const open = MASTERS[library]
if (open === undefined) throw new TypeError(`expected one of ${Object.keys(MASTERS).join(', ')}, came ${library}`)
// What a library throws outside every promise is not the bench's to judge.
process.on('uncaughtException', () => undefined)
process.on('unhandledRejection', () => undefined)
const tally = newTally()
const goOn = () => tally.transactions < Number(transactions)
await Promise.all(Array.from({ length: Number(buses) }, (_, index) => front(index)))
console.log(JSON.stringify(tally))
process.exit(0)

/** Bus `index` with the adversary that has this number; one unit after the other, each on a connection of its own. */
async function front(index: number): Promise<void> {
  const kind = index % 2 === 0 ? 'rtu-over-tcp' : 'tcp'
  await using adversary = await openAdversary({ kind, units: UNITS, seed: Number(seed) + index, share: Number(share) })
  const chance = seededChance(Number(seed) * 31 + index)
  const unit = 1 + (index % UNITS)
  while (goOn()) {
    const master = await open?.(adversary, unit).catch(() => null)
    if (master === null || master === undefined) {
      tally.down += 1
      await sleep(20)
      continue
    }
    for (let failures = 0; goOn() && !master.isLost() && failures < GIVE_UP_AFTER;) {
      const isAnswered = await ask({ master, adversary, unit, tally }, nextAsk(chance))
      failures = isAnswered ? 0 : failures + 1
    }
    master.close()
  }
}

interface Setting {
  readonly master: Master
  readonly adversary: Adversary
  readonly unit: number
  readonly tally: Tally
}

/** Asks once and counts; answers whether the library came to an end with it that is none of its errors. */
async function ask({ master, adversary, unit, tally }: Setting, what: Ask): Promise<boolean> {
  const before = adversary.asked(unit)
  const over = new AbortController()
  try {
    const words = await Promise.race([
      master.read(unit, what),
      sleep(GIVE_UP_MS, undefined, { signal: over.signal }).then(() => {
        master.close()
        throw new Error('no end')
      }),
    ])
    if (words === null) {
      tally.transactions += 1
      tally.exceptions += 1
    } else {
      const fits = words.length === what.quantity
      countWords(tally, fits ? adversary.judge({ unit, address: what.address }, words, before) : 'wrong')
    }
    return true
  } catch {
    tally.transactions += 1
    tally.refused += 1
    return false
  } finally {
    over.abort()
  }
}

async function modbusSerial({ kind, port }: Adversary): Promise<Master> {
  const client = new modbusSerialModule.default()
  let isLost = false
  client.on('error', () => (isLost = true))
  client.on('close', () => (isLost = true))
  if (kind === 'tcp') await client.connectTCP(HOST, { port })
  else await client.connectTcpRTUBuffered(HOST, { port })
  client.setTimeout(TIMEOUT_MS)
  return {
    read: async (unit, { address, quantity }) => {
      client.setID(unit)
      try {
        return (await client.readHoldingRegisters(address, quantity)).data
      } catch (error) {
        if (error instanceof Error && 'modbusCode' in error && error.modbusCode !== undefined) return null
        throw error
      }
    },
    isLost: () => isLost,
    close: () => {
      isLost = true
      client.destroy(() => undefined)
    },
  }
}

async function jsModbus({ kind, port }: Adversary, unit: number): Promise<Master> {
  const socket: Socket = connect({ host: HOST, port, noDelay: true })
  let isLost = false
  socket.on('error', () => (isLost = true))
  socket.on('close', () => (isLost = true))
  const client =
    kind === 'tcp'
      ? new jsmodbus.client.TCP(socket, unit, TIMEOUT_MS)
      : // It asks for a serial port and uses what any stream has.
        new jsmodbus.client.RTU(socket as unknown as SerialPort, unit, TIMEOUT_MS)
  await once(socket, 'connect')
  if (kind !== 'tcp') socket.emit('open')
  return {
    read: async (_unit, { address, quantity }) => {
      try {
        const { response } = await client.readHoldingRegisters(address, quantity)
        return [...response.body.valuesAsArray]
      } catch (error) {
        const told = typeof error === 'object' && error !== null && 'err' in error ? error.err : null
        if (told === 'ModbusException') return null
        throw new Error(String(told), { cause: error })
      }
    },
    isLost: () => isLost,
    close: () => {
      isLost = true
      socket.destroy()
    },
  }
}
