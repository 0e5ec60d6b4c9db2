import { fileURLToPath } from 'node:url'
import type { ModbusTable } from '../../core/contract/device-profile.ts'
import { PYTHON, startProcess, type StartedProcess } from './processes.ts'

/** What an independent Modbus server holds: by unit id, table and first address. */
export interface ServedUnits {
  readonly units: Readonly<Record<number, Partial<Record<ModbusTable, Readonly<Record<number, readonly number[]>>>>>>
  /** Texts by object id that the server tells of itself: 0–6, and 128 and more. */
  readonly identity?: Readonly<Record<number, string>>
  /** Seconds by which each of the first answers of a unit is late. */
  readonly slow?: Readonly<Record<number, readonly number[]>>
}

export interface PymodbusServer extends AsyncDisposable {
  /** Where it listens; 0 on a serial port. */
  readonly port: number
  readonly process: StartedProcess
  stop(): Promise<void>
}

export type ServedOn =
  | { readonly mode: 'tcp' | 'rtu-over-tcp'; readonly port?: number }
  | { readonly mode: 'rtu'; readonly path: string; readonly baud?: number }

/** Starts a pymodbus server, which shares no line of code with ours. A unit it does not have is silent. */
export async function startPymodbus(on: ServedOn, served: ServedUnits): Promise<PymodbusServer> {
  const script = fileURLToPath(new URL('pymodbus_server.py', import.meta.url))
  const process = await startProcess(PYTHON, [script, JSON.stringify({ ...on, ...served })], { ready: /ready (\d+)/ })
  const stop = () => process.stop('SIGKILL')
  return { port: Number(process.match[1]), process, stop, [Symbol.asyncDispose]: stop }
}

export interface PtyPair extends AsyncDisposable {
  /** The two ends of the line, as serial ports. */
  readonly ends: readonly [string, string]
  stop(): Promise<void>
}

/** A null-modem cable made of two pseudo-terminals under `folder`. */
export async function startPtyPair(folder: string): Promise<PtyPair> {
  const ends = [`${folder}/line-a`, `${folder}/line-b`] as const
  const process = await startProcess('socat', ['-d', '-d', ...ends.map((path) => `pty,raw,echo=0,link=${path}`)], {
    ready: /starting data transfer loop/,
  })
  const stop = () => process.stop()
  return { ends, stop, [Symbol.asyncDispose]: stop }
}
