import { openPty, type Pty } from '../pty.ts'
import type { ModemFaults } from './faults.ts'
import { serveModemOverTcp } from './modem-over-tcp.ts'
import type { SimulatedModem, SimulatedModemOptions } from './simulated-modem.ts'

/** A simulated modem on a serial port. */
export interface ServedModem extends AsyncDisposable {
  /** Where a program opens it. */
  readonly path: string
  /** To be switched while it runs; `wake` after what was in the way of messages is gone. */
  readonly faults: ModemFaults
  readonly modem: SimulatedModem
  /** A phone sends the modem a text; it waits in the network while the modem cannot be reached. */
  reply(from: string, text: string): void
  wake(): void
  /** Pulls it out: the port is gone until `plugIn`. */
  unplug(): Promise<void>
  plugIn(): Promise<void>
}

/** Serves a simulated modem at `path`, a pseudo-terminal made by socat. Throws as `openPty` does. */
export async function serveModem(options: SimulatedModemOptions & { readonly path: string }): Promise<ServedModem> {
  const { path } = options
  const listener = await serveModemOverTcp({ host: '127.0.0.1', port: 0 }, options)
  const { modem } = listener
  let pty: Pty | null = null
  const plugIn = async () => {
    pty ??= await openPty(path, listener)
  }
  const unplug = async () => {
    await pty?.[Symbol.asyncDispose]()
    pty = null
  }
  const close = async () => {
    await unplug()
    await listener.close()
  }
  await plugIn().catch(async (error: unknown) => {
    await close()
    throw error
  })
  const { faults } = modem
  const reply = (from: string, text: string) => modem.network.send(from, text)
  return { path, faults, modem, reply, wake: () => modem.wake(), unplug, plugIn, [Symbol.asyncDispose]: close }
}
