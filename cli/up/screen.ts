import { basename, relative } from 'node:path'
import type { Language } from '../../core/contract/text.ts'
import { PHONES } from '../../sim/addresses.ts'
import { lengthMs } from '../../sim/models/series.ts'
import { scenarioOf } from '../../sim/scenario.ts'
import { boxed, columnsOf, padded } from '../columns.ts'
import { HOST, type Plan } from './plan.ts'
import { type TextKey, textOf } from './texts.ts'

export interface ScreenFacts {
  readonly plan: Plan
  readonly language: Language
  readonly url: string
  /** The administrator's password when it was made at this start. */
  readonly password: string | null
  /** When second 0 of the script was, in the county's own time. */
  readonly origin: number
}

/** The screen of a running county: where to look, how to sign in, what will happen when, how to stop. */
export function screen(facts: ScreenFacts): readonly string[] {
  const { plan, language, url, password } = facts
  const text = (key: TextKey, values = {}) => textOf(language, key, values)
  const rows: [string, string][] = [[text('page'), url]]
  if (password === null) {
    const folder = relative('.', plan.options.data)
    const extra = folder === 'data' ? '' : ` --data ${folder}`
    rows.push([text('signIn'), text('shown', { command: `node cli/pitwatch.js password admin${extra}` })])
  } else {
    rows.push([
      text('signIn'),
      `${text('user', { user: 'admin' })}   ${text('password', { password })}   ${text('once')}`,
    ])
  }
  rows.push([text('phones'), `http://${HOST}:${plan.addresses[PHONES] ?? 0}/   ${text('phonesAbout')}`])
  if (plan.options.flows) rows.push([text('flows'), `${url}/flows/   ${text('flowsAbout')}`])
  rows.push([text('data'), `${relative('.', plan.options.data) || '.'}   ${text('dataAbout')}`])
  const width = Math.max(...rows.map(([left]) => columnsOf(left)))
  const where = rows.map(([left, right]) => `${padded(left, width)}   ${right}`)
  return ['', ...boxed([text('title'), text('simulated'), '', ...where]), '', ...schedule(facts), '', text('stop'), '']
}

function schedule({ plan, language, origin }: ScreenFacts): readonly string[] {
  const text = (key: TextKey, values = {}) => textOf(language, key, values)
  const { play, speed, scenario } = plan.options
  if (play !== null) return playLines(plan, language)
  const { cues, repeatS } = scenarioOf(scenario)
  if (cues.length === 0) return [text('quiet')]
  const rows = cues.map((cue) => `  ${timeText(origin + cue.from * 1_000)}  ${cue.about[language]}`)
  const faster = speed === 1 ? '' : ` (×${speed})`
  return [
    `${text('happens')}${faster}`,
    ...rows,
    ...(repeatS === null ? [] : [`  ${text('repeats', { minutes: Math.round(repeatS / 60) })}`]),
    `  ${text('escalates')}`,
  ]
}

function playLines(plan: Plan, language: Language): readonly string[] {
  const { play, speed } = plan.options
  if (play === null) return []
  const total = lengthMs(play.series)
  const limit = (id: string, key: string) => {
    const value = plan.sites[0]?.rules.find((rule) => rule.id === id)?.with?.[key]
    return typeof value === 'number' ? value : 0
  }
  return [
    textOf(language, 'playing', {
      file: basename(play.path),
      values: play.series.watts.length,
      step: `${play.series.stepMs / 60_000} min`,
      days: (total / 86_400_000).toFixed(1),
      speed,
      minutes: (total / speed / 60_000).toFixed(1),
    }),
    textOf(language, 'limits', {
      high: limit('load-high', 'limit'),
      low: limit('load-low', 'limit'),
      rise: limit('load-step', 'rise'),
      fall: limit('load-step', 'fall'),
    }),
  ]
}

/** The time of day at the county, as its screens show it. */
export function timeText(at: number): string {
  return new Date(at).toLocaleTimeString('en-GB', { timeZone: 'Asia/Shanghai', hour12: false })
}
