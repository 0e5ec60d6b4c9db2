import { readSync, writeSync } from 'node:fs'
import { realpath, stat } from 'node:fs/promises'
import { HouseError, messageOf } from '../../core/kit/errors.ts'
import { type Channel, type ChannelEvents, type Connect, CONNECT_WITHIN_MS } from './channel.ts'
import { lockPort } from './port-lock.ts'
import { otherUserOf } from './port-users.ts'
import { within } from './within.ts'

/** A serial port and its character format; always 8 data bits. */
export interface SerialSettings {
  readonly path: string
  readonly baud: number
  readonly parity: 'none' | 'even' | 'odd'
  readonly stopBits: 1 | 2
}

/**
 * A serial port, opened for this program alone. Its path is looked up anew each time: behind a lasting name there is another
 * device after it was unplugged and plugged in. An adapter that hangs holds nobody: what does not open or close in
 * `CONNECT_WITHIN_MS` is `link/down`, and is not tried again before it is over. `open` opens the device itself.
 */
export function serialConnect(settings: SerialSettings, open: OpenPort = opened): Connect {
  const { path } = settings
  let closing = Promise.resolve()
  return async (events, signal) => {
    const soon = { ms: CONNECT_WITHIN_MS, signal }
    // The port before this one is let go of in the background.
    await within(closing, { ...soon, error: (why) => down(path, `does not close: ${why}`) })
    const device = await realpath(path).catch((error: unknown) => {
      throw down(path, `is not there: ${messageOf(error)}`, error)
    })
    // One device may have several nodes; its number is one.
    const lock = await lockPort(`serial/${(await stat(device)).rdev}`, path)
    const opening = demandFree(path, device).then(() => open(settings, device))
    const release = () => {
      const free = () => lock.release()
      closing = opening.then((port) => port.close()).then(free, free)
    }
    try {
      const port = await within(opening, { ...soon, error: (why) => down(path, `does not open: ${why}`) })
      return channelOver(port, { path, release, events })
    } catch (error) {
      release()
      throw error
    }
  }
}

async function demandFree(path: string, device: string): Promise<void> {
  // A pseudo-terminal is held open by the program that made it.
  const user = device.startsWith('/dev/pts/') ? null : await otherUserOf(device)
  if (user !== null) throw busy(path, `process ${user.pid} (${user.command})`, user.pid)
}

/** What of the library's port is used: its descriptor, and the poller that tells when there is something to read. */
export interface Port {
  readonly fd: number | null
  readonly poller: { once(event: 'readable', told: (error: Error | null) => void): unknown }
  close(): Promise<void>
}

/** Opens a device as a port. */
export type OpenPort = (settings: SerialSettings, device: string) => Promise<Port>

async function opened({ path, baud, parity, stopBits }: SerialSettings, device: string): Promise<Port> {
  // Loaded only where there is a serial bus: the native part costs memory.
  const { SerialPort } = await import('serialport')
  const options = { path: device, baudRate: baud, parity, stopBits, dataBits: 8 as const, lock: true }
  const port = await SerialPort.binding.open(options).catch((error: unknown) => {
    if (/lock|busy|access denied/i.test(messageOf(error))) throw busy(path, 'another program', null, error)
    throw down(path, `cannot be opened: ${messageOf(error)}`, error)
  })
  if (!('poller' in port) || !('fd' in port)) throw down(path, 'serial ports are read on Linux only')
  // USB adapters gather bytes for up to 16 ms unless told not to; what is no such adapter does not know the word.
  await port.set({ lowLatency: true }).catch(() => undefined)
  return port
}

interface Opened {
  readonly path: string
  /** Closes the port. */
  readonly release: () => void
  readonly events: ChannelEvents
}

/**
 * Reads and writes the port's descriptor itself, which never waits: the stream the library makes of it takes a trip through
 * a thread for each piece, and turns for ever on a port that reads as empty because it was unplugged.
 */
function channelOver(port: Port, { path, release, events }: Opened): Channel {
  const buffer = new Uint8Array(1_024)
  let over = false
  const end = () => {
    if (over) return
    over = true
    release()
  }
  const lost = (why: string, cause?: unknown) => {
    if (over) return
    end()
    events.lost(down(path, why, cause))
  }
  const listen = () => {
    port.poller.once('readable', (error) => {
      if (over) return
      if (error === null) read()
      else lost(error.message, error)
    })
  }
  const read = () => {
    try {
      const count = readSync(port.fd ?? -1, buffer)
      if (count === 0) {
        lost('unplugged: it reads as empty')
        return
      }
      events.received(buffer.slice(0, count))
    } catch (error) {
      if (!isNotYet(error)) {
        lost(messageOf(error), error)
        return
      }
    }
    if (!over) listen()
  }
  listen()
  return {
    write: (bytes) => {
      if (over) throw down(path, 'closed')
      let failure: unknown = null
      try {
        if (writeSync(port.fd ?? -1, bytes) === bytes.length) return
      } catch (error) {
        failure = error
      }
      // A frame is far shorter than what a port takes at once: what is not taken means that nothing leaves it any more.
      const why = failure === null || isNotYet(failure) ? 'it takes no bytes: the adapter hangs' : messageOf(failure)
      lost(why, failure)
      throw down(path, why, failure)
    },
    close: end,
  }
}

function isNotYet(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === 'EAGAIN' || error.code === 'EINTR')
}

function down(path: string, why: string, cause?: unknown): HouseError {
  return new HouseError('link/down', `${path}: ${why}`, { path }, cause)
}

function busy(path: string, owner: string, pid: number | null, cause?: unknown): HouseError {
  return new HouseError('link/busy', `${path}: ${owner} has it open; end that program`, { path, pid }, cause)
}
