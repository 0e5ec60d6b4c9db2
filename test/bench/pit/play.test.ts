import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { siteFileOf } from '../../../bench/pit/config.ts'
import { DAY_S, HOUR_S, isWorkday, midnightOf, sunOf } from '../../../bench/pit/days.ts'
import { FAMILIES } from '../../../bench/pit/families.ts'
import { HELD_OUT } from '../../../bench/pit/families-held-out.ts'
import { UP_MS } from '../../../bench/pit/gateway.ts'
import { HOLIDAYS } from '../../../bench/pit/holidays.ts'
import { readingLine } from '../../../bench/pit/lines.ts'
import { openPlay, type Play } from '../../../bench/pit/play.ts'
import type { Said } from '../../../bench/pit/said.ts'
import { drawSite } from '../../../bench/pit/site.ts'
import { overlaps } from '../../../bench/pit/span.ts'
import { GatewayConfig } from '../../../core/contract/site.ts'

const SHORT = { days: 4, learnDays: 2 }

/** Every reading of a play by point, oldest first. */
function recordingOf(play: Play) {
  const all = new Map<string, Said[]>(play.points.map(({ ref }) => [ref, []]))
  const incidents = play.run({
    take: ({ ref }, _index, said) => void all.get(ref)?.push({ ...said }),
    polled: () => undefined,
  })
  return { of: (ref: string) => all.get(ref) ?? [], incidents }
}

function digestOf(seed: number): string {
  const hash = createHash('sha256')
  openPlay(drawSite(seed, SHORT)).run({
    take: ({ ref }, _index, said) => void hash.update(readingLine(ref, said)),
    polled: () => undefined,
  })
  return hash.digest('hex')
}

/** The first seed from 1 whose site is like this. */
function seedOf(isRight: (play: Play) => boolean): number {
  for (let seed = 1; seed < 200; seed++) if (isRight(openPlay(drawSite(seed, SHORT)))) return seed
  throw new RangeError('expected a site of this kind among 200')
}

describe('the simulated pit', () => {
  it('says the same bytes for the same seed, and others for another', () => {
    expect(digestOf(3)).toBe(digestOf(3))
    expect(digestOf(3)).not.toBe(digestOf(4))
  })

  it('counts as much energy as its power comes to', () => {
    const seed = seedOf(({ faults }) => [faults.outages, faults.stuck, faults.spikes, faults.clock].flat().length === 0)
    const { of } = recordingOf(openPlay(drawSite(seed, SHORT), { families: [] }))
    const power = of('meter/power').filter(({ kind }) => kind === 'number')
    let joules = 0
    for (const [index, { mono, value }] of power.entries()) {
      const before = power[index - 1]
      if (before !== undefined) joules += (value * (mono - before.mono)) / 1_000
    }
    const energy = of('meter/energy').filter(({ kind }) => kind === 'number')
    const counted = ((energy.at(-1)?.value ?? 0) - (energy[0]?.value ?? 0)) * 3.6e6
    expect(joules / counted).toBeGreaterThan(0.97)
    expect(joules / counted).toBeLessThan(1.03)
  })

  it('lowers the water while a pump runs, and lets it rise while none does', () => {
    const { of } = recordingOf(openPlay(drawSite(5, SHORT), { families: [] }))
    const level = new Map(of('sump/level').map(({ mono, value }) => [mono, value]))
    const change = { on: 0, off: 0 }
    const isOn = new Map(of('io/pump-1').map(({ mono, value }) => [mono, value === 1]))
    for (const [mono, metres] of level) {
      const before = level.get(mono - 30_000)
      if (before === undefined || isOn.get(mono) !== isOn.get(mono - 30_000)) continue
      change[isOn.get(mono) === true ? 'on' : 'off'] += metres - before
    }
    expect(change.on).toBeLessThan(-1)
    expect(change.off).toBeGreaterThan(1)
  })

  it('draws at least what its pump draws while the pump runs', () => {
    const site = drawSite(5, SHORT)
    const { of } = recordingOf(openPlay(site, { families: [] }))
    const running = new Set(of('io/pump-1').flatMap(({ mono, value }) => (value === 1 ? [mono] : [])))
    const power = of('meter/power').filter(({ mono, kind }) => running.has(mono) && kind === 'number')
    const lowest = power.map(({ value }) => value).toSorted((a, b) => a - b)[Math.floor(power.length / 50)] ?? 0
    expect(power.length).toBeGreaterThan(50)
    expect(lowest).toBeGreaterThan(0.9 * site.pumps[0].watts)
  })

  it('has three quarters of its deeds at night, none while learning, and no two within four hours', () => {
    const sites = Array.from({ length: 60 }, (_, index) => openPlay(drawSite(index + 1)))
    const deeds = sites.flatMap(({ agenda }) => agenda.deeds)
    const nightly = deeds.filter(({ from }) =>
      [20, 21, 22, 23, 0, 1, 2, 3, 4, 5].includes(Math.floor(from / HOUR_S) % 24),
    )
    expect(deeds.length).toBeGreaterThan(800)
    expect(nightly.length / deeds.length).toBeGreaterThan(0.7)
    expect(nightly.length / deeds.length).toBeLessThan(0.8)
    for (const { agenda, site } of sites) {
      for (const [index, one] of agenda.deeds.entries()) {
        expect(one.from).toBeGreaterThan(site.learnDays * DAY_S)
        const next = agenda.deeds[index + 1]
        if (next !== undefined) expect((next.permit?.from ?? next.from) - one.to).toBeGreaterThanOrEqual(4 * HOUR_S)
      }
    }
  })

  it('lives the same lawful life whoever else is there', () => {
    const [open, heldOut, nobody] = [FAMILIES, HELD_OUT, []].map((families) => openPlay(drawSite(9), { families }))
    expect(open?.agenda.visits).toEqual(nobody?.agenda.visits)
    expect(heldOut?.agenda.visits).toEqual(nobody?.agenda.visits)
    expect(heldOut?.faults).toEqual(open?.faults)
    expect(nobody?.agenda.deeds).toEqual([])
  })

  it('files a twelfth of its permits late, and none for what is unlawful but an overrun', () => {
    const plays = Array.from({ length: 60 }, (_, index) => openPlay(drawSite(index + 1)))
    const visits = plays.flatMap(({ agenda }) => agenda.visits)
    const late = visits.filter(({ paper }) => paper.filed > paper.from)
    expect(visits.length).toBeGreaterThan(300)
    expect(late.length / visits.length).toBeGreaterThan(0.04)
    expect(late.length / visits.length).toBeLessThan(0.13)
    for (const { agenda } of plays) {
      for (const deed of agenda.deeds.filter(({ permit }) => permit !== null)) {
        expect(agenda.papers.filter((paper) => overlaps(paper, { from: deed.from, to: deed.to }))).toEqual([])
      }
    }
  })

  it('gives a site file that a gateway takes', () => {
    for (const seed of [1, 2, 3, 4, 5, 6, 7, 8]) {
      const play = openPlay(drawSite(seed))
      const wired = GatewayConfig.parse(siteFileOf(play, { knowsPumps: true }))
      const bare = GatewayConfig.parse(siteFileOf(play, { knowsPumps: false }))
      expect(wired.load?.known.length).toBeGreaterThan(0)
      expect(Object.keys(bare.points)).not.toContain('io/pump-1')
      expect(bare.load?.declared).toBeGreaterThan((wired.load?.declared ?? 0) + 5_000)
    }
  })

  it('tells of nothing while the line to its meter is cut, but counts on', () => {
    const seed = seedOf(({ agenda, faults }) => {
      return agenda.deeds.some(({ family }) => family === 'comms-cut') && faults.outages.length === 0
    })
    const play = openPlay(drawSite(seed, SHORT))
    const { of, incidents } = recordingOf(play)
    const cut = incidents.find(({ family }) => family === 'comms-cut')!
    const mono = (t: number) => UP_MS + t * 1_000
    const during = of('meter/power').filter((one) => one.mono > mono(cut.from) && one.mono < mono(cut.to))
    const energy = of('meter/energy').filter(({ kind }) => kind === 'number')
    const before = energy.findLast((one) => one.mono <= mono(cut.from - 300))!
    const after = energy.find((one) => one.mono > mono(cut.to + 300))!
    expect(during.length).toBeGreaterThan(100)
    expect(during.every(({ quality }) => quality === 'bad')).toBe(true)
    expect(after.value - before.value).toBeGreaterThan((0.8 * cut.kW * (cut.to - cut.from)) / HOUR_S)
  })
})

describe('the days of a pit', () => {
  it('are those of China, whole year round', () => {
    expect(new Date(midnightOf('2025-07-01')).toISOString()).toBe('2025-06-30T16:00:00.000Z')
    expect(isWorkday('2025-10-11', HOLIDAYS)).toBe(true)
    expect(isWorkday('2026-02-14', HOLIDAYS)).toBe(true)
    expect(isWorkday('2026-02-17', HOLIDAYS)).toBe(false)
    expect(isWorkday('2025-11-22', HOLIDAYS)).toBe(false)
  })

  it('are an hour and more longer in summer than in winter, at both ends', () => {
    const [summer, winter] = [sunOf(171), sunOf(354)]
    expect(summer.set - winter.set).toBeGreaterThan(1.5 * HOUR_S)
    expect(winter.rise - summer.rise).toBeGreaterThan(1.5 * HOUR_S)
  })
})

describe('the generator', () => {
  it('knows nothing of the rules it is to test', () => {
    const folder = new URL('../../../bench/pit/', import.meta.url)
    const knowing = readdirSync(folder).filter((file) =>
      readFileSync(new URL(file, folder), 'utf8').includes('core/rules'),
    )
    expect(knowing).toEqual(['engine.ts'])
  })
})
