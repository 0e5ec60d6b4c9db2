import type { AddressInfo, Server } from 'node:net'
import { HouseError, messageOf } from '../../../core/kit/errors.ts'

export interface ListenPlace {
  readonly host: string
  /** 0 = any free port. */
  readonly port: number
  /** Who wants the port, for the error, such as `the MQTT broker`. */
  readonly what: string
  /** The setting to change, such as `http.port`. */
  readonly setting: string
}

/** Starts `server` listening and answers the port. Throws `link/busy` when the port is taken or not ours to take. */
export function listenOn(server: Server, { host, port, what, setting }: ListenPlace): Promise<number> {
  return new Promise((resolve, reject) => {
    const onError = (error: NodeJS.ErrnoException) => {
      reject(new HouseError('link/busy', listenFault(error, { host, port, what, setting }), { host, port }, error))
    }
    server.once('error', onError)
    server.listen(port, host, () => {
      server.off('error', onError)
      resolve((server.address() as AddressInfo).port)
    })
  })
}

function listenFault(error: NodeJS.ErrnoException, { host, port, what, setting }: ListenPlace): string {
  const where = `${what} cannot listen on ${host}:${port}`
  if (error.code === 'EADDRINUSE') {
    return `${where}: another program has this port. End that program, or set ${setting} to a free port (0 = any)`
  }
  if (error.code === 'EACCES') return `${where}: this port needs more rights. Set ${setting} to one above 1023`
  if (error.code === 'EADDRNOTAVAIL')
    return `${where}: this machine has no such address. Set the host beside ${setting}`
  return `${where}: ${messageOf(error)}`
}
