import { readFileSync } from 'node:fs'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { fileURLToPath } from 'node:url'
import { z } from 'zod'
import { Bilingual } from '../../core/contract/text.ts'
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
  /** An officer answers by SMS to the number of a modem; false where nobody has that number. */
  readonly answered: (from: string, to: string, text: string) => boolean
}

/** The phones' page, and what comes to the phones. */
export interface Phones extends Listener {
  readonly board: Pick<Switchboard, 'arrive' | 'isOn'>
}

const PAGE = fileURLToPath(new URL('page.html', import.meta.url))
const SCRIPT = fileURLToPath(new URL('page.js', import.meta.url))
const MOST_BYTES = 65_536

const Answer = z.object({ to: z.string().max(40), text: z.string().min(1).max(500) }).strict()
/** What the phones show of the digest; the rest of it is for programs. */
const Digest = z.object({ to: z.number(), title: Bilingual, text: Bilingual })
const Power = z.object({ on: z.boolean() }).strict()

/**
 * The officers' phones: `GET /` shows them live, `POST /phones/<officer>/answer` sends an SMS, `/power` switches one off and
 * on, `POST /digest` takes the night's digest for all of them. Everything else comes through `board`.
 */
export async function servePhones(options: PhonesOptions): Promise<Phones> {
  const board = openSwitchboard(options.officers, options.clock)
  const answer = async (request: IncomingMessage, response: ServerResponse) => {
    const [, area = '', id = '', act = ''] = (request.url ?? '/').split('?')[0]?.split('/') ?? []
    const phone = area === 'phones' ? board.phone(id) : null
    if (request.method === 'GET' && area === '') file(response, PAGE, 'text/html')
    else if (request.method === 'GET' && area === 'page.js') file(response, SCRIPT, 'text/javascript')
    else if (request.method === 'GET' && area === 'events') board.watch(response)
    else if (request.method !== 'POST') reply(response, 404, { error: 'no such page' })
    else if (area === 'digest') await digest(board, request, response)
    else if (phone === null) reply(response, 404, { error: 'no such phone' })
    else if (act === 'answer') await write(board, phone, { request, response, answered: options.answered })
    else if (act === 'power') await power(board, phone, { request, response })
    else reply(response, 404, { error: 'no such act' })
  }
  const listener = await listenHttp({ host: options.host, port: options.port, answer })
  return { ...listener, board }
}

interface Exchange {
  readonly request: IncomingMessage
  readonly response: ServerResponse
}

async function digest(board: Switchboard, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const body = await bodyOf(request, Digest)
  if (body !== null) board.takeDigest(body)
  reply(response, body === null ? 400 : 200, body === null ? { error: 'expected a digest' } : {})
}

/** An SMS of the officer: it is on the phone, and on its way to the modem. */
async function write(
  board: Switchboard,
  { officer, on }: Phone,
  { request, response, answered }: Exchange & { readonly answered: PhonesOptions['answered'] },
): Promise<void> {
  const body = await bodyOf(request, Answer)
  if (body === null || !on) {
    reply(response, body === null ? 400 : 409, { error: body === null ? 'expected to and text' : 'the phone is off' })
    return
  }
  const taken = answered(officer.number, body.to, body.text)
  if (taken) board.arrive(officer.id, { app: 'sms', from: body.to, title: null, text: body.text, isOwn: true })
  reply(response, taken ? 200 : 404, taken ? {} : { error: 'nobody has that number' })
}

async function power(board: Switchboard, phone: Phone, { request, response }: Exchange): Promise<void> {
  const wanted = await bodyOf(request, Power)
  if (wanted !== null) board.power(phone.officer.id, wanted.on)
  reply(response, wanted === null ? 400 : 200, wanted === null ? { error: 'expected on' } : {})
}

function file(response: ServerResponse, path: string, type: string): void {
  response.writeHead(200, { 'content-type': `${type}; charset=utf-8`, 'cache-control': 'no-store' })
  response.end(readFileSync(path))
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
