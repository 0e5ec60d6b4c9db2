import { z } from 'zod'
import { isHouseError } from '../../../core/kit/errors.ts'
import type { Log } from '../../../platform/log.ts'
import { type InfluxHttp, openInfluxHttp, parsedJson, type Reply, unavailable, wordsOf } from './influx-http.ts'

export interface InfluxAccess {
  readonly url: string
  /** The database, or bucket, of all readings. */
  readonly database: string
  readonly org?: string | undefined
  readonly user?: string | undefined
  readonly password?: string | undefined
  readonly token?: string | undefined
  /** How to write; null = what the server says it is. */
  readonly api: InfluxApi | null
  /** Compresses what is written; null = unless the server is on this machine. */
  readonly gzip: boolean | null
}

export type InfluxApi = 'v1' | 'v2' | 'v3'
/** What answers at the URL. */
export type ServerKind = InfluxApi | 'victoriametrics'

/** What came of a write. `refused` = the server will never take one or some of the lines; the others it may have stored. */
export type WriteOutcome =
  { readonly is: 'stored' } | { readonly is: 'refused'; readonly words: string; readonly dropped: number | null }

/** One server that takes line protocol: InfluxDB 1.x, 2.x, 3.x or VictoriaMetrics. */
export interface InfluxServer {
  /** Asks, once, what answers there, and makes the database where it is missing. Throws `history/unavailable`. */
  ready(signal: AbortSignal): Promise<ServerKind>
  /** Asks anew at the next `ready`. */
  doubt(): void
  /** Writes lines with times in ms; they are durable at the server when it answers `stored`. Throws `history/unavailable`. */
  write(lines: string, signal: AbortSignal): Promise<WriteOutcome>
  /** Runs InfluxQL. Throws `history/unavailable`. */
  query(statements: string, signal: AbortSignal): Promise<readonly InfluxRows[]>
  /** The body of a GET, as text and as JSON. Throws `history/unavailable`. */
  text(path: string, signal: AbortSignal): Promise<string>
  get(path: string, signal: AbortSignal): Promise<unknown>
  /** How long the server keeps readings, in its own words (`720h0m0s`, `30d`, seconds), `0` for ever; null when it does not say. */
  retention(signal: AbortSignal): Promise<string | null>
  close(): void
}

/** Rows of one statement, each with its columns by name. Times are ms. */
export type InfluxRows = readonly Readonly<Record<string, string | number | boolean | null>>[]

export function openInfluxServer(access: InfluxAccess, log: Log): InfluxServer {
  const http = openInfluxHttp(access.url)
  const isGzip = access.gzip ?? !isHere(access.url)
  let found: ServerKind | null = null
  const kind = () => found ?? access.api ?? 'v1'
  const send = (method: 'GET' | 'POST', path: string, signal: AbortSignal, body?: string) =>
    http.send({ method, path, headers: headersOf(access, kind()), ...(body === undefined ? {} : { body }) }, signal)
  const query = async (statements: string, signal: AbortSignal) => {
    const path = `query?${params({ db: access.database, epoch: 'ms' })}`
    const headers = { ...headersOf(access, kind()), 'content-type': 'application/x-www-form-urlencoded' }
    const reply = await http.send({ method: 'POST', path, headers, body: params({ q: statements }) }, signal)
    return rowsOf(reply, access.url)
  }
  const text = async (path: string, signal: AbortSignal) => {
    const reply = await send('GET', path, signal)
    if (reply.status !== 200) throw refusal(access, reply)
    return reply.text
  }
  const get = async (path: string, signal: AbortSignal) => parsedJson(await text(path, signal))
  const asking: Asking = { access, query, get, text, post: (path, body, signal) => send('POST', path, signal, body) }

  return {
    ready: async (signal) => {
      if (found !== null) return found
      const asked = access.api === 'v1' || access.api === null ? await kindAt(http, access, signal) : access.api
      // A server that is VictoriaMetrics stays one, whatever way of writing it is to be taken for.
      found = asked === 'victoriametrics' ? asked : (access.api ?? asked)
      try {
        await createDatabase(found, asking, { log, signal })
      } catch (error) {
        found = null
        throw error
      }
      return found
    },
    doubt: () => {
      found = null
    },
    write: async (lines, signal) => {
      const headers = { ...headersOf(access, kind()), 'content-type': 'text/plain; charset=utf-8' }
      const path = writePath(access, kind())
      return outcomeOf(await http.send({ method: 'POST', path, headers, body: lines, isGzip }, signal), access)
    },
    query,
    text,
    get,
    retention: (signal) => retentionOf(kind(), asking, signal),
    close: () => http.close(),
  }
}

function isHere(url: string): boolean {
  const { hostname } = new URL(url)
  return hostname === 'localhost' || hostname === '[::1]' || hostname.startsWith('127.')
}

function params(values: Readonly<Record<string, string>>): string {
  return new URLSearchParams(values).toString()
}

function headersOf({ user, password, token }: InfluxAccess, kind: ServerKind): Record<string, string> {
  if (token !== undefined) return { authorization: `${kind === 'v1' || kind === 'v2' ? 'Token' : 'Bearer'} ${token}` }
  if (user === undefined) return {}
  return { authorization: `Basic ${Buffer.from(`${user}:${password ?? ''}`).toString('base64')}` }
}

function writePath({ database, org, api }: InfluxAccess, kind: ServerKind): string {
  if (kind === 'v3') {
    return `api/v3/write_lp?${params({ db: database, precision: 'millisecond', accept_partial: 'true', no_sync: 'false' })}`
  }
  if (kind === 'v2' || (kind === 'victoriametrics' && api === 'v2')) {
    return `api/v2/write?${params({ org: org ?? '', bucket: database, precision: 'ms' })}`
  }
  return `write?${params({ db: database, precision: 'ms' })}`
}

/** Every generation tells its version when pinged; VictoriaMetrics answers without one and says its name elsewhere. */
async function kindAt(http: InfluxHttp, access: InfluxAccess, signal: AbortSignal): Promise<ServerKind> {
  const headers = headersOf(access, access.api ?? 'v3')
  const ping = await http.send({ method: 'GET', path: 'ping', headers }, signal)
  const version = ping.header('x-influxdb-version')
  if (version !== null) return /^v?3\./.test(version) ? 'v3' : /^v?2\./.test(version) ? 'v2' : 'v1'
  if (ping.status === 401 || ping.status === 403) throw refusal(access, ping)
  const health = await http.send({ method: 'GET', path: '-/healthy', headers }, signal)
  return health.text.includes('VictoriaMetrics') ? 'victoriametrics' : 'v1'
}

interface Asking {
  readonly access: InfluxAccess
  readonly query: InfluxServer['query']
  readonly get: InfluxServer['get']
  readonly text: InfluxServer['text']
  readonly post: (path: string, body: string, signal: AbortSignal) => Promise<Reply>
}

interface Deps {
  readonly log: Log
  readonly signal: AbortSignal
}

/** Makes the database where the server lets us; one that may only write cannot, and then the write tells whether it is there. */
async function createDatabase(kind: ServerKind, asking: Asking, { log, signal }: Deps): Promise<void> {
  const { database } = asking.access
  try {
    if (kind === 'v1') await asking.query(`CREATE DATABASE "${database.replace(/["\\]/g, '\\$&')}"`, signal)
    if (kind === 'v2' && (await bucketOf(asking, signal)) === null) await createBucket(asking, signal)
  } catch (error) {
    const status = isHouseError(error, 'history/unavailable') ? error.facts.status : null
    if (status !== 401 && status !== 403) throw error
    log.info({ database }, 'the history may not create its database; it must be there already')
  }
}

const Buckets = z.object({
  buckets: z.array(z.object({ retentionRules: z.array(z.object({ everySeconds: z.number() })).default([]) })),
})
const Orgs = z.object({ orgs: z.array(z.object({ id: z.string() })) })

async function bucketOf({ access, get }: Asking, signal: AbortSignal) {
  try {
    const path = `api/v2/buckets?${params({ org: access.org ?? '', name: access.database })}`
    return Buckets.parse(await get(path, signal)).buckets[0] ?? null
  } catch (error) {
    if (isHouseError(error, 'history/unavailable') && error.facts.status === 404) return null
    throw error
  }
}

async function createBucket({ access, get, post }: Asking, signal: AbortSignal): Promise<void> {
  const { orgs } = Orgs.parse(await get(`api/v2/orgs?${params({ org: access.org ?? '' })}`, signal))
  const orgID = orgs[0]?.id
  if (orgID === undefined)
    throw unavailable(access.url, `it has no organization ${access.org ?? ''}: correct history.org`)
  const reply = await post(
    'api/v2/buckets',
    JSON.stringify({ orgID, name: access.database, retentionRules: [] }),
    signal,
  )
  if (reply.status !== 201) throw refusal(access, reply)
}

/** VictoriaMetrics lists its flags among its metrics, where nobody has forbidden to read them. */
const RETENTION_FLAG = /^flag\{name="retentionPeriod", ?value="([^"]*)"/m

async function retentionOf(kind: ServerKind, asking: Asking, signal: AbortSignal): Promise<string | null> {
  if (kind === 'v3') return null
  try {
    if (kind === 'victoriametrics') return RETENTION_FLAG.exec(await asking.text('metrics', signal))?.[1] ?? null
    if (kind === 'v2') {
      const bucket = await bucketOf(asking, signal)
      return bucket === null ? null : `${bucket.retentionRules[0]?.everySeconds ?? 0}s`
    }
    const [policies] = await asking.query(`SHOW RETENTION POLICIES ON "${asking.access.database}"`, signal)
    const used = policies?.find((policy) => policy.default === true)
    return used === undefined ? null : String(used.duration)
  } catch (error) {
    const status = isHouseError(error, 'history/unavailable') ? Number(error.facts.status) : 0
    // What it may not tell is not known; a server that is away is another matter.
    if (status >= 400 && status < 500) return null
    throw error
  }
}

/** What a server says of lines that it will never take. Anything else it refuses is a matter of access or of its own. */
const ABOUT_LINES =
  /partial write|unable to parse|parsing failed|field type conflict|beyond retention|line protocol|max key length|time outside range/i

function outcomeOf(reply: Reply, access: InfluxAccess): WriteOutcome {
  const { status } = reply
  if (status >= 200 && status < 300) return { is: 'stored' }
  const words = wordsOf(reply)
  if (((status === 400 || status === 422) && ABOUT_LINES.test(words)) || status === 413) {
    const dropped = /dropped=(\d+)/.exec(words)?.[1]
    return { is: 'refused', words, dropped: dropped === undefined ? null : Number(dropped) }
  }
  throw refusal(access, reply)
}

function refusal({ url, database }: InfluxAccess, reply: Reply) {
  const { status } = reply
  const what =
    status === 401 || status === 403
      ? 'it does not let us in: check history.user and its password, or history.token'
      : status === 404
        ? `it has no database ${database}, and we may not make it: create it there`
        : 'it answered'
  return unavailable(url, `${what} (HTTP ${status} ${wordsOf(reply)})`, { status })
}

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

function rowsOf(reply: Reply, url: string): readonly InfluxRows[] {
  const { status, text } = reply
  if (status !== 200) throw unavailable(url, `HTTP ${status} ${wordsOf(reply)}`, { status })
  const answer = Answer.safeParse(parsedJson(text))
  if (!answer.success) throw unavailable(url, 'an answer that is no InfluxQL result')
  const fault = answer.data.error ?? answer.data.results?.find((result) => result.error !== undefined)?.error
  if (fault !== undefined) throw unavailable(url, fault, { status })
  return (answer.data.results ?? []).map(({ series }) =>
    (series ?? []).flatMap(({ columns, values }) =>
      values.map((row) => Object.fromEntries(columns.map((column, index) => [column, row[index] ?? null]))),
    ),
  )
}
