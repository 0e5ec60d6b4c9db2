import { listenTcp, type Listener } from '../listen.ts'
import { SimulatedModem, type SimulatedModemOptions } from './simulated-modem.ts'

/** A simulated modem behind a serial server: whoever connects is on its port. */
export interface ModemOverTcp extends Listener {
  readonly modem: SimulatedModem
}

/** Serves a simulated modem over TCP, for one program at a time; another that connects takes its place. Rejects when the port is taken. */
export async function serveModemOverTcp(
  place: { readonly host: string; readonly port: number },
  options: SimulatedModemOptions,
): Promise<ModemOverTcp> {
  const modem = new SimulatedModem(options)
  const listener = await listenTcp({
    ...place,
    converse: (socket) => {
      socket.setNoDelay()
      modem.attach((bytes) => void socket.write(bytes))
      socket.on('data', (bytes: Buffer) => modem.receive(bytes))
      socket.on('close', () => modem.detach())
    },
  })
  const close = async () => {
    modem.close()
    await listener.close()
  }
  return { ...listener, modem, close, [Symbol.asyncDispose]: close }
}
