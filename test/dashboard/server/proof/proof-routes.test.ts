import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { AlarmQuality, DailyRoots, Proof } from '../../../../core/contract/proof.ts'
import { Refusal } from '../../../../core/contract/http.ts'
import { openControlWeb } from '../http/control-web.ts'

let web: Awaited<ReturnType<typeof openControlWeb>>
let cookie: string
beforeAll(async () => {
  web = await openControlWeb()
  cookie = (await web.signedIn('viewer')).cookie
  await web.raise()
  await web.desk.addNote('east-pit.winch.loa1', { by: 'lin', text: '<script>alert(1)</script>' })
  await web.desk.acknowledge('east-pit.winch.loa1', { by: '<b>lin</b>', note: 'on my way', via: 'desk' })
})
afterAll(() => web[Symbol.asyncDispose]())

const ask = (path: string) => web.ask(path, { headers: { cookie } })
const PROOF = '/api/alarms/east-pit.winch.loa1/proof'

describe('the proof of an alarm', () => {
  it('comes with its ruler, verdicts and entries, as the contract says', async () => {
    const proof = Proof.parse((await ask(PROOF)).json)
    expect(proof.alarm.id).toBe('east-pit.winch.loa1')
    expect(proof.stamps.find(({ stamp }) => stamp === 'T8')).toMatchObject({
      by: '<b>lin</b>',
      via: 'desk',
      missing: null,
    })
    expect(proof.ledger.entries.map(({ act }) => act)).toEqual(
      expect.arrayContaining(['alarm-raised', 'alarm-acknowledged']),
    )
    expect(proof.ledger.fault).toBeNull()
    expect(proof.ledger.head?.n).toBeGreaterThanOrEqual(proof.ledger.entries.at(-1)!.n)
    expect(proof.verdicts.map(({ kind }) => kind)).toEqual(['late', 'omitted', 'false', 'concealed'])
    expect(proof.verdicts.find(({ kind }) => kind === 'concealed')?.because).toEqual([])
  })

  it('is a page in both languages that runs nothing and takes nobody at his word as HTML', async () => {
    for (const [lang, title] of [
      ['zh-CN', '迟报漏报核查单'],
      ['en', 'Proof of alarm'],
    ] as const) {
      const { status, headers, text } = await ask(`${PROOF}/sheet?lang=${lang}`)
      expect([status, headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8'])
      expect(text).toContain(title)
      expect(text).toContain('&lt;b&gt;lin')
      expect(text).not.toMatch(/<script|<b>|<style| style=|\son\w+=/)
      expect(text).toContain('<svg')
      expect(text.match(/class="name" x="[\d.]+" y="14"/g)).toHaveLength(10)
      expect(text).toMatch(/pitwatch verify DATA --expect \d+:[0-9a-f]{64}/)
    }
    const style = await ask('/api/proof/sheet.css')
    expect(style.headers.get('content-type')).toBe('text/css; charset=utf-8')
    expect(style.text).toContain('size: A4')
  })

  it.each([
    ['/api/alarms/east-pit.winch.none/proof', 404],
    ['/api/alarms/east-pit.winch.none/proof/sheet', 404],
    [`${PROOF}/sheet?lang=fr`, 400],
    ['/api/quality', 400],
    ['/api/quality?from=10&to=10', 400],
    ['/api/quality?from=0&to=99999999999', 400],
    ['/api/proof/roots?limit=0', 400],
  ])('refuses %s with %i', async (path, status) => {
    const refused = await ask(path)
    expect(refused.status).toBe(status)
    expect(Refusal.safeParse(refused.json).success).toBe(true)
  })

  it('leads to the roots of the days, of which there are none yet', async () => {
    expect(DailyRoots.parse((await ask('/api/proof/roots')).json)).toEqual({ roots: [] })
  })

  it('adds up to the quality of alarms', async () => {
    const now = Date.now()
    const { json } = await ask(`/api/quality?from=${now - 86_400_000}&to=${now + 60_000}`)
    const quality = AlarmQuality.parse(json)
    const total = Object.values(quality.alarms).reduce((sum, count) => sum + count, 0)
    expect(total).toBe(1)
    const [priority] = Object.entries(quality.alarms).find(([, count]) => count === 1)!
    expect(quality.toAcknowledge[priority as 'red']).toMatchObject({ count: 1 })
  })
})
