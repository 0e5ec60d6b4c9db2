import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { AlarmRate, MapLayer, MapLayers } from '../../../../core/contract/map.ts'
import { type Answer, jsonBody, openControlWeb } from '../http/control-web.ts'

let web: Awaited<ReturnType<typeof openControlWeb>>
let technician: { cookie: string }
beforeAll(async () => {
  web = await openControlWeb()
  technician = await web.signedIn('technician')
})
afterAll(() => web[Symbol.asyncDispose]())

const outline = (east: number) =>
  JSON.stringify({
    type: 'FeatureCollection',
    features: [
      {
        type: 'Feature',
        properties: { name: '边界', secret: 'x' },
        geometry: {
          type: 'LineString',
          coordinates: [
            [112, 36],
            [east, 36.5],
          ],
        },
      },
    ],
  })
const SAID = { title: '全县轮廓', datum: 'cgcs2000', role: 'outline', boundary: 'yes', review: 'XS(2026)001' }
const EDGES = { title: '航拍', datum: 'wgs84', west: '112', south: '36', east: '113', north: '36.5' }

function send(
  path: string,
  body: string | Uint8Array<ArrayBuffer>,
  said: Record<string, string>,
  cookie?: string,
): Promise<Answer> {
  return web.ask(`${path}?${new URLSearchParams(said).toString()}`, {
    method: 'POST',
    body,
    headers: { cookie: cookie ?? technician.cookie, 'content-type': 'application/octet-stream' },
  })
}
const add = (body: string, said: Record<string, string> = SAID, cookie?: string) =>
  send('/api/map/layers', body, said, cookie)
const layers = async () =>
  MapLayers.parse((await web.ask('/api/map/layers', { headers: { cookie: technician.cookie } })).json).layers

describe('the county’s map', () => {
  it('takes GeoJSON of a technician, written anew under the hash of its bytes, and tells the ledger', async () => {
    const layer = MapLayer.parse((await add(outline(113))).json)
    expect(layer).toMatchObject({
      title: '全县轮廓',
      role: 'outline',
      boundary: true,
      review: 'XS(2026)001',
      vertices: 2,
    })
    expect(layer.extent).toEqual([112, 36, 113, 36.5])
    const { text, headers } = await web.ask(`/api/map/layers/${layer.id}`, { headers: { cookie: technician.cookie } })
    expect(headers.get('content-type')).toMatch(/^application\/geo\+json/)
    expect(headers.get('cache-control')).toMatch(/immutable/)
    expect([text.includes('secret'), Buffer.byteLength(text)]).toEqual([false, layer.bytes])
    const { entries } = await web.desk.ledger({ after: 0, limit: 1_000, subject: layer.id })
    expect(entries.map(({ act }) => act)).toEqual(['map-layer-added'])
    expect((await add(outline(113))).status).toBe(409)
  })

  it('refuses with words: boundaries without review number, GCJ-02, what is no GeoJSON, what is too long', async () => {
    const noReview = await add(outline(114), { ...SAID, review: '' })
    expect([noReview.status, noReview.text]).toEqual([400, expect.stringMatching(/review number/)])
    const shifted = await add(outline(114), { ...SAID, datum: 'gcj02' })
    expect([shifted.status, shifted.text]).toEqual([400, expect.stringMatching(/shifted by 300 to 700 m/)])
    expect((await add('{"type":"Topology"}')).text).toMatch(/FeatureCollection, came Topology/)
    expect((await add(outline(114).padEnd((20 << 20) + 1))).status).toBe(413)
    expect((await add(outline(114), { ...SAID, role: 'imagery' })).status).toBe(400)
  })

  it('is changed by technicians and administrators only', async () => {
    for (const role of ['viewer', 'operator', 'duty-leader'] as const) {
      const { cookie } = await web.signedIn(role)
      expect((await add(outline(115), SAID, cookie)).status).toBe(403)
      expect((await web.ask('/api/map/layers', { headers: { cookie } })).status).toBe(200)
    }
  })

  it('takes a picture with its edges, encoded anew, and refuses what is none', async () => {
    const picture = await sharp({ create: { width: 40, height: 20, channels: 3, background: '#345' } })
      .withExif({ IFD0: { Copyright: 'somebody' } })
      .jpeg()
      .toBuffer()
    const layer = MapLayer.parse((await send('/api/map/images', new Uint8Array(picture), EDGES)).json)
    expect([layer.role, layer.extent]).toEqual(['imagery', [112, 36, 113, 36.5]])
    const kept = await fetch(`${web.url}/api/map/layers/${layer.id}`, { headers: { cookie: technician.cookie } })
    const { format, width, exif } = await sharp(new Uint8Array(await kept.arrayBuffer())).metadata()
    expect([kept.headers.get('content-type'), format, width, exif]).toEqual(['image/jpeg', 'jpeg', 40, undefined])
    const svg = '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>'
    expect((await send('/api/map/images', new TextEncoder().encode(svg), EDGES)).text).toMatch(/JPEG or PNG/)
    const cut = new Uint8Array(picture.subarray(0, picture.length - 30))
    expect((await send('/api/map/images', cut, EDGES)).status).toBe(400)
    expect((await send('/api/map/images', new Uint8Array(picture), { ...EDGES, east: '111' })).text).toMatch(
      /west before east/,
    )
  })

  it('is put in order and taken apart, each as it is known', async () => {
    await add(outline(116))
    const before = (await layers()).map(({ id }) => id)
    const order = (ids: readonly string[]) =>
      web.ask('/api/map/order', {
        method: 'POST',
        body: JSON.stringify({ layers: ids }),
        headers: { ...jsonBody(null).headers, cookie: technician.cookie },
      })
    expect((await order(before.slice(1))).status).toBe(409)
    expect(MapLayers.parse((await order(before.toReversed())).json).layers.map(({ id }) => id)).toEqual(
      before.toReversed(),
    )
    const gone = before[0] ?? ''
    const remove = () =>
      web.ask(`/api/map/layers/${gone}`, { method: 'DELETE', headers: { cookie: technician.cookie } })
    expect([(await remove()).status, (await remove()).status]).toEqual([200, 404])
    expect((await layers()).map(({ id }) => id)).toEqual(before.slice(1).toReversed())
    expect((await web.ask(`/api/map/layers/${gone}`, { headers: { cookie: technician.cookie } })).status).toBe(404)
  })
})

describe('the rate of alarms', () => {
  it('counts new ones by 10 minutes as they came, and only of sites the caller may see', async () => {
    await web.raise()
    const now = Date.now()
    const ask = async (cookie: string) =>
      AlarmRate.parse(
        (await web.ask(`/api/alarms/rate?from=${now - 86_400_000}&to=${now + 1_000}`, { headers: { cookie } })).json,
      )
    const { cookie, user } = await web.signedIn('viewer')
    const { from, counts } = await ask(cookie)
    expect([from % 600_000, counts.length >= 144 && counts.length <= 146]).toEqual([0, true])
    expect(counts.reduce((sum, count) => sum + count, 0)).toBe(1)
    expect(counts[Math.floor((now - from) / 600_000)]).toBe(1)
    const scope = JSON.stringify({ of: 'places', towns: ['no such town'], villages: [] })
    await web.db.transaction((q) => q.run('update users set scope = ? where name = ?', scope, user))
    expect((await ask(cookie)).counts.every((count) => count === 0)).toBe(true)
  })

  it('is refused for no time and for more than a week', async () => {
    for (const [from, to] of [
      [2_000, 1_000],
      [0, 8 * 86_400_000],
    ]) {
      const { status } = await web.ask(`/api/alarms/rate?from=${from}&to=${to}`, {
        headers: { cookie: technician.cookie },
      })
      expect(status).toBe(400)
    }
  })
})
