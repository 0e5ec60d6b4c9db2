import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { gunzipSync } from 'node:zlib'

interface Asked {
  readonly method: string
  readonly url: URL
  readonly authorization: string
  readonly type: string
  readonly encoding: string
  readonly body: string
}

interface Answer {
  readonly status: number
  readonly body?: unknown
}

export interface InfluxDouble extends AsyncDisposable {
  readonly url: string
  /** Lines that were stored, in the order they came. */
  readonly stored: string[]
  /** Requests by method and path. */
  readonly asked: string[]
  /** Buckets there are. */
  readonly buckets: Set<string>
}

/**
 * Stands in for InfluxDB 2.x and 3.x, which Debian has not: it checks path, headers and body of each request as their documentation
 * demands, stores lines in memory, and refuses each line in which the word `poison` stands, in the words of its generation.
 */
export async function startInfluxDouble(generation: 'v2' | 'v3', everySeconds = 0): Promise<InfluxDouble> {
  const stored: string[] = []
  const asked: string[] = []
  const buckets = new Set<string>()
  const world: World = { stored, buckets, everySeconds }
  const server = createServer((request, response) => {
    void readBody(request).then((body) => {
      const url = new URL(request.url ?? '/', 'http://double')
      asked.push(`${request.method} ${url.pathname}`)
      const { authorization = '', 'content-type': type = '', 'content-encoding': encoding = '' } = request.headers
      const one: Asked = { method: request.method ?? '', url, authorization, type, encoding, body }
      const { status, body: answer } = generation === 'v2' ? answerOfV2(one, world) : answerOfV3(one, world)
      const version = generation === 'v2' ? 'v2.7.11' : '3.2.1'
      response.writeHead(status, { 'x-influxdb-version': version, 'content-type': 'application/json' })
      response.end(answer === undefined ? undefined : JSON.stringify(answer))
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    stored,
    asked,
    buckets,
    [Symbol.asyncDispose]: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

interface World {
  readonly stored: string[]
  readonly buckets: Set<string>
  readonly everySeconds: number
}

const ORG_ID = '0123456789abcdef'

function answerOfV2(asked: Asked, { stored, buckets, everySeconds }: World): Answer {
  const { method, url, authorization, body } = asked
  const query = url.searchParams
  if (url.pathname === '/ping') return { status: 204 }
  if (authorization !== 'Token secret')
    return { status: 401, body: { code: 'unauthorized', message: 'unauthorized access' } }
  switch (`${method} ${url.pathname}`) {
    case 'GET /api/v2/orgs':
      return { status: 200, body: { orgs: query.get('org') === 'county' ? [{ id: ORG_ID, name: 'county' }] : [] } }
    case 'GET /api/v2/buckets':
      return buckets.has(query.get('name') ?? '')
        ? { status: 200, body: { buckets: [{ id: 'b', retentionRules: [{ type: 'expire', everySeconds }] }] } }
        : { status: 404, body: { code: 'not found', message: `bucket "${query.get('name')}" not found` } }
    case 'POST /api/v2/buckets': {
      const { orgID, name } = JSON.parse(body) as { orgID: string; name: string }
      if (orgID !== ORG_ID) return { status: 400, body: { code: 'invalid', message: 'organization unknown' } }
      buckets.add(name)
      return { status: 201, body: { id: 'b', name } }
    }
    case 'POST /api/v2/write': {
      const isAsked = query.get('org') === 'county' && query.get('precision') === 'ms' && isLines(asked)
      if (!isAsked) return { status: 400, body: { code: 'invalid', message: `not asked as documented: ${url.search}` } }
      if (!buckets.has(query.get('bucket') ?? '')) {
        return { status: 404, body: { code: 'not found', message: 'bucket not found' } }
      }
      const poison = body.split('\n').find((line) => line.includes('poison'))
      // A line that cannot be parsed makes 2.x refuse the whole request.
      if (poison !== undefined) {
        return { status: 400, body: { code: 'invalid', message: `unable to parse '${poison}': invalid field format` } }
      }
      stored.push(...body.split('\n'))
      return { status: 204 }
    }
    default:
      return { status: 404, body: { code: 'not found', message: 'path not found' } }
  }
}

function answerOfV3(asked: Asked, { stored }: World): Answer {
  const { method, url, authorization, body } = asked
  const query = url.searchParams
  if (authorization !== 'Bearer secret') return { status: 401, body: { error: 'the request was not authenticated' } }
  if (url.pathname === '/ping') return { status: 200, body: { version: '3.2.1' } }
  if (`${method} ${url.pathname}` !== 'POST /api/v3/write_lp') return { status: 404, body: { error: 'not found' } }
  const isAsked = query.get('db') === 'pits' && query.get('precision') === 'millisecond' && isLines(asked)
  if (!isAsked || query.get('accept_partial') !== 'true' || query.get('no_sync') !== 'false') {
    return { status: 400, body: { error: `not asked as documented: ${url.search}` } }
  }
  const lines = body.split('\n')
  const data = lines.flatMap((line, index) =>
    line.includes('poison')
      ? [{ original_line: line, line_number: index + 1, error_message: 'invalid column type' }]
      : [],
  )
  stored.push(...lines.filter((line) => !line.includes('poison')))
  return data.length === 0
    ? { status: 204 }
    : { status: 400, body: { error: 'partial write of line protocol occurred', data } }
}

function isLines({ type, body }: Asked): boolean {
  const line = /^[a-z_]+(,(device|group|point|site)=[^ ,]+){4} \S+ \d{13}$/
  return type.startsWith('text/plain') && body.split('\n').every((one) => line.test(one))
}

async function readBody(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = []
  for await (const part of request) parts.push(part as Buffer)
  const body = Buffer.concat(parts)
  const text = (request.headers['content-encoding'] === 'gzip' ? gunzipSync(body) : body).toString('utf8')
  return text.replace(/\n$/, '')
}
