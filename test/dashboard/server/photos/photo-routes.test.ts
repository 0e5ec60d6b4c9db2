import { createHash, randomUUID } from 'node:crypto'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Alarm } from '../../../../core/contract/alarm.ts'
import { LedgerPage } from '../../../../core/contract/http.ts'
import { openControlWeb } from '../http/control-web.ts'

/** A photo as a phone makes it: on its side, and saying where it was taken. */
function photo(width = 3_000, height = 2_000) {
  return sharp({ create: { width, height, channels: 3, background: '#336699' } })
    .withMetadata({ orientation: 6 })
    .withExifMerge({ IFD0: { Make: 'Phone' }, IFD3: { GPSLatitude: '1/1 2/1 3/1', GPSLatitudeRef: 'N' } })
    .jpeg()
    .toBuffer()
}

const digestOf = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex')

describe('photos from the spot', () => {
  let web: Awaited<ReturnType<typeof openControlWeb>>
  beforeAll(async () => {
    web = await openControlWeb()
  })
  afterAll(() => web[Symbol.asyncDispose]())

  const raised = async () => {
    await web.raise()
    const [alarm] = await web.desk.list({ state: 'open', limit: 1 }, null)
    if (alarm === undefined) throw new Error('expected an alarm')
    return alarm.id
  }
  const send = async (bytes: Uint8Array, part: { id?: string; query?: string; cookie?: string } = {}) => {
    const cookie = part.cookie ?? (await web.signedIn('operator')).cookie
    const query = `id=${part.id ?? randomUUID()}${part.query ?? ''}`
    return web.ask(`/api/alarms/${encodeURIComponent(await raised())}/photos?${query}`, {
      method: 'POST',
      body: new Uint8Array(bytes),
      headers: { cookie, 'content-type': 'image/jpeg' },
    })
  }

  it('are kept upright, smaller and without a word of where they were taken, and stand with both hashes in the ledger', async () => {
    const bytes = await photo()
    expect((await sharp(bytes).metadata()).exif).toBeDefined()
    const { cookie } = await web.signedIn('technician')
    const answer = await send(bytes, { cookie, query: '&note=井口&takenAt=1767000000000' })
    expect(answer.status).toBe(200)
    const alarm = Alarm.parse(answer.json)
    const finding = alarm.findings.at(-1)
    expect(finding).toMatchObject({ kind: 'on-site', note: '井口', at: 1_767_000_000_000 })
    const [row] = finding?.pictures ?? []
    expect(row?.sent).toBe(digestOf(bytes))
    const kept = await fetch(`${web.url}/api/evidence/${row?.sha256}`, { headers: { cookie } })
    const keptBytes = new Uint8Array(await kept.arrayBuffer())
    expect(digestOf(keptBytes)).toBe(row?.sha256)
    const { format, width, height, exif, icc } = await sharp(keptBytes).metadata()
    expect({ format, width, height, exif, icc }).toEqual({ format: 'jpeg', width: 1_280, height: 1_920 })
    const page = LedgerPage.parse((await web.ask('/api/ledger?after=0&limit=500', { headers: { cookie } })).json)
    expect(page.entries.filter(({ act }) => act === 'alarm-finding').at(-1)?.detail).toMatchObject({
      pictures: [{ sha256: row?.sha256, sent: digestOf(bytes) }],
    })
  })

  it('change nothing the second time they come under the same id', async () => {
    const bytes = await photo(64, 48)
    const id = randomUUID()
    const first = Alarm.parse((await send(bytes, { id })).json)
    const again = Alarm.parse((await send(bytes, { id })).json)
    expect(again.findings).toEqual(first.findings)
    expect(again.version).toBe(first.version)
    const both = await Promise.all([
      send(bytes, { id: id.replace(/^./, 'a') }),
      send(bytes, { id: id.replace(/^./, 'a') }),
    ])
    const last = both.map(({ json }) => Alarm.parse(json).findings.length)
    expect(Math.max(...last) - first.findings.length).toBeLessThanOrEqual(1)
  })

  it('are seen by whoever sees the site, and by nobody else', async () => {
    const { json } = await send(await photo(64, 64))
    const sha256 = Alarm.parse(json).findings.at(-1)?.pictures?.[0]?.sha256
    const stranger = await web.signedIn('operator', { of: 'places', towns: ['没有的乡'], villages: [] })
    const answer = await web.ask(`/api/evidence/${sha256}`, { headers: { cookie: stranger.cookie } })
    expect(answer.status).toBe(404)
    const refused = await send(await photo(64, 64), { cookie: stranger.cookie })
    expect(refused.status).toBe(404)
  })

  it('are refused where they are something else, cut off, or far too large when decoded, whatever they are called', async () => {
    const whole = await photo(800, 600)
    const bomb = await sharp({
      create: { width: 9_000, height: 9_000, channels: 3, background: '#000' },
      limitInputPixels: false,
    })
      .png()
      .toBuffer()
    const bad = [
      Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>'),
      Buffer.from('%PDF-1.7\n'),
      Buffer.from('GIF89a'),
      whole.subarray(0, whole.length >> 1),
      Buffer.concat([Buffer.from([0xff, 0xd8, 0xff]), Buffer.alloc(64)]),
      bomb,
    ]
    for (const bytes of bad) {
      const { status, json } = await send(bytes)
      expect(status).toBe(400)
      expect(json).toMatchObject({ code: 'http/invalid' })
    }
    const viewer = await web.signedIn('viewer')
    expect((await send(whole, { cookie: viewer.cookie })).status).toBe(403)
    expect((await send(Buffer.alloc((8 << 20) + 1))).status).toBe(413)
  })

  it('leave a new raise unacknowledged where the phone had seen the one before', async () => {
    const { cookie } = await web.signedIn('operator')
    const id = await raised()
    const ask = (body: object) =>
      web.ask(`/api/alarms/${encodeURIComponent(id)}/acknowledge`, {
        ...{ method: 'POST', body: JSON.stringify({ note: '已派人前往', ...body }) },
        headers: { cookie, 'content-type': 'application/json' },
      })
    const stale = await ask({ saidAt: 1_767_000_000_000, seen: `${id.slice(0, -1)}${id.endsWith('x') ? 'y' : 'x'}` })
    expect([stale.status, stale.json]).toMatchObject([409, { because: 'raised-anew' }])
    const given = Alarm.parse((await ask({ saidAt: 1_767_000_000_000, seen: id })).json)
    expect(given.acknowledgement).toMatchObject({ via: 'phone', saidAt: 1_767_000_000_000 })
  })
})
