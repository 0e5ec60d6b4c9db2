import { z } from 'zod'
import { systemClock } from '../../platform/clock.ts'

const Entry = z.object({ level: z.enum(['warn', 'error', 'fatal']), code: z.string().optional(), msg: z.string() })

export interface Digest {
  /** One line of a program's log. */
  line(text: string): void
}

/** The same complaint of the same program is shown once in this time. */
const QUIET_MS = 60_000
/** Lines that are no log entries (a stack trace, a configuration report) are shown up to this many a minute. */
const MOST_BARE_LINES = 30

/** Shows the warnings and errors of a program's log without flooding: each kind once a minute, with how many were left out. */
export function digestOfLog(name: string, report: (line: string) => void): Digest {
  const kinds = new Map<string, { shownAt: number; hidden: number }>()
  const bare = { since: 0, lines: 0 }
  const entry = ({ level, code, msg }: z.infer<typeof Entry>) => {
    const kind = `${level} ${code ?? msg}`
    const now = systemClock.mono()
    const known = kinds.get(kind)
    if (known !== undefined && now - known.shownAt < QUIET_MS) {
      known.hidden++
      return
    }
    const more = known === undefined || known.hidden === 0 ? '' : ` (+${known.hidden})`
    kinds.set(kind, { shownAt: now, hidden: 0 })
    report(`${level === 'warn' ? '⚠' : '✖'} [${name}] ${msg}${more}`)
  }
  return {
    line: (text) => {
      if (text.trim() === '') return
      const parsed = Entry.safeParse(jsonOf(text))
      if (parsed.success) {
        entry(parsed.data)
        return
      }
      if (text.startsWith('{')) return
      const now = systemClock.mono()
      if (now - bare.since > QUIET_MS) Object.assign(bare, { since: now, lines: 0 })
      bare.lines++
      if (bare.lines <= MOST_BARE_LINES) report(`  [${name}] ${text}`)
    },
  }
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
