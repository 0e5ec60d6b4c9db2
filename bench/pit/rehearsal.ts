import { cheatListener, cheats } from './cheats.ts'
import { siteFileOf } from './config.ts'
import { DAY_S, HOUR_S } from './days.ts'
import { type Detector, engineDetector } from './engine.ts'
import { FAMILIES } from './families.ts'
import { HELD_OUT } from './families-held-out.ts'
import { operatorOf } from './operator.ts'
import { openPlay, type Play } from './play.ts'
import type { Listener } from './said.ts'
import { type Case, score, type Score } from './score.ts'
import { drawSite } from './site.ts'

/** One site to be rehearsed. */
export interface Task {
  readonly seed: number
  readonly days: number
  readonly learnDays: number
  readonly families: 'open' | 'held-out'
  /** Whether the pumps' running contacts are wired. */
  readonly knowsPumps: boolean
  /** Somebody looks after each alarm, and says what it was. */
  readonly hasOperator: boolean
  /** Methods to be beaten, too. */
  readonly withCheats: boolean
}

/** What came of it. */
export interface Result {
  readonly task: Task
  readonly score: Score
  /** By name of the cheat. */
  readonly cheats: Readonly<Record<string, Score>>
  readonly readings: number
  readonly seconds: number
}

/** Plays a site to the engine, and scores what it told. */
export function rehearse(task: Task): Result {
  const startedAt = performance.now()
  const site = drawSite(task.seed, { days: task.days, learnDays: task.learnDays })
  const play = openPlay(site, { families: task.families === 'open' ? FAMILIES : HELD_OUT })
  const armed = { from: task.learnDays * DAY_S, to: task.days * DAY_S }
  const { points, startAt } = play
  const file = siteFileOf(play, { knowsPumps: task.knowsPumps })
  const operator = task.hasOperator ? operatorOf(play, file.load.declared) : null
  const detector = engineDetector(file, { points, startAt, operator })
  const cheating = task.withCheats ? cheats(armed, task.seed) : []
  const tally = listeners(detector, cheating.length === 0 ? null : cheatListener(cheating))
  const incidents = play.run(tally)
  const told = { incidents, late: lateOf(play), armed }
  return {
    task,
    score: score({ ...told, notices: detector.notices }),
    cheats: Object.fromEntries(cheating.map(({ name, notices }) => [name, score({ ...told, notices })])),
    readings: tally.count,
    seconds: (performance.now() - startedAt) / 1_000,
  }
}

/** Work whose permit was filed after it began, with half an hour beyond it. */
export function lateOf(play: Play): Case['late'] {
  return play.agenda.papers
    .filter(({ filed, from }) => filed > from)
    .map(({ from, to }) => ({ from: from - 900, to: to + HOUR_S / 2 }))
}

function listeners(detector: Detector, more: Listener | null): Listener & { readonly count: number } {
  let count = 0
  return {
    get count() {
      return count
    },
    take: (point, index, said) => {
      count += 1
      detector.take(point, index, said)
      more?.take(point, index, said)
    },
    polled: (t) => {
      detector.polled(t)
      more?.polled(t)
    },
  }
}
