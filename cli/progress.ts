import type { Clock } from '../platform/clock.ts'
import { columnsOf } from './columns.ts'

/** Where progress is shown: a terminal that can go back to the start of its line, or a log. */
export interface ProgressSink {
  readonly isTTY?: boolean
  readonly columns?: number
  write(text: string): unknown
}

/** Shows how far a long work is. */
export interface Progress {
  /** `share` is 0–1; `text` says what is being done now. */
  update(share: number, text: string): void
  /** Takes the bar away, before something else is printed. */
  clear(): void
}

const BAR_COLUMNS = 24
/** A terminal is drawn anew this often at most; a log gets a line this often. */
const REDRAW_MS = 100
const LINE_EVERY_MS = 10_000
const NARROWEST = 60

/** A bar that redraws its own line in a terminal; elsewhere one plain line every ten seconds. */
export function progressOn(sink: ProgressSink, clock: Clock): Progress {
  let shownAt: number | null = null
  let drawn = false
  const isDue = (everyMs: number) => shownAt === null || clock.mono() - shownAt >= everyMs
  return {
    update: (share, text) => {
      const percent = `${String(Math.floor(100 * Math.min(1, share))).padStart(3)} %`
      if (sink.isTTY !== true) {
        if (!isDue(LINE_EVERY_MS)) return
        shownAt = clock.mono()
        sink.write(`${percent} ${text}\n`)
        return
      }
      if (!isDue(REDRAW_MS)) return
      shownAt = clock.mono()
      drawn = true
      const full = Math.round(BAR_COLUMNS * Math.min(1, share))
      const bar = '█'.repeat(full) + '░'.repeat(BAR_COLUMNS - full)
      sink.write(`\r\u001b[2K${bar} ${cut(`${percent} ${text}`, (sink.columns ?? NARROWEST) - BAR_COLUMNS - 2)}`)
    },
    clear: () => {
      if (drawn) sink.write('\r\u001b[2K')
      drawn = false
      shownAt = sink.isTTY === true ? null : shownAt
    },
  }
}

function cut(text: string, columns: number): string {
  let kept = ''
  for (const character of text) {
    if (columnsOf(kept + character) > columns) break
    kept += character
  }
  return kept
}
