import { once } from 'node:events'
import { createServer, type AddressInfo, type Socket } from 'node:net'
import { FLOATS, floatAt, integerAt, phaseAt, PHASES, POINTS_PER_DEVICE } from './plant.ts'

const REQUEST_BYTES = 12
const ILLEGAL_FUNCTION = 1

/** The registers of a device in one phase, as they go on the wire. */
interface Image {
  readonly input: Buffer
  readonly holding: Buffer
}

/**
 * A process of its own that serves as many Modbus TCP devices as its argument says, each on its own port. All answers are
 * bytes prepared beforehand, so that what it costs is the network's share. Tells the ports by message.
 */
const count = Number(process.argv[2])
const ports: number[] = []
for (let device = 0; device < count; device += 1) ports.push(await serve(imagesOf(device)))
process.send?.({ ports })
process.once('disconnect', () => process.exit(0))

async function serve(images: readonly Image[]): Promise<number> {
  const server = createServer({ noDelay: true }, (socket) => {
    let rest: Buffer = Buffer.alloc(0)
    socket.on('error', () => undefined)
    socket.on('data', (bytes: Buffer) => {
      const seen = rest.length === 0 ? bytes : Buffer.concat([rest, bytes])
      let start = 0
      for (; seen.length - start >= REQUEST_BYTES; start += REQUEST_BYTES) {
        answer(socket, seen.subarray(start, start + REQUEST_BYTES), images[phaseAt(Date.now())])
      }
      rest = seen.subarray(start)
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return (server.address() as AddressInfo).port
}

function answer(socket: Socket, request: Buffer, image: Image | undefined): void {
  const code = request.readUInt8(7)
  const address = request.readUInt16BE(8)
  const bytes = 2 * request.readUInt16BE(10)
  const table = code === 4 ? image?.input : code === 3 ? image?.holding : undefined
  const body =
    table === undefined
      ? Buffer.of(request.readUInt8(6), code | 0x80, ILLEGAL_FUNCTION)
      : Buffer.concat([Buffer.of(request.readUInt8(6), code, bytes), table.subarray(2 * address, 2 * address + bytes)])
  const header = Buffer.alloc(6)
  request.copy(header, 0, 0, 4)
  header.writeUInt16BE(body.length, 4)
  socket.write(Buffer.concat([header, body]))
}

function imagesOf(device: number): Image[] {
  return Array.from({ length: PHASES }, (_, phase) => {
    const input = Buffer.alloc(4 * FLOATS)
    const holding = Buffer.alloc(2 * (POINTS_PER_DEVICE - FLOATS))
    for (let index = 0; index < FLOATS; index += 1) input.writeFloatBE(floatAt(device, index, phase), 4 * index)
    for (let index = 0; 2 * index < holding.length; index += 1)
      holding.writeInt16BE(integerAt(device, index, phase), 2 * index)
    return { input, holding }
  })
}
