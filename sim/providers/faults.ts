import type { IncomingMessage, ServerResponse } from 'node:http'

/**
 * How a provider misbehaves. `error-200`: its own error inside HTTP 200. `timeout`: it takes the request and never answers. `half-open`: the same, and
 * nobody is at the other end. `slow-loris`: an answer, a byte a second. `endless`: an answer without end. `broken`: half an answer.
 * `not-json`: a page of a proxy, with 200.
 */
export type ProviderFault =
  | 'none'
  | 'throttle'
  | 'error-200'
  | 'timeout'
  | 'half-open'
  | 'slow-loris'
  | 'endless'
  | 'broken'
  | 'not-json'
  | 'redirect'
  | 'hang-up'
  | '500'

const SLOW_MS = 1_000
const MOST_BYTES = 64 << 10

/**
 * Does what a fault wants with a request that would have been answered by `good`; answers whether there is still an answer to give.
 * `throttle` and `error-200` are the provider's own to say.
 */
export function misbehave(fault: ProviderFault, response: ServerResponse): boolean {
  switch (fault) {
    case 'none':
    case 'throttle':
    case 'error-200':
      return true
    case 'timeout':
      return false
    case 'half-open':
      response.socket?.removeAllListeners('data')
      response.socket?.pause()
      return false
    case 'slow-loris':
      drip(response)
      return false
    case 'endless':
      pour(response)
      return false
    case 'broken':
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': '100' })
      response.write('{"errcode":0,"code":0,"Co', () => response.destroy())
      return false
    case 'not-json':
      response.writeHead(200, { 'content-type': 'text/html' }).end('<html>please sign in to the network</html>')
      return false
    case 'redirect':
      response.writeHead(302, { location: '/elsewhere' }).end()
      return false
    case 'hang-up':
      response.socket?.destroy()
      return false
    case '500':
      response.writeHead(500, { 'content-type': 'text/plain' }).end('internal error')
      return false
  }
}

function drip(response: ServerResponse): void {
  response.writeHead(200, { 'content-type': 'application/json' })
  const timer = setInterval(() => response.write(' '), SLOW_MS)
  response.write(' ')
  response.on('close', () => clearInterval(timer))
}

function pour(response: ServerResponse): void {
  response.writeHead(200, { 'content-type': 'application/json' })
  const more = () => {
    if (!response.destroyed) response.write(' '.repeat(4_096), () => setImmediate(more))
  }
  more()
}

/** The body of a request, at most 64 KB; null for more. */
export async function bodyOf(request: IncomingMessage): Promise<string | null> {
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of request) {
    if (!(chunk instanceof Uint8Array)) return null
    const part = Buffer.from(chunk)
    bytes += part.length
    if (bytes > MOST_BYTES) return null
    chunks.push(part)
  }
  return Buffer.concat(chunks).toString('utf8')
}

export function answerJson(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' })
  response.end(JSON.stringify(body))
}
