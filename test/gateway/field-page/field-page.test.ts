import { execFile } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { until } from '../../support/until.ts'
import { PASSWORD, Site, type Told } from './world.ts'

const JPEG = Uint8Array.from([0xff, 0xd8, 0xff, 0xe0, 1, 2, 3, 4, 0xff, 0xd9])

describe("the technician's page of a gateway", () => {
  let site: Site
  beforeAll(async () => {
    site = await Site.begin()
    await site.signIn()
  })
  afterAll(async () => site[Symbol.asyncDispose]())

  const valueOf = async (ref: string) => (await site.get('/api/live')).values[ref]

  it('shows last readings with their worth, open alarms, buses and devices as they are', async () => {
    await until('a reading', async () => (await valueOf('feeder-meter/voltage-l1'))?.[0] === 230.5)
    const live = await until('the alarm', async () => {
      const seen = await site.get('/api/live')
      return seen.alarms.length > 0 && seen.health.devices[2]?.state === 'silent' ? seen : null
    })
    const [value, quality, reason, at, validUntil] = live.values['feeder-meter/active-power']!
    expect([value, quality, reason]).toEqual([28_512, 'good', null])
    expect(validUntil).toBeGreaterThan(at)
    expect(live.now - at).toBeLessThan(5_000)
    expect(live.alarms.find(({ rule }) => rule === 'dead-feeder')).toMatchObject({
      point: 'feeder-meter/active-power',
      priority: 'red',
    })
    expect(live.health.devices.map(({ state }) => state)).toEqual(['answers', 'answers', 'silent'])
    expect(live.isConnected).toBe(false)
    const about = await site.get('/api/site')
    expect(about.devices[0]?.points[0]).toMatchObject({ point: 'voltage-l1', unit: 'V' })
    const { buses } = await site.get('/api/plan')
    expect(buses[0]?.devices.map(({ device }) => device)).toEqual(['feeder-meter', 'relay', 'spare-meter'])
    expect(buses[0]?.devices[0]?.worstAgeMs.fast).toBeGreaterThan(1_000)
  })

  it('scans the bus it polls, and no reading of a device goes stale meanwhile', async () => {
    const before = (await site.get('/api/live')).health.buses[0]!
    await site.post('/api/scan', { bus: 'cabinet', units: '1-12', withinS: 120 })
    const again = await site.ask('/api/scan', { bus: 'cabinet' })
    expect([again.status, ((await again.json()) as Told).code]).toEqual([409, 'http/conflict'])
    let looks = 0
    const { scan } = await until(
      'its end',
      async () => {
        const live = await site.get('/api/live')
        for (const ref of ['feeder-meter/active-power', 'relay/di-1']) {
          const [, quality, , , validUntil] = live.values[ref]!
          expect([ref, quality, validUntil > live.now]).toEqual([ref, 'good', true])
        }
        looks += 1
        const seen = await site.get('/api/scan')
        return seen.scan.state === 'running' ? null : seen
      },
      100_000,
    )
    expect(looks).toBeGreaterThan(10)
    expect(scan).toMatchObject({ state: 'done', by: 'T. Echnician' })
    const { units, silent, garbled, untried } = scan.report!
    expect(units).toMatchObject([
      { unit: 1, device: 'feeder-meter', candidates: [{ profile: 'eastron/sdm630' }] },
      { unit: 4, device: null, candidates: [{ profile: 'acrel/adl400' }] },
      { unit: 5, device: 'relay' },
    ])
    expect([silent, garbled, untried]).toEqual([['spare-meter'], [], 0])
    const after = (await site.get('/api/live')).health.buses[0]!
    expect([after.state, after.reconnects - before.reconnects]).toEqual(['up', 0])
    expect(site.written).toEqual([0])
  })

  it('ends a scan when it is told to, and says what was not tried', async () => {
    await site.post('/api/scan', { bus: 'cabinet', units: '1-247', withinS: 300 })
    await until('its beginning', async () => ((await site.get('/api/scan')).scan.progress.unit ?? 0) > 2)
    await site.post('/api/scan/cancel', {})
    const { scan } = await until('its end', async () => {
      const seen = await site.get('/api/scan')
      return seen.scan.state === 'running' ? null : seen
    })
    expect(scan.state).toBe('cancelled')
    expect(scan.report?.untried).toBeGreaterThan(200)
  })

  it('sounds a siren after two taps only, for five seconds at most, and notes who did', async () => {
    const fault = await site.post('/api/siren/sound', { armed: 'guess', seconds: 1 })
    expect(fault.code).toBe('http/conflict')
    const { armed } = await site.post('/api/siren/arm', { output: 'siren' })
    expect(await site.post('/api/siren/sound', { armed, seconds: 6 })).toMatchObject({
      code: 'http/invalid',
      field: 'seconds',
    })
    const sounded = await site.post('/api/siren/sound', { armed, seconds: 1 })
    expect(sounded).toEqual({ is: 'on', seconds: 1 })
    await until('silence', () => site.written.at(-1) === 0 && site.written.includes(1))
    expect(site.log.lines.find(({ message }) => message === 'a technician sounds an output')?.facts).toMatchObject({
      by: 'T. Echnician',
      output: 'siren',
      seconds: 1,
    })
    const twice = async () => {
      const { armed: token } = await site.post('/api/siren/arm', { output: 'siren' })
      return site.post('/api/siren/sound', { armed: token, seconds: 1 })
    }
    await until('its pause', async () => (await twice()).because === 'pause')
    expect((await site.post('/api/siren/sound', { armed, seconds: 1 })).code).toBe('http/conflict')
  })

  it('makes a signed sheet over the running bus, with photos, that `pitwatch commission --verify` accepts', async () => {
    const photo = (await (await site.photo(JPEG)).json()) as Told
    const readings = {
      'feeder-meter/voltage-l1': 230,
      'feeder-meter/active-power': { value: 20, unit: 'kW', tolerance: '3%' },
      'relay/di-1': false,
    }
    await site.post('/api/sheet', { by: ' A. Surveyor ', tolerance: '2%', readings, photos: [photo.sha256] })
    const { making, sheets } = await until('the sheet', async () => {
      const seen = await site.get('/api/sheet')
      return seen.making?.state === 'reading' ? null : seen
    })
    expect(making).toMatchObject({ state: 'done', made: { verdict: 'fail', unreached: [] } })
    expect(making?.made?.compared).toMatchObject([
      { ref: 'feeder-meter/voltage-l1', value: 230.5, hand: 230, verdict: 'pass' },
      { ref: 'feeder-meter/active-power', hand: 20_000, verdict: 'fail' },
      { ref: 'relay/di-1', value: false, verdict: 'pass' },
    ])
    const { name } = making!.made!
    expect(sheets).toEqual([name])
    const path = join(site.folder, 'store', 'sheets', `${name}.json`)
    const verified = await pitwatch('commission', '--verify', path, '--lang', 'en')
    expect(verified).toMatchObject({ code: 0 })
    expect(verified.out).toMatch(/A\. Surveyor.*verdict: fail/)
    expect(verified.out).toContain('printed page')
    expect(verified.out).toContain('unchanged')
    const page = await site.ask(`/sheets/${name}.html`)
    expect(page.headers.get('content-security-policy')).toContain('sandbox')
    expect(await page.text()).toBe(await readFile(path.replace('.json', '.html'), 'utf8'))
  })

  it('refuses everybody who has not signed in, and every request of another page', async () => {
    for (const path of [
      '/api/site',
      '/api/live',
      '/api/plan',
      '/api/scan',
      '/api/sheet',
      '/sheets/sheet-20260101-000000.json',
    ]) {
      const answer = await fetch(`${site.url}${path}`)
      expect([path, answer.status]).toEqual([path, 401])
      expect(await answer.json()).toMatchObject({ code: 'http/unauthenticated', field: null })
    }
    const foreign = { origin: 'http://evil.example' }
    expect((await site.ask('/api/siren/arm', { output: 'siren' }, foreign)).status).toBe(403)
    expect((await site.ask('/api/sign-in', { by: 'x', password: PASSWORD }, foreign)).status).toBe(403)
    const own = await site.ask('/api/sign-in', { by: 'x', password: PASSWORD }, { origin: site.url })
    expect(own.headers.get('set-cookie')).toMatch(
      /^pitwatch-technician=[\w-]{43}; HttpOnly; SameSite=Strict; Path=\/; Max-Age=28800$/,
    )
    const policy = (await fetch(site.url)).headers.get('content-security-policy') ?? ''
    expect(policy).not.toContain('unsafe')
  })

  it('says of every wrong body which field is wrong', async () => {
    const wrong: [string, unknown, string][] = [
      ['/api/sign-in', { by: 'x' }, 'password'],
      ['/api/sign-in', '{', 'body'],
      ['/api/scan', { bus: 'nowhere' }, 'bus'],
      ['/api/scan', { bus: 'cabinet', units: '0-300' }, 'units'],
      ['/api/scan', { bus: 'cabinet', withinS: 1 }, 'withinS'],
      ['/api/scan', { bus: 'cabinet', line: 9_600 }, 'line'],
      ['/api/siren/arm', { output: 'pump' }, 'output'],
      ['/api/sheet', { by: ' ', readings: {} }, 'by'],
      ['/api/sheet', { by: 'x', readings: { 'feeder-meter/voltage-l1': 'much' } }, 'readings.feeder-meter/voltage-l1'],
      ['/api/sheet', { by: 'x', readings: { 'feeder-meter/voltage-l1': true } }, 'readings.feeder-meter/voltage-l1'],
      ['/api/sheet', { by: 'x', readings: { 'feeder-meter/depth': 1 } }, 'readings.feeder-meter/depth'],
      ['/api/sheet', { by: 'x', readings: {}, tolerance: 3 }, 'tolerance'],
      ['/api/sheet', { by: 'x', readings: {}, photos: ['0'.repeat(64)] }, 'photos'],
    ]
    for (const [path, body, field] of wrong) {
      const answer = await site.ask(path, body)
      const told: unknown = await answer.json()
      expect([path, answer.status, told]).toEqual([
        path,
        400,
        { code: 'http/invalid', message: expect.any(String), field },
      ])
    }
    const plain = await site.ask('/api/scan', '{}', { 'content-type': 'text/plain' })
    expect(await plain.json()).toMatchObject({ code: 'http/invalid', field: 'body' })
    const photos = [Uint8Array.from([1, 2, 3]), new Uint8Array(3 * 1024 * 1024 + 1)]
    for (const photo of photos) expect((await site.photo(photo)).status).toBe(400)
    expect((await site.ask('/sheets/..%2f..%2fsite.yaml')).status).toBe(404)
    expect((await site.ask('/sheets/../technician.password')).status).toBe(404)
  })

  it('tells its log where it is, slows down who guesses, and lets go of who signs out', async () => {
    expect(site.log.lines.find(({ message }) => message === "the technician's page is here")?.facts).toEqual({
      url: `${site.url}/`,
    })
    await site.ask('/api/sign-out', {})
    expect((await site.ask('/api/live')).status).toBe(401)
    const codes: number[] = []
    for (let count = 0; count < 7; count += 1)
      codes.push((await site.ask('/api/sign-in', { by: 'x', password: 'guess' })).status)
    expect(codes).toEqual([401, 401, 401, 401, 401, 429, 429])
    expect((await site.ask('/api/sign-in', { by: 'x', password: PASSWORD })).status).toBe(429)
  })
})

describe('a site file with a page for the technician', () => {
  it.each([
    ['technician: { port: 1 }', /expected passwordFile or passwordEnv, came neither/],
    ['technician: { passwordFile: short }', /expected at least 10 characters, came 5/],
    ['technician: { passwordFile: nowhere }', /cannot read/],
  ])('is refused with %s', async (line, expected) => {
    const { loadGatewayConfig } = await import('../../../platform/site/loaded-gateway.ts')
    const { siteText } = await import('../runtime/sites.ts')
    const { temporaryFolder } = await import('../uplink/county.ts')
    const folder = temporaryFolder()
    mkdirSync(folder.path, { recursive: true })
    writeFileSync(join(folder.path, 'short'), '12345')
    const path = join(folder.path, 'site.yaml')
    writeFileSync(path, siteText({ top: [line] }))
    expect(() => loadGatewayConfig(path)).toThrow(expected)
    folder.remove()
  })
})

function pitwatch(...words: readonly string[]): Promise<{ code: number; out: string }> {
  return new Promise((settle) => {
    execFile(process.execPath, ['cli/pitwatch.js', ...words], (error, out) => {
      settle({ code: typeof error?.code === 'number' ? error.code : 0, out })
    })
  })
}
