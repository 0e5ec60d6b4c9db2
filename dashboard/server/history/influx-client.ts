import { Agent as HttpAgent, type IncomingMessage, request as httpRequest } from 'node:http'
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https'
import { z } from 'zod'
import { HouseError, messageOf } from '../../../core/kit/errors.ts'

export interface InfluxAccess {
  readonly url: string
  readonly database: string
  readonly user?: string | undefined
  readonly password?: string | undefined
}

/** What came of a write: how many lines the server refused for good, and its words about it. */
export interface WriteOutcome {
  readonly rejected: number
  readonly words: string | null
}

/** The two endpoints every InfluxDB generation has: `/write` and `/query`. */
export interface InfluxClient {
  /**
   * Writes lines with times in ms. The server has them durably when this resolves, but for the `rejected`, which a repeat
   * would not mend. Throws `history/unavailable`.
   */
  write(lines: readonly string[], signal: AbortSignal): Promise<WriteOutcome>
  /** Runs InfluxQL statements; the rows of each. Throws `history/unavailable`. */
  query(statements: string, signal: AbortSignal): Promise<readonly InfluxRows[]>
  createDatabase(signal: AbortSignal): Promise<void>
  close(): void
}

/** Rows of one statement, each with its columns by name. Times are ms. */
export type InfluxRows = readonly Readonly<Record<string, string | number | boolean | null>>[]

const TIMEOUT_MS = 20_000

const Cell = z.union([z.string(), z.number(), z.boolean(), z.null()])
const Answer = z.object({
  error: z.string().optional(),
  results: z
    .array(
      z.object({
        error: z.string().optional(),
        series: z.array(z.object({ columns: z.array(z.string()), values: z.array(z.array(Cell)) })).optional(),
      }),
    )
    .optional(),
})

export function openInflux(access: InfluxAccess): InfluxClient {
  const isTls = access.url.startsWith('https:')
  const agent = isTls
    ? new HttpsAgent({ keepAlive: true, maxSockets: 8 })
    : new HttpAgent({ keepAlive: true, maxSockets: 8 })

  const post = async (path: string, type: string, body: string, signal: AbortSignal): Promise<Reply> => {
    const url = new URL(path, access.url.endsWith('/') ? access.url : `${access.url}/`)
    const headers: Record<string, string> = { 'content-type': type }
    if (access.user !== undefined) {
      headers.authorization = `Basic ${Buffer.from(`${access.user}:${access.password ?? ''}`).toString('base64')}`
    }
    const within = AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)])
    try {
      return await exchange(isTls, url, { body, headers, agent, signal: within })
    } catch (error) {
      if (signal.aborted) throw error
      throw unavailable(url.host, messageOf(error), error)
    }
  }

  const query = async (statements: string, signal: AbortSignal): Promise<readonly InfluxRows[]> => {
    const path = `query?${new URLSearchParams({ db: access.database, epoch: 'ms' }).toString()}`
    const body = new URLSearchParams({ q: statements }).toString()
    const reply = await post(path, 'application/x-www-form-urlencoded', body, signal)
    return rowsOf(reply, access.url)
  }

  return {
    write: async (lines, signal) => {
      const path = `write?${new URLSearchParams({ db: access.database, precision: 'ms' }).toString()}`
      return outcomeOf(await post(path, 'text/plain; charset=utf-8', lines.join('\n'), signal), access)
    },
    query,
    createDatabase: async (signal) => {
      await query(`CREATE DATABASE "${access.database.replace(/["\\]/g, '\\$&')}"`, signal)
    },
    close: () => agent.destroy(),
  }
}

interface Reply {
  readonly status: number
  readonly text: string
}

interface Exchange {
  readonly body: string
  readonly headers: Record<string, string>
  readonly agent: HttpAgent | HttpsAgent
  readonly signal: AbortSignal
}

function exchange(isTls: boolean, url: URL, { body, headers, agent, signal }: Exchange): Promise<Reply> {
  const start = isTls ? httpsRequest : httpRequest
  return new Promise((resolve, reject) => {
    const onReply = (message: IncomingMessage) => {
      textOf(message).then((text) => resolve({ status: message.statusCode ?? 0, text }), reject)
    }
    const size = Buffer.byteLength(body)
    const sent = start(url, { method: 'POST', headers: { ...headers, 'content-length': size }, agent, signal }, onReply)
    sent.on('error', reject)
    sent.end(body)
  })
}

async function textOf(message: IncomingMessage): Promise<string> {
  const parts: Buffer[] = []
  for await (const part of message) parts.push(part as Buffer)
  return Buffer.concat(parts).toString('utf8')
}

function outcomeOf({ status, text }: Reply, access: InfluxAccess): WriteOutcome {
  if (status === 204) return { rejected: 0, words: null }
  const words = errorWords(text)
  // The server has stored every other line of the request; sending these again would be refused again.
  if ((status === 400 || status === 422) && /partial write|unable to parse|field type conflict/.test(words)) {
    const counted = Number(/dropped=(\d+)/.exec(words)?.[1] ?? 0)
    const unparsed = words.match(/unable to parse/g)?.length ?? 0
    return { rejected: Math.max(1, counted + unparsed), words }
  }
  throw unavailable(access.url, `HTTP ${status} ${words}`, undefined, status)
}

function rowsOf({ status, text }: Reply, url: string): readonly InfluxRows[] {
  if (status !== 200) throw unavailable(url, `HTTP ${status} ${errorWords(text)}`, undefined, status)
  const answer = Answer.safeParse(parsed(text))
  if (!answer.success) throw unavailable(url, 'an answer that is no InfluxDB query result')
  const fault = answer.data.error ?? answer.data.results?.find((result) => result.error !== undefined)?.error
  if (fault !== undefined) throw unavailable(url, fault)
  return (answer.data.results ?? []).map(({ series }) =>
    (series ?? []).flatMap(({ columns, values }) =>
      values.map((row) => Object.fromEntries(columns.map((column, index) => [column, row[index] ?? null]))),
    ),
  )
}

function errorWords(text: string): string {
  const answer = z.object({ error: z.string() }).safeParse(parsed(text))
  return (answer.success ? answer.data.error : text).slice(0, 500)
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}

function unavailable(where: string, what: string, cause?: unknown, status = 0): HouseError {
  return new HouseError('history/unavailable', `InfluxDB at ${where}: ${what}`, { status }, cause)
}
