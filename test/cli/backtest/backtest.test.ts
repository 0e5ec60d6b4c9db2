import { execFile } from 'node:child_process'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { readCommandLine } from '../../../cli/command-line.ts'
import { UsageError } from '../../../cli/command.ts'
import { command } from '../../../cli/commands/backtest.ts'
import { isHouseError } from '../../../core/kit/errors.ts'
import { systemClock } from '../../../platform/clock.ts'
import { testFolder } from '../../support/processes.ts'
import { quietLog } from '../../support/quiet-log.ts'

/** 2026-01-12 02:00:00 in Asia/Shanghai. */
const NIGHT = Date.UTC(2026, 0, 11, 18)

/** A site that nothing of is reached: no bus, no store, no uplink. */
const SITE = `site:
  id: east-pit
  name: { zh-CN: 东坑, en: East pit }
  kind: closed-pit
  area: { zh-CN: 东乡, en: East township }
  place: { x: 10, y: 20 }
points:
  meter/power: { quantity: power }
  gate-camera/human: { quantity: presence }
rules:
  - { id: off, type: should-be-off, point: meter/power, priority: red, with: { above: 1000 } }
  - { id: seen, type: presence, point: gate-camera/human, priority: orange }
`

interface Ended {
  readonly code: number
  readonly out: string
  readonly told: string
}

/** Runs the program as a person would. */
function pitwatch(args: readonly string[], input: string): Promise<Ended> {
  return new Promise((settle) => {
    const env = { ...process.env, LC_ALL: 'en_GB.UTF-8', PITWATCH_CLOCK: '' }
    const child = execFile(process.execPath, ['cli/pitwatch.js', 'backtest', ...args], { env }, (error, out, told) => {
      settle({ code: error === null ? 0 : typeof error.code === 'number' ? error.code : -1, out, told })
    })
    child.stdin?.end(input)
  })
}

/** The same inside this program. */
async function backtest(args: readonly string[]): Promise<Ended> {
  const [out, told]: [string[], string[]] = [[], []]
  const { options } = readCommandLine(command, args, 'en')
  const option = (name: string) => {
    const value = options[name]
    return typeof value === 'string' ? value : null
  }
  const code = await command.run({
    language: 'en',
    operand: () => '',
    option,
    has: (name) => options[name] === true,
    print: (line) => out.push(line),
    complain: (line) => told.push(line),
    isChild: false,
    tell: () => undefined,
    clock: systemClock,
    log: quietLog(),
    signal: new AbortController().signal,
  })
  return { code, out: out.join('\n'), told: told.join('\n') }
}

function power(s: number, value: number): string {
  return JSON.stringify({ at: NIGHT + s * 1_000, point: 'meter/power', value, quality: 'good' })
}

function alarms(text: string): readonly Record<string, unknown>[] {
  const lines = text.split('\n').filter((line) => line !== '')
  return lines.map((line) => JSON.parse(line) as Record<string, unknown>)
}

/** Two loads: 30 s of 5 kW after a minute, 2 kW after ten. */
const LINES = [
  ...Array.from({ length: 1_200 }, (_, s) => power(s, s >= 60 && s < 90 ? 5_000 : s >= 600 && s < 630 ? 2_000 : 0)),
  JSON.stringify({ at: NIGHT + 1_300_000, point: 'gate-camera', event: { kind: 'person', phase: 'pulse', conf: 0.9 } }),
  JSON.stringify({ at: NIGHT + 1_400_000, point: 'meter/other', value: 1 }),
  'rubbish',
]

describe('pitwatch backtest', () => {
  let folder: string
  const path = (name: string) => join(folder, name)

  beforeAll(async () => {
    const temporary = await testFolder()
    folder = temporary.path
    await Promise.all([
      writeFile(path('site.yaml'), SITE),
      writeFile(path('lax.yaml'), SITE.replace('above: 1000', 'above: 3000')),
      writeFile(path('strict.yaml'), SITE.replace('above: 1000', 'above: 1000, offDelay: 0s')),
      writeFile(path('wrong.yaml'), SITE.replace('should-be-off', 'should-be-on')),
      writeFile(path('other.yaml'), SITE.replace('east-pit', 'west-pit')),
      writeFile(path('readings.ndjson'), LINES.join('\n')),
      writeFile(
        path('incidents.ndjson'),
        JSON.stringify({ from: NIGHT + 590_000, to: NIGHT + 640_000, note: 'winch' }),
      ),
    ])
    return () => temporary[Symbol.asyncDispose]()
  })

  it('puts out an alarm a line, in both languages, and tells what it passed over', async () => {
    const ended = await backtest(['--site', path('site.yaml'), '--input', path('readings.ndjson')])
    const told = alarms(ended.out)
    expect([ended.code, told.map(({ type, rule, at }) => [type, rule, (Number(at) - NIGHT) / 1_000])]).toEqual([
      0,
      [
        ['raise', 'off', 70],
        ['clear', 'off', 390],
        ['raise', 'off', 610],
        ['clear', 'off', 930],
        ['raise', 'seen', 1_300],
      ],
    ])
    expect(told[0]).toMatchObject({
      ruleType: 'should-be-off',
      priority: 'red',
      score: null,
      evidence: [],
      serves: 1,
      point: 'meter/power',
    })
    expect(told[0]?.explanation).toMatchObject({
      'zh-CN': expect.stringContaining('5 kW'),
      en: expect.stringContaining('5 kW'),
    })
    for (const text of ['meter/other', 'line 1203: rubbish', 'Desk load']) expect(ended.told).toContain(text)
  })

  it('reads standard input, learns in silence, and sums up as JSON beside a file of alarms', async () => {
    const args = ['--site', path('site.yaml'), '--input', '-', '--learn-until', '2026-01-12T02:05:00+08:00', '--json']
    const ended = await pitwatch([...args, '--out', path('alarms.ndjson')], LINES.join('\n'))
    expect(alarms(await readFile(path('alarms.ndjson'), 'utf8')).map(({ type, rule }) => [type, rule])).toEqual([
      ['raise', 'off'],
      ['clear', 'off'],
      ['raise', 'seen'],
    ])
    const summary = JSON.parse(ended.out) as Record<string, unknown>
    expect(summary).toMatchObject({ site: 'east-pit', alarms: 2, malformed: 1, load: { budget: 1.4 } })
    expect(summary.unknown).toEqual([{ point: 'meter/other', samples: 1 }])
  })

  it('refuses a change that loses a confirmed incident, and one that raises false alarms, with exit 1', async () => {
    const input = ['--input', path('readings.ndjson')]
    const [lost, noisy, fine] = await Promise.all([
      backtest([
        ...input,
        '--site',
        path('lax.yaml'),
        '--against',
        path('site.yaml'),
        '--incidents',
        path('incidents.ndjson'),
      ]),
      backtest([...input, '--site', path('site.yaml'), '--against', path('lax.yaml')]),
      backtest([
        ...input,
        '--site',
        path('strict.yaml'),
        '--against',
        path('site.yaml'),
        '--incidents',
        path('incidents.ndjson'),
      ]),
    ])
    expect([lost.code, noisy.code, fine.code]).toEqual([1, 1, 0])
    expect(lost.told).toMatch(/confirmed incident would be lost: .*winch/)
    expect(lost.told).toMatch(/removed +2026-01-12 02:10:10 +off/)
    expect(noisy.told).toContain('more than 20 %')
    expect(fine.told).toContain('Nothing speaks against it')
  })

  it('says what is wrong with what it was given', async () => {
    const site = ['--site', path('site.yaml')]
    const cases: readonly (readonly [readonly string[], RegExp])[] = [
      [['--input', 'x'], /expected --site/],
      [site, /expected --input with a file, or --from and --to/],
      [[...site, '--from', 'yesterday', '--to', '1'], /--from: expected a time with its zone/],
      [[...site, '--from', '2', '--to', '1'], /expected --to after --from/],
      [[...site, '--input', path('none.ndjson')], /none.ndjson: cannot be read/],
      [[...site, '--input', '-', '--against', path('other.yaml')], /same site east-pit, came west-pit/],
      [['--site', path('wrong.yaml'), '--input', '-'], /wrong.yaml:11:16: rules\[0\].type: expected one of/],
      [[...site, '--from', '1', '--to', '2', '--data', path('none')], /none: expected a control room's data/],
    ]
    for (const [args, expected] of cases) {
      const error = await backtest(args).then(
        () => null,
        (thrown: unknown) => thrown,
      )
      expect(error instanceof UsageError || isHouseError(error, 'config/invalid', 'config/unreadable')).toBe(true)
      expect((error as Error).message).toMatch(expected)
    }
  })
})
