import { writeFile } from 'node:fs/promises'
import { get } from 'node:http'
import { join } from 'node:path'
import { gunzipSync, gzipSync } from 'node:zlib'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { WebSocket } from 'ws'
import { LiveMessage } from '../../../../core/contract/live.ts'
import { takesGzip } from '../../../../dashboard/server/http/compress.ts'
import { until } from '../../../support/until.ts'
import { edge } from '../ingest/edge.ts'
import { type Answer, jsonBody, openControlWeb } from './control-web.ts'

interface Raw extends Pick<Answer, 'status'> {
  readonly encoding: string | undefined
  readonly vary: string | undefined
  readonly bytes: Buffer
}

/** Asks without unpacking what comes. */
function askRaw(url: string, headers: Record<string, string>): Promise<Raw> {
  return new Promise((resolve, reject) => {
    get(url, { headers }, (answer) => {
      const parts: Buffer[] = []
      const { statusCode: status = 0, headers: told } = answer
      answer.on('data', (part: Buffer) => parts.push(part))
      answer.on('end', () =>
        resolve({ status, encoding: told['content-encoding'], vary: told.vary, bytes: Buffer.concat(parts) }),
      )
    }).on('error', reject)
  })
}

describe('a long answer', () => {
  it('comes compressed to whoever takes it so, and says the same', async () => {
    await using web = await openControlWeb()
    const { cookie } = await web.signedIn('viewer')
    const plain = await askRaw(`${web.url}/api/openapi.json`, { cookie })
    const packed = await askRaw(`${web.url}/api/openapi.json`, { cookie, 'accept-encoding': 'gzip, deflate, br' })
    expect([plain.status, plain.encoding, packed.status, packed.encoding]).toEqual([200, undefined, 200, 'gzip'])
    expect([plain.vary, packed.vary]).toEqual(['accept-encoding', 'accept-encoding'])
    expect(gunzipSync(packed.bytes).equals(plain.bytes)).toBe(true)
    expect(packed.bytes.length).toBeLessThan(plain.bytes.length / 4)
  })

  it('is left as it is where it is short, or answers what a person has sent', async () => {
    await using web = await openControlWeb()
    const { cookie } = await web.signedIn('viewer')
    const short = await askRaw(`${web.url}/api/session`, { cookie, 'accept-encoding': 'gzip' })
    expect([short.status, short.encoding]).toEqual([200, undefined])
    const { cookie: operator } = await web.signedIn('operator')
    await web.raise()
    const [alarm] = await web.desk.open()
    const note = jsonBody({ note: 'on the way '.repeat(40) })
    const answer = await web.ask(`/api/alarms/${alarm?.id ?? ''}/acknowledge`, {
      method: 'POST',
      ...note,
      headers: { ...note.headers, cookie: operator, 'accept-encoding': 'gzip' },
    })
    expect([answer.status, answer.text.length > 1_024]).toEqual([200, true])
    expect(answer.headers.get('content-encoding')).toBeNull()
  })

  it('of the page is the copy that was compressed when it was built', async () => {
    await using web = await openControlWeb()
    const html = `<!doctype html><title>Pitwatch</title>${' '.repeat(2_000)}`
    await web.page('index.html', html)
    await writeFile(join(web.pageFolder, 'index.html.gz'), gzipSync(html))
    const packed = await askRaw(`${web.url}/`, { 'accept-encoding': 'gzip' })
    expect([packed.encoding, gunzipSync(packed.bytes).toString()]).toEqual(['gzip', html])
    const plain = await askRaw(`${web.url}/`, {})
    expect([plain.encoding, plain.bytes.toString()]).toEqual([undefined, html])
  })

  it('is compressed for no list of codings that refuses it', () => {
    expect(['gzip', 'br, gzip;q=0.5', '*', 'GZIP;q=0'].map(takesGzip)).toEqual([true, true, true, false])
    expect([undefined, '', 'br', 'gzip;q=0', '*, gzip;q=0.000'].map(takesGzip)).toEqual([
      false,
      false,
      false,
      false,
      false,
    ])
    fc.assert(fc.property(fc.string(), (text) => typeof takesGzip(text) === 'boolean'))
  })
})

describe('a long message of the feed', () => {
  it('comes compressed to a client that takes it so', async () => {
    await using web = await openControlWeb()
    const { cookie } = await web.signedIn('viewer')
    const about = edge().about()
    for (let n = 0; n < 40; n++) web.county.nodeBorn({ ...about, site: { ...about.site, id: `pit-${n}` } })
    const bytesOf = async (perMessageDeflate: boolean) => {
      const socket = new WebSocket(`${web.url.replace('http', 'ws')}/api/live`, {
        headers: { cookie },
        perMessageDeflate,
      })
      let wire = () => 0
      const heard: LiveMessage[] = []
      socket.on('upgrade', ({ socket: line }) => (wire = () => line.bytesRead))
      socket.on('message', (data) => heard.push(LiveMessage.parse(JSON.parse((data as Buffer).toString()))))
      const first = await until('the snapshot', () => heard[0])
      const bytes = wire()
      socket.terminate()
      expect(first.type === 'snapshot' && first.sites.length).toBe(41)
      return bytes
    }
    expect(await bytesOf(true)).toBeLessThan((await bytesOf(false)) / 4)
  })
})
