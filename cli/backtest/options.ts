import { readFileSync } from 'node:fs'
import { WallTime } from '../../core/contract/activity.ts'
import { HouseError, messageOf } from '../../core/kit/errors.ts'
import { Incident } from '../../core/rules/comparison.ts'
import { type Call, UsageError } from '../command.ts'
import { say } from './texts.ts'

/** What `pitwatch backtest` was asked for. */
export interface BacktestOptions {
  readonly site: string
  readonly source:
    | { readonly is: 'lines'; readonly path: string }
    | { readonly is: 'history'; readonly data: string; readonly from: number; readonly to: number }
  readonly learnUntil: number | null
  readonly out: string | null
  readonly against: string | null
  readonly incidents: readonly Incident[]
  readonly isJson: boolean
}

/** Where a control room of one machine keeps its data, when nobody says otherwise. */
const DATA = 'data'

/** Throws UsageError, `config/unreadable`, `config/invalid`. */
export function backtestOptions(call: Call): BacktestOptions {
  const { language } = call
  const site = call.option('site')
  if (site === null) throw new UsageError(say(language, 'noSite'))
  const incidents = call.option('incidents')
  return {
    site,
    source: sourceOf(call),
    learnUntil: instantOption(call, 'learn-until'),
    out: call.option('out'),
    against: call.option('against'),
    incidents: incidents === null ? [] : incidentsIn(incidents, call),
    isJson: call.has('json'),
  }
}

function sourceOf(call: Call): BacktestOptions['source'] {
  const { language } = call
  const input = call.option('input')
  const [from, to] = [instantOption(call, 'from'), instantOption(call, 'to')]
  if (input !== null) {
    if (from !== null || to !== null || call.option('data') !== null) throw new UsageError(say(language, 'twoSources'))
    return { is: 'lines', path: input }
  }
  if (from === null || to === null) throw new UsageError(say(language, 'noSource'))
  if (to <= from) throw new UsageError(say(language, 'noSpan'))
  return { is: 'history', data: call.option('data') ?? DATA, from, to }
}

/** A time from an option: ISO 8601 with its zone, or milliseconds since 1970; null when it was not given. Throws UsageError. */
function instantOption(call: Call, name: string): number | null {
  const text = call.option(name)
  if (text === null) return null
  if (/^\d{1,15}$/.test(text)) return Number(text)
  const parsed = WallTime.safeParse(text.replace(/T(\d\d:\d\d)(?=[Z+-])/, 'T$1:00'))
  if (parsed.success) return parsed.data
  throw new UsageError(say(call.language, 'badTime', { name, came: text }))
}

/** Incidents of a file with one JSON object a line. Throws `config/unreadable`, `config/invalid` with every fault. */
function incidentsIn(path: string, { language }: Call): readonly Incident[] {
  const found: Incident[] = []
  const faults: string[] = []
  for (const [index, line] of linesOf(path).entries()) {
    if (line.trim() === '') continue
    const parsed = Incident.safeParse(jsonOf(line))
    if (parsed.success) found.push(parsed.data)
    else
      faults.push(say(language, 'badIncident', { path, line: index + 1, why: parsed.error.issues[0]?.message ?? '' }))
  }
  if (faults.length > 0) throw new HouseError('config/invalid', faults.join('\n'), { path, faults: faults.length })
  return found
}

function linesOf(path: string): readonly string[] {
  try {
    return readFileSync(path, 'utf8').split('\n')
  } catch (error) {
    throw new HouseError('config/unreadable', `${path}: cannot be read: ${messageOf(error)}`, { path }, error)
  }
}

function jsonOf(line: string): unknown {
  try {
    return JSON.parse(line)
  } catch {
    return undefined
  }
}
