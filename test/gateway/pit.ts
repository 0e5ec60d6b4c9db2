import { createServer, type AddressInfo, type Server, type Socket } from 'node:net'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DEMO_METER } from './runtime/sites.ts'

/**
 * The least a Modbus TCP meter does: one 16-bit value at every input register. What the program under test asks is read by
 * hand here, from the specification, so that the two do not share a mistake. (MODBUS Messaging on TCP/IP V1.0b §3)
 */
export class Meter {
  value = 0
  /** Connections it has taken since it was made. */
  connections = 0
  readonly #server: Server
  readonly #sockets = new Set<Socket>()

  constructor() {
    this.#server = createServer((socket) => {
      this.#sockets.add(socket)
      this.connections += 1
      socket.on('error', () => undefined).on('close', () => this.#sockets.delete(socket))
      socket.on('data', (request) => {
        const quantity = request.readUInt16BE(10)
        const answer = Buffer.alloc(9 + quantity * 2)
        request.copy(answer, 0, 0, 4)
        answer.writeUInt16BE(3 + quantity * 2, 4)
        answer.set([request[6] ?? 0, request[7] ?? 0, quantity * 2], 6)
        for (let index = 0; index < quantity; index += 1) answer.writeUInt16BE(this.value, 9 + index * 2)
        socket.write(answer)
      })
    })
  }

  async listen(port = 0): Promise<number> {
    await new Promise<void>((resolve) => this.#server.listen(port, '127.0.0.1', resolve))
    return (this.#server.address() as AddressInfo).port
  }

  async end(): Promise<void> {
    const closed = new Promise((resolve) => this.#server.close(resolve))
    for (const socket of this.#sockets) socket.destroy()
    await closed
  }
}

/** Writes a site with one meter and one rule (power at or above 100 W) and answers the path of its configuration. */
export function writeSite(folder: string, ports: { readonly broker: number; readonly meter: number }): string {
  mkdirSync(join(folder, 'own/demo'), { recursive: true })
  writeFileSync(join(folder, 'own/demo/meter.yaml'), DEMO_METER.yaml)
  const path = join(folder, 'site.yaml')
  writeFileSync(
    path,
    `group: demo
site:
  id: east-pit
  name: { zh-CN: 东坑, en: East pit }
  kind: closed-pit
  area: { zh-CN: 东乡, en: East township }
  place: { x: 10, y: 20 }
  simulated: true
store: store
profiles: own
uplink: { url: 'mqtt://127.0.0.1:${ports.broker}' }
buses:
  - { id: main, kind: tcp, host: 127.0.0.1, port: ${ports.meter} }
devices:
  - { id: feeder-meter, profile: demo/meter, bus: main, unit: 1, every: 100ms }
rules:
  - { id: night-load, type: high-limit, point: feeder-meter/active-power, priority: red, with: { limit: 100, offDelay: 0s } }
`,
  )
  return path
}
