import { Duplex } from 'node:stream'
import type { TLSSocket } from 'node:tls'

/**
 * A stream over an encrypted connection that takes `waitingBytes` before it asks its writer to wait. A TLS server cannot give
 * its sockets a larger buffer of their own, and one peer that does not read would hold up whoever writes to many.
 */
export function wideStream(socket: TLSSocket, waitingBytes: number): Duplex {
  const wide = new Duplex({
    highWaterMark: waitingBytes,
    read: () => socket.resume(),
    write: (chunk: Buffer, _encoding, done) => void socket.write(chunk, done),
    writev: (chunks, done) => {
      const bytes = chunks.map(({ chunk }): Uint8Array =>
        chunk instanceof Uint8Array ? chunk : Buffer.from(String(chunk)),
      )
      socket.write(Buffer.concat(bytes), done)
    },
    final: (done) => void socket.end(() => done()),
    destroy: (error, done) => {
      socket.destroy()
      done(error)
    },
  })
  socket.on('data', (chunk: Buffer) => {
    if (!wide.push(chunk)) socket.pause()
  })
  socket.once('end', () => wide.push(null))
  socket.once('error', (error: Error) => wide.destroy(error))
  socket.once('close', () => wide.destroy())
  return wide
}
