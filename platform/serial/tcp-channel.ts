import { lookup } from 'node:dns/promises'
import { connect, type Socket } from 'node:net'
import { HouseError, messageOf } from '../../core/kit/errors.ts'
import { type Channel, type ChannelEvents, type Connect, CONNECT_WITHIN_MS } from './channel.ts'
import { lockPort } from './port-lock.ts'
import { within } from './within.ts'

const KEEP_ALIVE_AFTER_MS = 10_000

/** TCP connections to `host:port`, for Modbus TCP. */
export function tcpConnect(host: string, port: number): Connect {
  const where = `${host}:${port}`
  return async (events, signal) => {
    signal.throwIfAborted()
    const socket = connect({ host, port, noDelay: true, keepAlive: true, keepAliveInitialDelay: KEEP_ALIVE_AFTER_MS })
    await connected(socket, where, signal)
    return channelOver(socket, where, events)
  }
}

/** The address of a host. */
export type FindHost = (host: string) => Promise<{ readonly address: string }>

/** The same to a serial line behind a gateway, which like any line belongs to one program at a time. `find` looks a host up. */
export function lockedTcpConnect(host: string, port: number, find: FindHost = lookup): Connect {
  const where = `${host}:${port}`
  return async (events, signal) => {
    // By whatever name it is called, it is one line.
    const found = find(host).catch((error: unknown) => {
      throw down(where, messageOf(error), error)
    })
    const { address } = await within(found, {
      ...{ ms: CONNECT_WITHIN_MS, signal },
      error: (why) => down(where, `the host's address is not found: ${why}`),
    })
    const lock = await lockPort(`tcp/${address}/${port}`, where)
    try {
      const guarded: ChannelEvents = {
        received: (bytes) => events.received(bytes),
        lost: (error) => {
          lock.release()
          events.lost(error)
        },
      }
      const channel = await tcpConnect(address, port)(guarded, signal)
      const close = () => {
        channel.close()
        lock.release()
      }
      return { write: (bytes) => channel.write(bytes), close }
    } catch (error) {
      lock.release()
      throw error
    }
  }
}

function connected(socket: Socket, where: string, signal: AbortSignal): Promise<void> {
  return new Promise((settle, refuse) => {
    const failed = (error: Error) => {
      socket.destroy()
      finish(() => refuse(error))
    }
    const onError = (error: Error) => failed(down(where, error.message, error))
    const onTimeout = () => failed(down(where, `no connection in ${CONNECT_WITHIN_MS} ms`))
    const onAbort = () => failed(down(where, 'given up'))
    const finish = (then: () => void) => {
      socket.setTimeout(0)
      socket.off('timeout', onTimeout)
      // A destroyed socket may still report why it failed.
      socket.off('error', onError).on('error', () => undefined)
      signal.removeEventListener('abort', onAbort)
      then()
    }
    socket.once('error', onError)
    socket.setTimeout(CONNECT_WITHIN_MS, onTimeout)
    signal.addEventListener('abort', onAbort, { once: true })
    socket.once('connect', () => finish(settle))
  })
}

function channelOver(socket: Socket, where: string, events: ChannelEvents): Channel {
  let over = false
  const lost = (why: string, cause?: unknown) => {
    if (over) return
    over = true
    socket.destroy()
    events.lost(down(where, why, cause))
  }
  socket.on('data', (bytes) => {
    if (!over) events.received(bytes)
  })
  socket.on('error', (error) => lost(error.message, error))
  socket.on('end', () => lost('closed by the other side'))
  socket.on('close', () => lost('closed'))
  // The other side may have gone between the connection and these listeners.
  if (socket.destroyed) queueMicrotask(() => lost('closed'))
  return {
    write: (bytes) => {
      if (over) throw down(where, 'closed')
      socket.write(bytes)
    },
    close: () => {
      over = true
      // A reset frees the place in a serial server that takes one or two connections only.
      socket.resetAndDestroy()
    },
  }
}

function down(where: string, why: string, cause?: unknown): HouseError {
  return new HouseError('link/down', `${where}: ${why}`, { where }, cause)
}
