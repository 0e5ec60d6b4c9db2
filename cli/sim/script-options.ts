import { SCENARIOS, type ScenarioId } from '../../sim/scenario.ts'
import type { Call, Option } from '../command.ts'
import { choiceOption, positiveOption, wholeOption } from '../option-values.ts'

/** Options that say what the simulated county does; the same for `sim` and `up`. */
export const SCRIPT_OPTIONS: Readonly<Record<string, Option>> = {
  scenario: { value: SCENARIOS.join('|'), about: { 'zh-CN': '剧本（默认 night）', en: 'script (default night)' } },
  speed: {
    value: 'N',
    about: { 'zh-CN': '时间快慢倍数（默认 1）', en: 'how many times faster than real (default 1)' },
  },
  seed: {
    value: 'N',
    about: { 'zh-CN': '随机种子（默认 1）：同样的种子，同样的数值', en: 'seed (default 1): same seed, same values' },
  },
}

/** What a command line asks the county to do. Throws UsageError. */
export function scriptOf(call: Call): {
  readonly scenario: ScenarioId
  /** null = not asked for. */
  readonly speed: number | null
  readonly seed: number
} {
  return {
    scenario: choiceOption(call, 'scenario', SCENARIOS) ?? 'night',
    speed: positiveOption(call, 'speed'),
    seed: wholeOption(call, 'seed') ?? 1,
  }
}
