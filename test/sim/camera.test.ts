import { createHash } from 'node:crypto'
import { afterEach, describe, expect, it } from 'vitest'
import { type Clock, systemClock } from '../../platform/clock.ts'
import type { Sight } from '../../sim/camera/alert.ts'
import { serveCamera } from '../../sim/camera/server.ts'
import type { Listener } from '../../sim/listen.ts'

let camera: Listener | null = null
afterEach(async () => {
  await camera?.close()
  camera = null
})

/** A hundred times as fast, so that a repeat a second is one every 10 ms. */
const fast: Clock = { ...systemClock, sleep: (ms, signal) => systemClock.sleep(ms / 100, signal) }

async function start(sees: () => Sight | null): Promise<string> {
  const credentials = { user: 'watch', password: 'secret' }
  camera = await serveCamera({ name: 'test', host: '127.0.0.1', port: 0, channel: 1, credentials, clock: fast, sees })
  return `http://127.0.0.1:${camera.port}`
}

describe('a simulated camera', () => {
  it('refuses whoever does not know the password', async () => {
    const base = await start(() => null)
    const bare = await fetch(`${base}/ISAPI/Streaming/channels/101/picture`)
    expect(bare.status).toBe(401)
    expect(bare.headers.get('www-authenticate')).toMatch(/^Digest realm=.*qop="auth", nonce=/)
    expect((await get(base, '/ISAPI/Streaming/channels/101/picture', 'wrong')).status).toBe(401)
  })

  it('repeats an event while it lasts, with a count that grows, and beats while nothing happens', async () => {
    let sight: Sight | null = { event: 'fielddetection', target: 'vehicle' }
    const base = await start(() => sight)
    const response = await get(base, '/ISAPI/Event/notification/alertStream', 'secret')
    expect(response.headers.get('content-type')).toBe('multipart/mixed; boundary=boundary')
    const events: { count: number; event: string; state: string; target: string | undefined }[] = []
    for await (const part of partsOf(response)) {
      const field = (name: string) => new RegExp(`<${name}>(.*)</${name}>`).exec(part)?.[1]
      events.push({
        count: Number(field('activePostCount')),
        event: field('eventType')!,
        state: field('eventState')!,
        target: field('detectionTarget'),
      })
      if (events.filter(({ state }) => state === 'active').length === 3) sight = null
      if (events.filter(({ event }) => event === 'videoloss').length === 3) break
    }
    const seen = events.filter(({ state }) => state === 'active')
    expect(seen.slice(0, 3).map(({ count }) => count)).toEqual([1, 2, 3])
    expect(seen.every(({ event, target }) => event === 'fielddetection' && target === 'vehicle')).toBe(true)
    const beats = events.filter(({ event }) => event === 'videoloss')
    expect(beats.every(({ state, count }) => state === 'inactive' && count === 0)).toBe(true)
  })

  it('gives small JPEG pictures, each with bytes of its own', async () => {
    const base = await start(() => ({ event: 'linedetection', target: 'human' }))
    const hashes = new Set<string>()
    for (let turn = 0; turn < 3; turn++) {
      const response = await get(base, '/ISAPI/Streaming/channels/101/picture', 'secret')
      const jpeg = Buffer.from(await response.arrayBuffer())
      expect(response.headers.get('content-type')).toBe('image/jpeg')
      expect([jpeg.readUInt16BE(0), jpeg.readUInt16BE(2), jpeg.readUInt16BE(jpeg.length - 2)]).toEqual([
        0xffd8, 0xfffe, 0xffd9,
      ])
      expect(jpeg.length).toBeLessThan(40_960)
      hashes.add(createHash('sha256').update(jpeg).digest('hex'))
      await systemClock.sleep(2)
    }
    expect(hashes.size).toBe(3)
  })
})

/** GET with digest authentication written out by hand from RFC 7616. */
async function get(base: string, uri: string, password: string): Promise<Response> {
  const first = await fetch(base + uri)
  const asked = first.headers.get('www-authenticate') ?? ''
  await first.body?.cancel()
  const [realm, nonce] = ['realm', 'nonce'].map((name) => new RegExp(`${name}="([^"]*)"`).exec(asked)?.[1] ?? '')
  const md5 = (text: string) => createHash('md5').update(text).digest('hex')
  const answer = md5(`${md5(`watch:${realm}:${password}`)}:${nonce}:00000001:abc:auth:${md5(`GET:${uri}`)}`)
  const authorization = `Digest username="watch", realm="${realm}", nonce="${nonce}", uri="${uri}", qop=auth, nc=00000001, cnonce="abc", response="${answer}"`
  return fetch(base + uri, { headers: { authorization } })
}

async function* partsOf(response: Response): AsyncGenerator<string> {
  const decoder = new TextDecoder()
  let text = ''
  for await (const chunk of response.body!) {
    text += decoder.decode(chunk, { stream: true })
    for (;;) {
      const head = /--boundary\r\n[\s\S]*?Content-Length: (\d+)\r\n\r\n/.exec(text)
      if (head === null) break
      const from = head.index + head[0].length
      const to = from + Number(head[1])
      if (text.length < to) break
      yield text.slice(from, to)
      text = text.slice(to)
    }
  }
}
