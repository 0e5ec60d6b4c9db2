import { pino } from 'pino'

export type LogFacts = Readonly<Record<string, unknown>>

/**
 * Structured logging. error = a person must act; warn = degraded, once per change of state; info = life-cycle;
 * debug = frames in hex. Every warn and error carries a `code`.
 */
export interface Log {
  error(facts: LogFacts, message: string): void
  warn(facts: LogFacts, message: string): void
  info(facts: LogFacts, message: string): void
  debug(facts: LogFacts, message: string): void
  /** The same log with `facts` on every line. */
  child(facts: LogFacts): Log
}

/** One JSON object a line on standard error, so that standard output stays the program's own. Level by PITWATCH_LOG. */
export function openLog(program: string, level: string = process.env.PITWATCH_LOG ?? 'info'): Log {
  return pino(
    {
      base: { program },
      level,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
    },
    pino.destination({ dest: 2, sync: true }),
  )
}
