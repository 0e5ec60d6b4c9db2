import type { Connect } from './channel.ts'
import { serialConnect } from './serial-channel.ts'
import { lockedTcpConnect } from './tcp-channel.ts'

const OVER_TCP = /^tcp:\/\/([^/:]+|\[[0-9a-f:]+\]):(\d{1,5})$/i

/** A serial port on this machine, or one behind a serial server: `tcp://HOST:PORT`, whose baud rate is the server's own. */
export function portConnect(path: string, baud: number): Connect {
  const [, host, port] = OVER_TCP.exec(path) ?? []
  if (host !== undefined && port !== undefined) return lockedTcpConnect(host.replaceAll(/[[\]]/g, ''), Number(port))
  return serialConnect({ path, baud, parity: 'none', stopBits: 1 })
}
