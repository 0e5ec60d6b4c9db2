import type { Clock } from '../../../platform/clock.ts'
import type { Log } from '../../../platform/log.ts'
import type { Asker, Outcome } from './asker.ts'
import { lessonOf } from './learner.ts'
import type { Lesson, Lessons } from './lessons.ts'
import type { Plans, Step } from './plans.ts'

export interface ExplorerOptions {
  readonly asker: Asker
  readonly lessons: Lessons
  readonly plans: Plans
  readonly device: string
  readonly clock: Clock
  readonly log: Log
  /** Keeps what was learned. */
  readonly keep: () => void
}

/** What a second look at a request came to. */
export type Finding =
  | Extract<Outcome, { readonly kind: 'given' }>
  /** Ask for the rest by the new plans. */
  | { readonly kind: 'learned'; readonly lesson: Lesson }
  | { readonly kind: 'unclear' }

/** Finds out what a device does not give, and whether that still holds. */
export class Explorer {
  readonly #options: ExplorerOptions

  constructor(options: ExplorerOptions) {
    this.#options = options
  }

  /** Why a request was refused, or (`isSilent`) is never answered. */
  async look(step: Step, isSilent: boolean, signal: AbortSignal): Promise<Finding> {
    const { asker, lessons, plans, device, clock, log, keep } = this.#options
    if (!isSilent) {
      // A refusal is believed when it is seen twice: the first may be a late answer to something else.
      const again = await asker.ask(step.request, { room: step.room }, signal)
      if (again.kind === 'given') return again
      if (again.kind !== 'refused' || !again.isAddress) return { kind: 'unclear' }
    }
    const lesson = await lessonOf(asker, { read: step, isSilent }, signal)
    if (lesson === null) return { kind: 'unclear' }
    log.info({ device, ...lesson.span, lesson: lesson.kind }, 'learned what the device does not give')
    lessons.learn(lesson, clock.now())
    plans.forget()
    keep()
    return { kind: 'learned', lesson }
  }

  /** Asks once more for something that was learned a day ago; one thing at a time. */
  async recheck(signal: AbortSignal): Promise<void> {
    const { asker, lessons, plans, device, clock, log, keep } = this.#options
    const old = lessons.due(clock.now())
    if (old === null) return
    const outcome = await asker.ask(old.ask, { purpose: 'probe' }, signal)
    if (outcome.kind === 'lost') return
    if (outcome.kind === 'given') {
      log.info({ device, ...old.lesson.span }, 'the device gives what it did not give before')
      lessons.forget(old.lesson)
      plans.forget()
    } else lessons.learn(old.lesson, clock.now())
    keep()
  }
}
