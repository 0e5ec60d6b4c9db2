import type { Log, LogFacts } from '../../platform/log.ts'

export interface LoggedLine {
  readonly level: 'error' | 'warn' | 'info' | 'debug'
  readonly facts: LogFacts
  readonly message: string
}

export interface QuietLog extends Log {
  /** Everything that was logged, by it and its children, oldest first. */
  readonly lines: readonly LoggedLine[]
}

/** A log that keeps its lines for the test and prints nothing. */
export function quietLog(): QuietLog {
  const lines: LoggedLine[] = []
  return { lines, ...levels(lines, {}) }
}

function levels(lines: LoggedLine[], with_: LogFacts): Log {
  const keep = (level: LoggedLine['level']) => (facts: LogFacts, message: string) => {
    lines.push({ level, facts: { ...with_, ...facts }, message })
  }
  return {
    error: keep('error'),
    warn: keep('warn'),
    info: keep('info'),
    debug: keep('debug'),
    child: (facts) => levels(lines, { ...with_, ...facts }),
  }
}
