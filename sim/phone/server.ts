import { readFileSync } from 'node:fs'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { fileURLToPath } from 'node:url'
import { z } from 'zod'
import { Refusal } from '../../core/contract/http.ts'
import { NoticeMessage } from '../../core/contract/notice.ts'
import { Bilingual } from '../../core/contract/text.ts'
import { messageOf } from '../../core/kit/errors.ts'
import type { Clock } from '../../platform/clock.ts'
import { listenHttp, type Listener } from '../listen.ts'
import type { Phone } from './inbox.ts'
import type { Officer } from './people.ts'
import { openSwitchboard, type Switchboard } from './switchboard.ts'

export interface PhonesOptions {
  readonly host: string
  /** 0 takes any free port. */
  readonly port: number
  readonly officers: readonly Officer[]
  readonly clock: Clock
}

const PAGE = fileURLToPath(new URL('page.html', import.meta.url))
const MOST_BYTES = 65_536
const WITHIN_MS = 10_000

const Press = z.object({ notice: z.string(), note: z.string().max(2_000) }).strict()
/** What the phones show of the digest; the rest of it is for programs. */
const Digest = z.object({ to: z.number(), title: Bilingual, text: Bilingual })
const Power = z.object({ on: z.boolean() }).strict()

/**
 * The officers' phones: `POST /phones/<officer>/inbox` takes a notice, `POST /digest` the night's digest for all of
 * them, `GET /` shows the phones live.
 * A phone that is switched off hangs up on whoever calls it.
 */
export function servePhones(options: PhonesOptions): Promise<Listener> {
  const board = openSwitchboard(options.officers, options.clock)
  const answer = async (request: IncomingMessage, response: ServerResponse) => {
    const [, area = '', id = '', act = ''] = (request.url ?? '/').split('?')[0]?.split('/') ?? []
    const phone = area === 'phones' ? board.phone(id) : null
    if (request.method === 'GET' && area === '') page(response)
    else if (request.method === 'GET' && area === 'events') board.watch(response)
    else if (request.method !== 'POST') reply(response, 404, { error: 'no such page' })
    else if (area === 'digest') await digest(board, request, response)
    else if (phone === null) reply(response, 404, { error: 'no such phone' })
    else if (act === 'inbox') await inbox(board, phone, { request, response })
    else if (act === 'acknowledge') await acknowledge(board, phone, { request, response })
    else if (act === 'power') await power(board, phone, { request, response })
    else reply(response, 404, { error: 'no such act' })
  }
  return listenHttp({ host: options.host, port: options.port, answer })
}

interface Exchange {
  readonly request: IncomingMessage
  readonly response: ServerResponse
}

async function inbox(board: Switchboard, phone: Phone, { request, response }: Exchange): Promise<void> {
  if (!phone.on) {
    request.socket.destroy()
    return
  }
  const message = await bodyOf(request, NoticeMessage)
  if (message === null) {
    reply(response, 400, { error: 'expected a notice message' })
    return
  }
  board.take(phone.officer.id, message)
  reply(response, 200, { received: message.notice })
}

async function digest(board: Switchboard, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const body = await bodyOf(request, Digest)
  if (body !== null) board.takeDigest(body)
  reply(response, body === null ? 400 : 200, body === null ? { error: 'expected a digest' } : {})
}

async function acknowledge(board: Switchboard, phone: Phone, { request, response }: Exchange): Promise<void> {
  const press = await bodyOf(request, Press)
  const message = phone.messages.find((received) => received.message.notice === press?.notice)?.message
  if (press === null || message === undefined || message.acknowledge === null) {
    reply(response, 404, { error: 'no such message, or nothing to acknowledge' })
    return
  }
  const refused = await post(message.acknowledge.url, { note: press.note })
  if (refused === null) board.acknowledged(message.alarm, phone.officer, press.note)
  reply(response, refused === null ? 200 : 502, refused === null ? {} : { error: refused })
}

async function power(board: Switchboard, phone: Phone, { request, response }: Exchange): Promise<void> {
  const wanted = await bodyOf(request, Power)
  if (wanted !== null) board.power(phone.officer.id, wanted.on)
  reply(response, wanted === null ? 400 : 200, wanted === null ? { error: 'expected on' } : {})
}

function page(response: ServerResponse): void {
  response.writeHead(200, { 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-store' })
  response.end(readFileSync(PAGE))
}

function reply(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' })
  response.end(JSON.stringify(body))
}

async function bodyOf<T>(request: IncomingMessage, schema: z.ZodType<T>): Promise<T | null> {
  const chunks: Uint8Array[] = []
  let bytes = 0
  for await (const chunk of request) {
    if (!(chunk instanceof Uint8Array)) return null
    bytes += chunk.length
    if (bytes > MOST_BYTES) return null
    chunks.push(chunk)
  }
  try {
    const parsed = schema.safeParse(JSON.parse(Buffer.concat(chunks).toString('utf8')))
    return parsed.success ? parsed.data : null
  } catch {
    return null
  }
}

/** POSTs JSON; answers why it was refused, or null when it was taken. */
async function post(url: string, body: unknown): Promise<string | null> {
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'application/json' },
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(WITHIN_MS),
    })
    if (response.ok) return null
    const refusal = Refusal.safeParse(await response.json().catch(() => null))
    return refusal.success ? refusal.data.message : `HTTP ${response.status}`
  } catch (error) {
    return messageOf(error)
  }
}
