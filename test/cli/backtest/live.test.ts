import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import fc from 'fast-check'
import { beforeAll, describe, expect, it } from 'vitest'
import { recordedLines } from '../../../cli/backtest/recording.ts'
import { runRehearsals } from '../../../dashboard/server/rules/rehearsal-run.ts'
import { rehearsedSite } from '../../../cli/backtest/site-file.ts'
import type { RehearsedSite } from '../../../dashboard/server/rules/rehearsed-site.ts'
import type { AlarmTransition } from '../../../core/contract/alarm.ts'
import { MonoMs, UtcMs } from '../../../core/contract/time.ts'
import { LATENESS_MS, RuleEngine } from '../../../core/rules/engine.ts'
import { systemClock } from '../../../platform/clock.ts'
import { testFolder } from '../../support/processes.ts'

/** 2026-01-12 02:00:00 in Asia/Shanghai. */
const NIGHT = Date.UTC(2026, 0, 11, 18)
const EVERY_S = 5
const VALID_MS = 2.5 * EVERY_S * 1_000

/** A pit with the standard set of rules, whose signals are put together. */
const SITE = `site:
  id: east-pit
  name: { zh-CN: 东坑, en: East pit }
  kind: dewatering-pit
  area: { zh-CN: 东乡, en: East township }
  place: { x: 10, y: 20 }
load:
  meter: meter/power
  declared: 3000
  known: [{ id: pump, contact: pump/running, rated: 11000, kind: pump }]
activity: {}
points:
  meter/power: { quantity: power }
  pump/running: { quantity: running }
  door/open: { quantity: contact }
rules:
  - { id: hoist, type: should-be-off, point: meter/power, priority: red, with: { above: 20000 } }
  - { id: door, type: entry, point: door/open, priority: orange }
`

interface Row {
  readonly s: number
  readonly point: string
  readonly value: number | boolean | null
}

/** An hour: the meter and the pump every 5 s with gaps and bad values, a door now and then. */
const hour = fc
  .array(
    fc.record({
      ticks: fc.integer({ min: 1, max: 60 }),
      power: fc.constantFrom(400, 400, 6_000, 12_000, 25_000),
      pump: fc.boolean(),
      isBad: fc.integer({ min: 0, max: 9 }),
      gapS: fc.constantFrom(0, 0, 0, 30, 400, 1_900),
      door: fc.option(fc.boolean(), { nil: null, freq: 5 }),
    }),
    { minLength: 3, maxLength: 14 },
  )
  .map((spells) => {
    const rows: Row[] = []
    let s = 0
    for (const { ticks, power, pump, isBad, gapS, door } of spells) {
      s += gapS
      if (door !== null) rows.push({ s: s + 0.25, point: 'door/open', value: door })
      for (let tick = 0; tick < ticks; tick++) {
        s += EVERY_S
        const watts = power + (pump ? 11_000 : 0) + ((tick * 37) % 50)
        rows.push({ s, point: 'meter/power', value: tick === isBad ? null : watts })
        rows.push({ s: s + 0.5, point: 'pump/running', value: pump })
      }
    }
    return rows
  })

/** Through the gateway's own path: readings as drivers give them, and time that passes whenever it likes. */
function live(site: RehearsedSite, rows: readonly Row[], phase: number): string[] {
  const engine = new RuleEngine(site.plan)
  const told: AlarmTransition[] = []
  const started = 90_000
  const first = rows[0]!.s
  let next = first + phase
  const advance = (s: number) => {
    engine.advance({ at: NIGHT + s * 1_000, mono: started + s * 1_000 })
    told.push(...engine.transitions())
  }
  for (const { s, point, value } of rows) {
    for (; next <= s; next += 1) if (next > first) advance(next)
    const [device = '', name = ''] = point.split('/')
    const at = UtcMs.parse(NIGHT + s * 1_000)
    const validUntil = UtcMs.parse(at + (point === 'door/open' ? 1e12 : VALID_MS))
    const quality = value === null ? ('bad' as const) : ('good' as const)
    const stamp = { at, mono: MonoMs.parse(started + s * 1_000), validUntil }
    engine.take([{ device, point: name, value, quality, reason: value === null ? 'not-a-number' : null, ...stamp }])
    told.push(...engine.transitions())
  }
  advance(rows.at(-1)!.s + LATENESS_MS / 1_000)
  return told.map(keyOf).sort()
}

function keyOf({ at, rule, kind, priority, explanation, because = [], occurrence }: AlarmTransition): string {
  return JSON.stringify([
    at,
    rule,
    kind,
    priority,
    explanation,
    because.map(({ rule: row, strength }) => [row, strength]),
    occurrence,
  ])
}

describe('a rehearsal of a file', () => {
  let folder: string
  let site: RehearsedSite

  beforeAll(async () => {
    const temporary = await testFolder()
    folder = temporary.path
    await writeFile(join(folder, 'site.yaml'), SITE)
    const loaded = rehearsedSite(join(folder, 'site.yaml'))
    const points = Array.from(loaded.points, ([ref, point]) => {
      const validMs = ref === 'door/open' ? null : VALID_MS
      return [ref, { ...point, validMs }] as const
    })
    site = { ...loaded, points: new Map(points) }
    return () => temporary[Symbol.asyncDispose]()
  })

  it('raises, updates and clears what the gateway does, with the whole standard set', async () => {
    let transitions = 0
    await fc.assert(
      fc.asyncProperty(hour, fc.double({ min: 0, max: 1, noNaN: true }), async (rows, phase) => {
        const path = join(folder, 'readings.ndjson')
        const lines = rows.map(({ s, ...row }) => JSON.stringify({ at: NIGHT + s * 1_000, ...row }))
        await writeFile(path, lines.join('\n'))
        const told: string[] = []
        await runRehearsals({
          sites: [site],
          learnUntil: null,
          until: null,
          recording: (numbers) => recordedLines(path, numbers),
          out: (transition) => told.push(keyOf(transition)),
          progress: () => undefined,
          clock: systemClock,
          signal: new AbortController().signal,
        })
        transitions += told.length
        expect(told.sort()).toEqual(live(site, rows, phase))
      }),
      { numRuns: 12 },
    )
    expect(transitions).toBeGreaterThan(10)
  })
})
