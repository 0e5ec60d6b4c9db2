import jsmodbus from 'jsmodbus'
import modbusSerialModule from 'modbus-serial'
import { once } from 'node:events'
import { SerialPort } from 'serialport'
import type { Ask } from './optimum.ts'

const TIMEOUT_MS = 1_000

/** Another library on the line, as its users hold it. */
export interface Peer {
  /** Reads input registers. Rejects as the library does. */
  read(ask: Ask): Promise<void>
  close(): Promise<void>
}

export type Open = (path: string, baudRate: number) => Promise<Peer>

export const PEERS: Readonly<Record<'modbusSerial' | 'jsmodbus', Open>> = { modbusSerial, jsmodbus: jsModbus }

/** Of a plan as long as this a part is enough: its requests are alike. */
const LONG_PLAN = 20

/** Reads the requests of `plan` one after the other, again and again. Answers how often all of them were answered a second. */
export async function roundsPerSecond(peer: Peer, plan: readonly Ask[], forMs: number): Promise<number> {
  let good = 0
  const from = performance.now()
  for (let asked = 0; ; asked += 1) {
    const spent = performance.now() - from
    const isWhole = asked % plan.length === 0 || asked >= LONG_PLAN
    if (spent >= forMs && isWhole) return (good / plan.length / spent) * 1_000
    const ask = plan[asked % plan.length]
    if (ask === undefined) return 0
    // What times out only costs its time: the next one is asked as if nothing had been.
    await peer.read(ask).then(
      () => (good += 1),
      () => undefined,
    )
  }
}

async function modbusSerial(path: string, baudRate: number): Promise<Peer> {
  const client = new modbusSerialModule.default()
  await client.connectRTUBuffered(path, { baudRate, stopBits: 2 })
  client.setTimeout(TIMEOUT_MS)
  client.setID(1)
  return {
    read: async ({ address, quantity }) => {
      await client.readInputRegisters(address, quantity)
    },
    close: () => new Promise((settle) => client.close(() => settle())),
  }
}

async function jsModbus(path: string, baudRate: number): Promise<Peer> {
  const port = new SerialPort({ path, baudRate, stopBits: 2 })
  const client = new jsmodbus.client.RTU(port, 1, TIMEOUT_MS)
  await once(port, 'open')
  return {
    read: async ({ address, quantity }) => {
      await client.readInputRegisters(address, quantity)
    },
    close: () => new Promise((settle) => port.close(() => settle())),
  }
}
