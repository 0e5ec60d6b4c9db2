import type { Bilingual, Language } from '../core/contract/text.ts'
import type { Clock } from '../platform/clock.ts'
import type { Log } from '../platform/log.ts'

/** An option a command takes. `value` names what follows it; an option without one is a switch. */
export interface Option {
  readonly about: Bilingual
  readonly value?: string
}

/** Something a command is given without a name, in order. Required, but those at the end that say otherwise. */
export interface Operand {
  readonly name: string
  readonly about: Bilingual
  readonly isOptional?: boolean
}

/** One thing `pitwatch` can do. Lives in `cli/commands/<name>.ts` as `command`. */
export interface Command {
  readonly name: string
  readonly summary: Bilingual
  readonly operands: readonly Operand[]
  readonly options: Readonly<Record<string, Option>>
  /** Does it; answers the exit code. Throws `config/…` (exit 2) or anything else (exit 1). */
  run(call: Call): Promise<number>
}

/** What a command is given to work with. */
export interface Call {
  readonly language: Language
  /** An operand by its place; the command line has been checked, so it is there. An optional one that is not is empty. */
  operand(index: number): string
  /** The value of an option, or null when it was not given. */
  option(name: string): string | null
  /** Whether a switch was given. */
  has(name: string): boolean
  /** One line on standard output. */
  readonly print: (line: string) => void
  /** One line on standard error. */
  readonly complain: (line: string) => void
  /** Whether another pitwatch started this one: what it prints then goes into a log file. */
  readonly isChild: boolean
  /** Tells the program that started this one, when one did, over its channel. */
  readonly tell: (message: unknown) => void
  readonly clock: Clock
  readonly log: Log
  /** Aborts when the program is to end. */
  readonly signal: AbortSignal
}

/** A command line that cannot be understood; exit 2. */
export class UsageError extends Error {
  constructor(message: string) {
    super(message)
    this.name = 'UsageError'
  }
}
