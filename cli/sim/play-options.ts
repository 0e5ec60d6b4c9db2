import { readConfig } from '../../platform/config.ts'
import type { Series } from '../../sim/models/series.ts'
import { parseSeries } from '../../sim/play.ts'
import type { Call, Option } from '../command.ts'
import { choiceOption, durationOption } from '../option-values.ts'

const STEP_MS = 900_000
const UNITS = { kW: 1_000, W: 1, '1': 1 } as const

/** Options that play a recording; the same for `sim` and `up`. */
export const PLAY_OPTIONS: Readonly<Record<string, Option>> = {
  play: {
    value: 'FILE',
    about: {
      'zh-CN': '从一台电能表的寄存器回放录下的数据（CSV：时间,数值；或每行一个数值），代替模拟县',
      en: 'instead of the county, play a recording out of the registers of a meter (CSV: time,value; or one value a line)',
    },
  },
  'play-step': {
    value: 'DURATION',
    about: {
      'zh-CN': '无时间列时两值之间的间隔（默认 15min）',
      en: 'time between values of a file without times (default 15min)',
    },
  },
  'play-unit': {
    value: 'kW|W|1',
    about: { 'zh-CN': '文件中数值的单位（默认 kW）', en: "unit of the file's values (default kW)" },
  },
  'play-point': {
    value: 'POINT',
    about: { 'zh-CN': '在哪个测点回放（默认 active-power）', en: 'point to play out of (default active-power)' },
  },
}

/** The recording a command line asks for, or null. Throws UsageError, `config/…`. */
export function seriesOf(call: Call): Series | null {
  const path = call.option('play')
  const stepMs = durationOption(call, 'play-step') ?? STEP_MS
  const unit = choiceOption(call, 'play-unit', ['kW', 'W', '1']) ?? 'kW'
  if (path === null) return null
  return parseSeries(readConfig(path), path, { stepMs, wattsPerUnit: UNITS[unit] })
}

/** The words that hand the play options on to another `pitwatch`. */
export function playWords(call: Call): readonly string[] {
  return Object.keys(PLAY_OPTIONS).flatMap((name) => {
    const value = call.option(name)
    return value === null ? [] : [`--${name}`, value]
  })
}
