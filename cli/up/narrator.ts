import type { Language } from '../../core/contract/text.ts'
import type { Clock } from '../../platform/clock.ts'
import type { Scenario } from '../../sim/scenario.ts'
import { timeText } from './screen.ts'
import { textOf } from './texts.ts'

export interface NarratorOptions {
  readonly scenario: Scenario
  readonly origin: number
  readonly language: Language
  readonly clock: Clock
  readonly print: (line: string) => void
}

/** Says what the script does, when it does it, until `signal` aborts. */
export async function narrate(options: NarratorOptions, signal: AbortSignal): Promise<void> {
  const { scenario, origin, clock } = options
  const moments = momentsOf(options)
  for (let round = 0; moments.length > 0; round++) {
    for (const { second, line } of moments) {
      const at = origin + (second + round * (scenario.repeatS ?? 0)) * 1_000
      if (at < clock.now()) continue
      await clock.sleep(at - clock.now(), signal)
      options.print(`${timeText(at)}  ${line}`)
    }
    if (scenario.repeatS === null) return
  }
}

interface Moment {
  readonly second: number
  readonly line: string
}

function momentsOf({ scenario, language }: NarratorOptions): readonly Moment[] {
  if (scenario.cues.length === 0) return []
  const begun = scenario.cues.map(({ from, about }) => ({
    second: from,
    line: textOf(language, 'now', { about: about[language] }),
  }))
  const last = Math.max(...scenario.cues.map(({ to }) => to))
  return [...begun.sort((a, b) => a.second - b.second), { second: last, line: textOf(language, 'over') }]
}
