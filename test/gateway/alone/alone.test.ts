import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { systemClock } from '../../../platform/clock.ts'
import { type ServedModem, serveModem } from '../../../sim/modem/serve-modem.ts'
import type { PhoneText } from '../../../sim/modem/network.ts'
import { Relay } from '../deterrent/relay.ts'
import { temporaryFolder, until } from '../uplink/county.ts'
import { duty, LoneSite, OFFICER, OTHER, type SiteOptions, transitionOf, word } from './site.ts'

const A = 'east-pit.night-load.a'

describe('a gateway over a modem on a serial port', () => {
  let folder: ReturnType<typeof temporaryFolder>
  let modem: ServedModem
  let texts: PhoneText[]
  let site: LoneSite

  const open = (change: Partial<SiteOptions> = {}) => {
    site = new LoneSite({ folder: folder.path, modemPath: join(folder.path, 'modem'), ...change })
    return site
  }
  const codeIn = (text: PhoneText | undefined) => /Q(\d{4})/.exec(text?.text ?? '')
  const code = () => {
    const found = codeIn(texts.find(({ to }) => to === OFFICER))
    return found?.[1] ?? found?.[2] ?? ''
  }

  beforeEach(async () => {
    folder = temporaryFolder()
    texts = []
    const path = join(folder.path, 'modem')
    modem = await serveModem({ path, clock: systemClock, bootMs: 10, onText: (text) => texts.push(text) })
  })
  afterEach(async () => {
    await site.end()
    await modem[Symbol.asyncDispose]()
    folder.remove()
  })

  it('texts the officer on watch when nobody takes a red alarm, is acknowledged by reply, and says all of it', async () => {
    open()
    site.hear('duty', duty())
    await site.modemReady()
    site.commit(transitionOf('a'))
    await until(() => texts.length === 2, 'two texts')
    const own = texts.find(({ to }) => to === OFFICER)
    expect(own?.text).toMatch(/^【红】〔模拟〕东坑 — .+控制室没有应答.+回复 Q\d{4} 签收。PW#\d{4}·1$/)
    expect(texts.find(({ to }) => to === OTHER)?.text).toMatch(/^\[RED\]\[SIMULATED\] East pit - .+ Reply Q\d{4} /)
    await until(() => site.did.filter((did) => did === 'delivered').length === 2, 'the reports')
    modem.reply('13900000001', `Q${code()} 马上到`)
    await until(() => texts.length === 4, 'who has it')
    expect(texts.slice(2).map(({ text }) => text.includes('张甲') && /签收|acknowledged/.test(text))).toEqual([
      true,
      true,
    ])
    const acts = site.told.filter(({ did }) => did.kind === 'acknowledged')
    expect(acts.map(({ did }) => did)).toEqual([
      { kind: 'acknowledged', person: 'zhang', name: '张甲', note: '马上到' },
    ])
    expect(site.told.map(({ n }) => n)).toEqual(site.told.map((_, index) => index + 1))
    expect(site.store.edgeActs()).toHaveLength(site.told.length)
  })

  it('texts nobody about an alarm the control room has taken or told of', async () => {
    open()
    site.hear('duty', duty())
    await site.modemReady()
    site.commit(transitionOf('a'), transitionOf('b', { rule: 'fan', occurrence: 'east-pit.fan.b' }))
    site.receipt(A)
    site.hear('alarm-word', word([{ occurrence: 'east-pit.fan.b', state: 'told', by: null }]))
    await new Promise((resolve) => setTimeout(resolve, 1_500))
    expect([texts, site.told]).toEqual([[], []])
  })

  it('sounds the siren, and lets it fall silent when somebody has the alarm', async () => {
    await using relay = new Relay()
    await relay.listen()
    open({ relay, alone: { siren: 'siren' } })
    site.hear('duty', duty())
    await site.modemReady()
    site.commit(transitionOf('a'))
    await until(() => relay.isOn, 'the siren')
    await until(() => texts.length === 2 && site.did.includes('sounded'), 'the texts')
    const sounded = site.told.find(({ did }) => did.kind === 'sounded')
    expect(sounded?.did).toEqual({ kind: 'sounded', output: 'siren', seconds: 20, seen: true, why: null })
    modem.reply(OFFICER, code())
    await until(() => !relay.isOn, 'silence')
  })

  it('sounds the siren alone, and says so, when it was never told whom to call', async () => {
    await using relay = new Relay()
    relay.isStuck = true
    await relay.listen()
    open({ relay, alone: { siren: 'siren' } })
    await site.modemReady()
    expect(site.alone.health()).toMatchObject({ state: 'no-sheet', sheet: null })
    site.commit(transitionOf('a'))
    await until(() => site.did.includes('sounded'), 'the siren')
    const { did } = site.told[0]!
    expect(did).toMatchObject({ kind: 'sounded', seen: false, why: expect.stringMatching(/not read back/) })
    expect([texts, site.alone.health().faulty, site.alone.health().calling]).toEqual([[], ['siren'], 1])
    relay.isStuck = false
  })

  it('goes on after a kill: what was taken is not sent again, what is unknown is, with the same number', async () => {
    open({ alone: { again: '1h' } })
    site.hear('duty', duty())
    await site.modemReady()
    const ended = Promise.withResolvers<undefined>()
    site.onKeep = (state) => {
      if (site.did.filter((did) => did === 'told').length === 1 && state.includes('"sending"')) ended.resolve(undefined)
    }
    site.commit(transitionOf('a'))
    await ended.promise
    await site.end()
    const first = site.told.find(({ did }) => did.kind === 'told')
    open({ alone: { again: '1h' } })
    await until(() => site.did.includes('told'), 'the second told')
    const second = site.told.find(({ did }) => did.kind === 'told')
    expect([first?.did, second?.did]).toMatchObject([
      { kind: 'told', accepted: true, person: 'zhang' },
      { kind: 'told', accepted: true, person: 'li' },
    ])
    expect(texts.filter(({ to }) => to === OFFICER)).toHaveLength(1)
    expect(new Set(texts.filter(({ to }) => to === OTHER).map(({ text }) => text)).size).toBe(1)
  })

  it('takes up after a kill what was committed but not yet known to be alone, and what was receipted meanwhile', async () => {
    open({ alone: { after: '1h' } })
    site.hear('duty', duty())
    site.commit(transitionOf('a'))
    await until(() => site.store.aloneState()?.includes(A) === true, 'its being kept')
    site.store.receiptAlarm(A, 1)
    const b = transitionOf('b', { rule: 'fan', occurrence: 'east-pit.fan.b' })
    site.store.commit([{ device: null, readings: [], pictures: [], transitions: [b] }])
    await site.end()
    open()
    await until(() => texts.length === 2, 'the call about the other')
    await new Promise((resolve) => setTimeout(resolve, 500))
    expect(new Set(site.told.map(({ occurrence }) => occurrence))).toEqual(new Set(['east-pit.fan.b']))
  })

  it('waits for a modem that was pulled out, and says so', async () => {
    open()
    site.hear('duty', duty())
    await site.modemReady()
    await modem.unplug()
    await until(() => site.alone.health().state === 'modem-down', 'the fault')
    site.commit(transitionOf('a'))
    await until(() => site.did.includes('told'), 'the first try')
    expect(site.told[0]?.did).toMatchObject({ accepted: false })
    await modem.plugIn()
    await until(() => texts.length === 2, 'both texts')
  })
})

describe('what the control room says to a gateway that may be alone', () => {
  let folder: ReturnType<typeof temporaryFolder>
  let site: LoneSite
  beforeEach(() => {
    folder = temporaryFolder()
    site = new LoneSite({ folder: folder.path, modemPath: null })
  })
  afterEach(async () => {
    await site.end()
    folder.remove()
  })

  it.each<[string, () => unknown]>([
    ['of another site', () => duty({ site: 'west-pit' })],
    ['without a signature', () => ({ ...duty(), signature: null })],
    ['with another signature', () => ({ ...duty(), fallback: [] })],
    ['that is half a sheet', () => ({ site: 'east-pit' })],
    ['signed as a word', () => ({ ...duty(), signature: word([]).signature })],
  ])('is no sheet %s', (_what, sheet) => {
    expect(() => site.hear('duty', sheet())).toThrow()
    expect(site.alone.health().sheet).toBe(null)
  })

  it('is kept over a restart, and an older sheet is not taken', async () => {
    site.hear('duty', duty({ version: 3 }))
    expect(() => site.hear('duty', duty({ version: 2 }))).toThrow(/version 3 or newer/)
    await site.end()
    site = new LoneSite({ folder: folder.path, modemPath: null })
    expect(site.alone.health().sheet?.version).toBe(3)
    expect(() => site.hear('duty', duty({ version: 2 }))).toThrow()
    site.hear('duty', duty({ version: 4 }))
    expect(site.alone.health().sheet?.version).toBe(4)
  })

  it('is no word when it is older than the last', () => {
    site.hear('alarm-word', word([], 2_000))
    expect(() => site.hear('alarm-word', word([], 1_999))).toThrow(/later/)
  })
})
