import type { Site } from '../../../core/contract/site.ts'
import type { Language } from '../../../core/contract/text.ts'
import type { UtcMs } from '../../../core/contract/time.ts'
import { placeNameOf } from '../../../core/alarms/place-name.ts'
import { headlineOf } from '../../../core/rules/explain.ts'
import type { AlarmBase } from '../alarms/alarm-columns.ts'
import { NOTICE_TEXTS } from './messages.ts'

/** What people call a place; its id while nobody has said. */
export function placeName(id: string, site: Site | null, language: Language): string {
  return placeNameOf(id, site)[language]
}

/** What happened, and that it is over where it is. */
export function standingHeadline(alarm: AlarmBase, language: Language): string {
  const happened = headlineOf(alarm, language)
  const isOver = alarm.state === 'returned' || alarm.state === 'latched'
  return isOver ? NOTICE_TEXTS[language].returnedHeadline(happened) : happened
}

/** How a site tells the time. */
export interface WallClock {
  readonly zone: string
  /** Wall time of the site as 2026-01-12 02:14:05. */
  readonly tell: (at: UtcMs) => string
}

/** Making a clock costs a hundred times what telling the time by it does, so that of most sites is made once. */
const USUAL_CLOCK = clockOf('Asia/Shanghai')

/** The clock of a site's zone. A zone this machine does not know must not keep a message from going out. */
export function wallClock(site: Site | null): WallClock {
  if (site === null || site.zone === USUAL_CLOCK.zone) return USUAL_CLOCK
  try {
    return clockOf(site.zone)
  } catch {
    return USUAL_CLOCK
  }
}

/** The clocks of many sites, one for each zone. */
export function wallClocks(): (site: Site | null) => WallClock {
  const made = new Map<string | undefined, WallClock>()
  return (site) => {
    const clock = made.get(site?.zone) ?? wallClock(site)
    made.set(site?.zone, clock)
    return clock
  }
}

function clockOf(timeZone: string): WallClock {
  const format = new Intl.DateTimeFormat('sv-SE', { dateStyle: 'short', timeStyle: 'medium', timeZone })
  return { zone: timeZone, tell: (at) => format.format(at) }
}

/** At most `most` UTF-16 units, the end marked where something is left out. Never half a character. */
export function cutTo(text: string, most: number): string {
  if (text.length <= most) return text
  const kept = text.slice(0, Math.max(0, most - 1))
  return `${/[\uD800-\uDBFF]$/.test(kept) ? kept.slice(0, -1) : kept}…`
}

/** At most `most` bytes of UTF-8, the same way. */
export function cutToBytes(text: string, most: number): string {
  if (Buffer.byteLength(text) <= most) return text
  let kept = ''
  let bytes = 3
  for (const sign of text) {
    bytes += Buffer.byteLength(sign)
    if (bytes > most) break
    kept += sign
  }
  return `${kept}…`
}
