import { request as plainRequest, type RequestOptions } from 'node:http'
import type { z } from 'zod'
import { Refusal } from '../../core/contract/http.ts'
import { HouseError, messageOf } from '../../core/kit/errors.ts'
import { openTls } from '../../platform/identity/tls-stream.ts'

const WITHIN_MS = 30_000
/** A certificate with its authority takes 3 kB. */
const MOST_ANSWER_BYTES = 64 << 10

export interface Question<T> {
  readonly url: string
  readonly path: string
  readonly body: object
  readonly answer: z.ZodType<T>
  /** SHA-256 of the certificate of the authority that vouches for the control room. */
  readonly authority: string
}

/**
 * Asks the control room's API. Over https by the authority's fingerprint, over http as it is: what is asked and answered bears
 * its own proof. Throws `link/down` when nobody answers, `identity/invalid` when the control room refuses or somebody else answers.
 */
export async function ask<T>({ url, path, body, answer, authority }: Question<T>, signal: AbortSignal): Promise<T> {
  const { protocol, hostname, port, pathname } = new URL(url)
  const host = hostname.replace(/^\[|\]$/g, '')
  const within = AbortSignal.any([signal, AbortSignal.timeout(WITHIN_MS)])
  const text = JSON.stringify(body)
  const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text), connection: 'close' }
  const place = { host, port: port === '' ? (protocol === 'https:' ? 443 : 80) : Number(port) }
  const options: RequestOptions = {
    ...place,
    ...{ method: 'POST', path: `${pathname.replace(/\/$/, '')}${path}`, headers, signal: within },
  }
  if (protocol === 'https:') {
    const socket = await openTls(place, { by: 'fingerprint', sha256: authority }, within)
    options.createConnection = () => socket
  }
  const { status, json } = await exchanged(options, text).catch((error: unknown) => {
    throw new HouseError('link/down', `${url}: the control room does not answer: ${messageOf(error)}`, { url }, error)
  })
  if (status !== 200) {
    const refusal = Refusal.safeParse(json)
    const why = refusal.success ? refusal.data.message : `it answered ${status}`
    throw new HouseError(status >= 500 ? 'link/down' : 'identity/invalid', `the control room refuses: ${why}`, {
      status,
    })
  }
  const checked = answer.safeParse(json)
  if (checked.success) return checked.data
  throw new HouseError('identity/invalid', `${url}${path}: the answer is none of a control room of this version`, {
    url,
  })
}

function exchanged(
  options: RequestOptions,
  text: string,
): Promise<{ readonly status: number; readonly json: unknown }> {
  return new Promise((resolve, reject) => {
    const request = plainRequest(options, (response) => {
      const chunks: Buffer[] = []
      let bytes = 0
      response.on('data', (chunk: Buffer) => {
        bytes += chunk.length
        if (bytes > MOST_ANSWER_BYTES) request.destroy(new Error('the answer is too long'))
        else chunks.push(chunk)
      })
      response.once('error', reject)
      response.once('end', () => resolve({ status: response.statusCode ?? 0, json: parsed(Buffer.concat(chunks)) }))
    })
    request.once('error', reject)
    request.end(text)
  })
}

function parsed(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString('utf8'))
  } catch {
    return null
  }
}
