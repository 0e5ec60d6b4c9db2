import { promisify } from 'node:util'
import { gzip } from 'node:zlib'
import type { FastifyReply, FastifyRequest } from 'fastify'

/** Bytes from which an answer is worth compressing: less fits into one packet anyway. */
const LEAST_BYTES = 1_024

const gzipText = promisify(gzip)

/**
 * Compresses what the API answers to a question, for whoever takes it so. What a person sends in is never answered compressed, since
 * the size of an answer that holds both what was sent and a secret would tell of the secret.
 */
export async function compressAnswer(request: FastifyRequest, reply: FastifyReply, payload: unknown): Promise<unknown> {
  if (request.method !== 'GET' || !request.url.startsWith('/api/')) return payload
  if (typeof payload !== 'string' || Buffer.byteLength(payload) < LEAST_BYTES) return payload
  if (reply.hasHeader('content-encoding')) return payload
  reply.header('vary', 'accept-encoding')
  if (!takesGzip(request.headers['accept-encoding'])) return payload
  reply.removeHeader('content-length')
  reply.header('content-encoding', 'gzip')
  return gzipText(payload)
}

/** Whether `gzip` is among the codings somebody takes, and not with a weight of 0. (RFC 9110 §12.5.3) */
export function takesGzip(accepted: string | undefined): boolean {
  const codings = (accepted ?? '').split(',').map((one) => one.split(';').map((part) => part.trim().toLowerCase()))
  const named = (word: string) => codings.find(([name]) => name === word)
  return (named('gzip') ?? named('*'))?.every((part) => !/^q=0(\.0*)?$/.test(part)) ?? false
}
