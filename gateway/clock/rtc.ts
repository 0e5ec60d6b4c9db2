import { readFileSync } from 'node:fs'
import { movedBy, UNMEASURED } from './drift.ts'
import type { KeptTime } from './kept-time.ts'
import type { Claim } from './select.ts'

/** Where the system shows its battery clock. */
export const RTC_FILE = '/sys/class/rtc/rtc0/since_epoch'

/** It counts whole seconds, and is read at some time within one. */
const READ_MS = 1_000

/** What the battery clock shows, ms; null where there is none. It may keep any zone. */
export function readRtc(path: string): number | null {
  try {
    const seconds = Number(readFileSync(path, 'utf8').trim())
    return Number.isSafeInteger(seconds) && seconds > 0 ? seconds * 1_000 + READ_MS / 2 : null
  } catch {
    return null
  }
}

/**
 * The time by the battery clock in a new boot. It was held against the true time when `kept` was written, and has run by itself since:
 * the longer, the less it is worth. Before it was ever held against anything, or when it shows an earlier time than then, it is no
 * more than a guess.
 */
export function rtcClaim(rtc: number, mono: number, kept: KeptTime | null): Claim | null {
  const guess: Claim = { source: 'rtc', mono, offsetMs: rtc - mono, uncertaintyMs: null }
  if (kept === null) return guess
  const utc = rtc - (kept.rtcAheadMs ?? 0)
  const age = utc - (kept.mono + kept.offsetMs)
  if (age < -READ_MS) return null
  if (kept.uncertaintyMs === null || kept.rtcAheadMs === null) return guess
  return { ...guess, offsetMs: utc - mono, uncertaintyMs: kept.uncertaintyMs + READ_MS + movedBy(UNMEASURED, age) }
}
