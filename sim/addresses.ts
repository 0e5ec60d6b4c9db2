import { once } from 'node:events'
import { createServer } from 'node:net'
import { z } from 'zod'
import type { SimSite } from './site.ts'

/** Which port each simulated thing is served on, by its name. */
export const Addresses = z.record(z.string(), z.number().int().min(1).max(65_535))
export type Addresses = z.infer<typeof Addresses>

/** The name of the phones' page in `Addresses`. */
export const PHONES = 'phones'

const PHONES_PORT = 15_090

/** The control room's modem, the chat robots and the mail server in `Addresses`. */
export const CONTROL_MODEM = 'modem:control'
export const ROBOTS = 'robots'
export const MAIL = 'mail'

const CONTROL_MODEM_PORT = 15_092
const ROBOTS_PORT = 15_093
const MAIL_PORT = 15_094

/** The name of a bus in `Addresses`. */
export function busName(site: SimSite, bus: { readonly id: string }): string {
  return `bus:${site.site.id}/${bus.id}`
}

/** The name of a camera in `Addresses`. */
export function cameraName(site: SimSite, camera: { readonly id: string }): string {
  return `camera:${site.site.id}/${camera.id}`
}

/** The name of the line between a site's gateway and the broker in `Addresses`. */
export function relayName(site: SimSite): string {
  return `line:${site.site.id}`
}

/** The name of a site's own modem in `Addresses`. */
export function modemName(site: SimSite): string {
  return `modem:${site.site.id}`
}

/** The ports everything would like to have. */
export function preferredAddresses(sites: readonly SimSite[]): Addresses {
  return Object.fromEntries([
    ...sites.flatMap((site) => [
      ...site.buses.map((bus): [string, number] => [busName(site, bus), bus.port]),
      ...site.cameras.map((camera): [string, number] => [cameraName(site, camera), camera.port]),
      ...(site.relayPort === undefined ? [] : [[relayName(site), site.relayPort] as [string, number]]),
      ...(site.modem === undefined ? [] : [[modemName(site), site.modem.port] as [string, number]]),
    ]),
    [PHONES, PHONES_PORT],
    [CONTROL_MODEM, CONTROL_MODEM_PORT],
    [ROBOTS, ROBOTS_PORT],
    [MAIL, MAIL_PORT],
  ])
}

/** `preferred` with every port that is taken, or wanted twice, replaced by a free one. */
export async function freeAddresses(preferred: Addresses, host: string): Promise<Addresses> {
  const given = new Set<number>()
  const free: Addresses = {}
  for (const [name, port] of Object.entries(preferred)) {
    free[name] = await freePort(given.has(port) ? 0 : port, host)
    given.add(free[name])
  }
  return free
}

/** `wanted` when nobody listens on it, else another port nobody listens on. */
export async function freePort(wanted: number, host: string): Promise<number> {
  for (const port of [wanted, 0]) {
    const server = createServer()
    try {
      server.listen({ port, host, exclusive: true })
      await once(server, 'listening')
      const address = server.address()
      if (address !== null && typeof address === 'object') return address.port
    } catch {
      // Taken: any other port will do.
    } finally {
      if (server.listening) {
        server.close()
        await once(server, 'close')
      }
    }
  }
  throw new Error(`${host}: expected a free TCP port, came none`)
}
