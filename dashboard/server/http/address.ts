import type { FastifyRequest } from 'fastify'
import type { IncomingMessage } from 'node:http'
import type { Networks } from '../access/networks.ts'

declare module 'fastify' {
  interface FastifyRequest {
    /** Where the request comes from; see `clientAddress`. */
    address: string
  }
}

/** Where a request comes from, as `clientAddress` has it. */
export function addressOf(request: Pick<FastifyRequest, 'address'>): string {
  return request.address
}

/**
 * Where a request comes from. Of what proxies write on their way only what those of `proxies` have written is believed, the last first. What
 * another proxy has passed on comes from nobody knows where, which is no address at all: it lies in no network.
 */
export function clientAddress(
  { headers, socket }: Pick<IncomingMessage, 'headers' | 'socket'>,
  proxies: Networks,
): string {
  const told = [headers['x-forwarded-for'] ?? []]
    .flat()
    .flatMap((line) => line.split(','))
    .map((one) => one.trim())
    .filter((one) => one !== '')
  let at = socket.remoteAddress ?? ''
  while (proxies.has(at)) {
    const before = told.pop()
    if (before === undefined) return at
    at = before
  }
  return told.length > 0 ? `${at} (forwarded)` : at
}
