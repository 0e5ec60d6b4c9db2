import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { LedgerQuery } from '../../../../core/contract/http.ts'
import {
  ImportResult,
  RegisterEntry,
  RegisterList,
  RegisterVersions,
  Sparklines,
} from '../../../../core/contract/register.ts'
import { utcMs } from '../../../../core/contract/time.ts'
import { openSparklines } from '../../../../dashboard/server/register/sparklines.ts'
import { jsonBody, openControlWeb } from '../http/control-web.ts'
import { edge } from '../ingest/edge.ts'
import { fileWithParts, person } from './files.ts'

const FILE = '/api/sites/east-pit/register'
const guard = { ...fileWithParts().persons, guard: person('韩守山') }

describe('the routes of the site register', () => {
  let web: Awaited<ReturnType<typeof openControlWeb>>
  beforeAll(async () => {
    web = await openControlWeb()
  })
  afterAll(() => web[Symbol.asyncDispose]())
  const as = async (role: Parameters<typeof web.signedIn>[0]) => {
    const { cookie, user } = await web.signedIn(role)
    const send = (path: string, body?: unknown) => {
      const made = body === undefined ? { body: null, headers: {} } : jsonBody(body)
      return web.ask(path, {
        method: body === undefined ? 'GET' : 'POST',
        ...made,
        headers: { ...made.headers, cookie },
      })
    }
    return { send, user }
  }
  const version = async () => {
    const viewer = await as('viewer')
    return RegisterEntry.parse((await viewer.send(FILE)).json).version
  }

  it('are kept by registrars and by nobody else', async () => {
    for (const role of ['viewer', 'operator'] as const) {
      const { send } = await as(role)
      expect((await send(FILE, { version: 0, file: fileWithParts() })).status).toBe(403)
      expect((await send('/api/register/import', { csv: 'x' })).status).toBe(403)
    }
    for (const role of ['technician', 'duty-leader', 'administrator'] as const) {
      const { send, user } = await as(role)
      const now = await version()
      const saved = await send(FILE, { version: now, file: fileWithParts({ notes: role }) })
      expect(saved.status).toBe(200)
      expect(RegisterEntry.parse(saved.json)).toMatchObject({ version: now + 1, by: user, file: { notes: role } })
    }
  })

  it('answer 409 with what changed to whoever saves an old version', async () => {
    const { send } = await as('technician')
    const now = await version()
    await send(FILE, { version: now, file: fileWithParts({ notes: 'first' }) })
    const late = await send(FILE, { version: now, file: fileWithParts({ notes: 'second' }) })
    expect(late.status).toBe(409)
    expect(late.text).toMatch(/changed meanwhile: notes/)
  })

  it('say which field of a body is wrong, and of a site that is not there that it is not there', async () => {
    const { send } = await as('technician')
    const persons = { ...fileWithParts().persons, guard: { name: '韩', phone: 'abc' } }
    const masked = { ...persons, guard: { name: '韩', phone: '+86139****0001' } }
    expect((await send(FILE, { version: 0, file: { ...fileWithParts(), persons: masked } })).status).toBe(400)
    const wrong = await send(FILE, { version: 0, file: { ...fileWithParts(), persons } })
    expect(wrong.status).toBe(400)
    expect(wrong.text).toMatch(/file\.persons\.guard\.phone/)
    expect((await send('/api/sites/no-pit/register')).status).toBe(404)
  })

  it('give whole numbers to those who call, and masked ones to viewers, in every answer', async () => {
    const technician = await as('technician')
    await technician.send(FILE, { version: await version(), file: fileWithParts({ persons: guard }) })
    const paths = ['/api/register', FILE, `${FILE}/versions`, '/api/register/export']
    const [viewer, operator] = [await as('viewer'), await as('operator')]
    for (const path of paths) {
      const masked = (await viewer.send(path)).text
      expect(masked, path).toContain('+86139****0001')
      expect(masked, path).not.toContain('13900000001')
      expect((await operator.send(path)).text, path).toContain('+8613900000001')
    }
  })

  it('list for each site who answers, its last check, its standards, and how its gateway does', async () => {
    const technician = await as('technician')
    const standards = { ...fileWithParts().standards, power: { state: 'met' as const, date: null, note: '' } }
    const check = { date: '2026-01-05', level: 'village', by: '村网格', result: 'faults', note: '门锁坏' } as const
    const file = fileWithParts({ persons: guard, standards, checks: [check] })
    await technician.send(FILE, { version: await version(), file })
    const told = { 'zh-CN': '太阳能', en: 'solar' }
    const latest = {
      value: 64,
      quality: 'good',
      reason: null,
      at: utcMs(1),
      validUntil: utcMs(9),
      uncertaintyMs: null,
    } as const
    web.county.deviceBorn('east-pit', {
      ...{ device: 'solar', name: told, profile: 'epever/tracer' },
      points: [
        {
          device: 'solar',
          point: 'battery-charge',
          name: null,
          quantity: 'fill',
          unit: '%',
          range: null,
          latest: null,
        },
      ],
    })
    web.county.reading('east-pit', 'solar/battery-charge', latest)
    const { rows } = RegisterList.parse((await technician.send('/api/register')).json)
    expect(rows).toMatchObject([
      {
        ...{ site: 'east-pit', status: 'closed', standardsMet: 1, checkEveryDays: 7, gateway: null },
        ...{
          answers: { role: 'guard', name: '韩守山' },
          lastCheck: check,
          battery: { point: 'solar/battery-charge', value: 64 },
        },
      },
    ])
  })

  it('keep every version for whoever looks', async () => {
    const { send } = await as('viewer')
    const { versions } = RegisterVersions.parse((await send(`${FILE}/versions`)).json)
    expect(versions.length).toBeGreaterThan(3)
    expect(versions.map((one) => one.version)).toEqual(versions.map((_, index) => versions.length - index))
  })

  it('take a spreadsheet after a dry run that changes nothing, and only as that said', async () => {
    const { send } = await as('duty-leader')
    const csv = '矿井编号,备注\neast-pit,来自表格'
    const before = await version()
    const dry = ImportResult.parse((await send('/api/register/import', { csv })).json)
    expect(dry).toMatchObject({ done: false, rows: 1, changes: [{ site: 'east-pit', line: 2, fields: ['notes'] }] })
    expect(await version()).toBe(before)
    expect((await send('/api/register/import', { csv, plan: 'f'.repeat(64) })).status).toBe(409)
    expect(await version()).toBe(before)
    const done = await send('/api/register/import', { csv, plan: dry.plan })
    expect(ImportResult.parse(done.json)).toMatchObject({ done: true })
    const entry = RegisterEntry.parse((await send(FILE)).json)
    expect(entry).toMatchObject({ version: before + 1, via: 'import', fields: ['notes'], file: { notes: '来自表格' } })
    const faulty = await send('/api/register/import?language=en', { csv: '矿井编号,状态\neast-pit,x', plan: dry.plan })
    expect(faulty.status).toBe(400)
    expect(faulty.text).toMatch(/2 · Status: expected one of Closed/)
  })

  it('write an export into the ledger', async () => {
    const { send, user } = await as('operator')
    const answer = await send('/api/register/export?language=en')
    expect(answer.headers.get('content-type')).toMatch(/text\/csv/)
    expect(answer.headers.get('content-disposition')).toMatch(/pitwatch-register-\d{8}\.csv/)
    const { entries } = await web.desk.ledger(LedgerQuery.parse({ subject: 'register', limit: 1000 }))
    expect(entries.at(-1)).toMatchObject({ act: 'register-exported', actor: { name: user }, detail: { sites: 1 } })
  })

  it('answer the last day of many sites at once, and ask the history once for all who look', async () => {
    const site = edge({ site: 'south-pit' }).about()
    web.county.nodeBorn({ ...site, site: { ...site.site, headline: 'feeder/active-power' } })
    const info = {
      device: 'feeder',
      point: 'active-power',
      name: null,
      quantity: 'power',
      unit: 'W',
      range: null,
    } as const
    web.county.deviceBorn('south-pit', {
      ...{ device: 'feeder', name: { 'zh-CN': '电表', en: 'meter' }, profile: 'a/b' },
      points: [{ ...info, latest: null }],
    })
    const at = utcMs(Date.now() - 3_600_000)
    const reading = { point: 'active-power', quantity: 'power', value: 1_200, quality: 'good', at } as const
    await web.history.write(
      [{ site: 'south-pit', device: 'feeder', stream: 's1', firstSeq: 0, readings: [reading] }],
      AbortSignal.timeout(5_000),
    )
    const { send } = await as('viewer')
    const answer = await send('/api/register/sparklines?sites=south-pit,east-pit,no-pit')
    const { sparklines } = Sparklines.parse(answer.json)
    expect(sparklines.map((one) => [one.site, one.mean.filter((value) => value !== null)])).toEqual([
      ['south-pit', [1_200]],
      ['east-pit', []],
    ])
    expect((await send('/api/register/sparklines?sites=')).status).toBe(400)
    const many = Array.from({ length: 201 }, (_, index) => `pit-${index}`).join(',')
    expect((await send(`/api/register/sparklines?sites=${many}`)).status).toBe(400)
  })
})

describe('sparklines', () => {
  it('ask for a few sites at a time, and for one site once in two minutes', async () => {
    let asked = 0
    let atOnce = 0
    let most = 0
    let now = 0
    const site = { ...edge().about().site, headline: 'feeder/active-power' }
    const sparklines = openSparklines({
      register: { newestPicture: () => Promise.resolve(null) },
      county: {
        site: () => site,
        point: () => ({
          device: 'feeder',
          point: 'active-power',
          name: null,
          quantity: 'power',
          unit: 'W',
          range: null,
        }),
      },
      clock: { now: () => utcMs(1e12 + now), mono: () => now as never, sleep: () => Promise.resolve() },
      history: {
        query: async () => {
          asked += 1
          atOnce += 1
          most = Math.max(most, atOnce)
          await new Promise((settle) => setTimeout(settle, 1))
          atOnce -= 1
          if (asked === 41) throw new Error('away')
          return { point: 'a/b', source: 'embedded', at: [], min: [], mean: [], max: [], readings: 0 }
        },
      },
    })
    const all = Array.from({ length: 40 }, (_, index) => `pit-${index}`)
    await Promise.all([sparklines.of(all), sparklines.of(all)])
    expect([asked, most]).toEqual([40, 3])
    now = 119_999
    await sparklines.of(all)
    expect(asked).toBe(40)
    now = 120_001
    await expect(sparklines.of(['pit-0'])).rejects.toThrow('away')
    await sparklines.of(['pit-0'])
    expect(asked).toBe(42)
  })
})
