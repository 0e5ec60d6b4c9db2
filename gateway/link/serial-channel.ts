import type { SerialPort } from 'serialport'
import { HouseError, messageOf } from '../../core/kit/errors.ts'
import type { Channel, ChannelEvents, Connect } from './channel.ts'

/** A serial port and its character format; always 8 data bits. */
export interface SerialSettings {
  readonly path: string
  readonly baud: number
  readonly parity: 'none' | 'even' | 'odd'
  readonly stopBits: 1 | 2
}

/** A serial port, opened for this program alone. */
export function serialConnect({ path, baud, parity, stopBits }: SerialSettings): Connect {
  return async (events, signal) => {
    // Loaded only where there is a serial bus: the native part costs memory.
    const { SerialPort } = await import('serialport')
    signal.throwIfAborted()
    const port = new SerialPort({ path, baudRate: baud, parity, stopBits, dataBits: 8, lock: true, autoOpen: false })
    await opened(port, path)
    return channelOver(port, path, events)
  }
}

function opened(port: SerialPort, path: string): Promise<void> {
  return new Promise((settle, refuse) => {
    port.open((error) => {
      if (error === null) {
        settle()
        return
      }
      const taken = /lock|busy|access denied/i.test(error.message)
      refuse(
        taken
          ? new HouseError('link/busy', `${path}: another program has it open; end that program`, { path }, error)
          : new HouseError('link/down', `${path}: cannot be opened: ${error.message}`, { path }, error),
      )
    })
  })
}

function channelOver(port: SerialPort, path: string, events: ChannelEvents): Channel {
  let over = false
  const lost = (error: unknown) => {
    if (over) return
    over = true
    if (port.isOpen) port.close(() => undefined)
    const why = error === null || error === undefined ? 'closed' : messageOf(error)
    events.lost(new HouseError('link/down', `${path}: ${why}`, { path }, error))
  }
  port.on('data', (bytes: Uint8Array) => {
    if (!over) events.received(bytes)
  })
  port.on('error', lost)
  port.on('close', lost)
  return {
    write: (bytes) => {
      if (over) throw new HouseError('link/down', `${path}: closed`, { path })
      port.write(bytes, (error) => {
        if (error !== null && error !== undefined) lost(error)
      })
    },
    flush: () =>
      new Promise((settle) => {
        port.flush((error) => {
          if (error !== null) lost(error)
          settle()
        })
      }),
    close: () => {
      over = true
      if (port.isOpen) port.close(() => undefined)
    },
  }
}
