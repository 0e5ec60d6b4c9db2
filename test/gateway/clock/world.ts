import type { Dating, TimeSource } from '../../../core/contract/clock.ts'
import { supersedes } from '../../../core/kit/dating.ts'
import type { KeptTime } from '../../../gateway/clock/kept-time.ts'
import { KEEP_EVERY_MS, TimeKeeper } from '../../../gateway/clock/time-keeper.ts'

/** 2026-01-12 02:00:00 in Asia/Shanghai. */
export const NIGHT = Date.UTC(2026, 0, 11, 18, 0, 0)

export const HOUR = 3_600_000

/** Somebody tells the time during a boot. */
export interface Telling {
  readonly source: TimeSource
  /** When, ms of true time since the boot. */
  readonly after: number
  /** How far it is off, and how far it says it may be; null = it cannot say. */
  readonly errorMs: number
  readonly uncertaintyMs: number | null
}

/** One boot of a machine. */
export interface BootPlan {
  /** True time without power before it, ms. */
  readonly darkMs: number
  /** How long it runs, ms of true time. */
  readonly lengthMs: number
  /** How wrong its crystal runs, parts per million. */
  readonly ppm: number
  /** What the machine's own clock shows at the boot. */
  readonly wall: number
  readonly isKilled: boolean
  /** When the program is killed and starts again, ms of true time since the boot. */
  readonly restarts?: readonly number[]
  readonly tellings: readonly Telling[]
}

/** A reading, what was told of its time, and when it truly was. */
export interface Read {
  readonly boot: string
  readonly mono: number
  readonly trueAt: number
  readonly at: number
  readonly own: Dating
  /** How many datings had been chained before it. */
  readonly n: number
}

export interface Played {
  readonly readings: readonly Read[]
  readonly datings: readonly Dating[]
  /** A reading's time as everybody in the end knows it. */
  finally(read: Read): { readonly at: number; readonly dating: Dating }
}

/** Plays the boots of one machine, with a reading every `everyMs`. What its gateway keeps goes from boot to boot. */
export function play(boots: readonly BootPlan[], everyMs = 120_000): Played {
  const readings: Read[] = []
  const datings: Dating[] = []
  let kept: KeptTime | null = null
  let trueNow = NIGHT
  for (const [index, plan] of boots.entries()) {
    trueNow += plan.darkMs
    const bootedAt = trueNow
    const monoAt = (at: number) => (at - bootedAt) * (1 + plan.ppm / 1e6) + 20_000
    const boot = (index + 1).toString(16).padStart(8, '0')
    const onDating = (dating: Dating) => void datings.push(dating)
    const begin = (mono: number) => new TimeKeeper({ boot, mono, guess: plan.wall, kept, onDating })
    let keeper = begin(monoAt(trueNow))
    const events = eventsOf(plan, everyMs)
    for (const event of events) {
      trueNow = bootedAt + event.after
      const mono = monoAt(trueNow)
      if (event.kind === 'tell') {
        const { source, errorMs, uncertaintyMs } = event.telling
        keeper.take({ source, mono, offsetMs: trueNow + errorMs - mono, uncertaintyMs }, mono)
        kept = keeper.kept(mono, { isLast: false, rtcAheadMs: null, owed: [] })
      } else if (event.kind === 'start') keeper = begin(mono)
      else if (event.kind === 'keep') {
        keeper.reconsider(mono)
        kept = keeper.kept(mono, { isLast: event.isLast, rtcAheadMs: null, owed: [] })
      } else {
        const at = mono + keeper.offsetAt(mono)
        readings.push({ boot, mono, trueAt: trueNow, at, own: keeper.datingAt(mono), n: datings.length })
      }
    }
  }
  return { readings, datings, finally: (read) => inTheEnd(read, datings) }
}

type Event = { readonly after: number } & (
  | { readonly kind: 'tell'; readonly telling: Telling }
  | { readonly kind: 'keep'; readonly isLast: boolean }
  | { readonly kind: 'read' | 'start' }
)

function eventsOf({ lengthMs, tellings, isKilled, restarts = [] }: BootPlan, everyMs: number): Event[] {
  const events: Event[] = tellings
    .filter(({ after }) => after < lengthMs)
    .map((telling) => ({ kind: 'tell', after: telling.after, telling }))
  for (let after = 0; after < lengthMs; after += everyMs) events.push({ kind: 'read', after })
  for (let after = 0; after < lengthMs; after += KEEP_EVERY_MS) events.push({ kind: 'keep', isLast: false, after })
  for (const after of restarts) if (after < lengthMs) events.push({ kind: 'start', after })
  if (!isKilled) events.push({ kind: 'keep', isLast: true, after: lengthMs })
  return events.sort((a, b) => a.after - b.after)
}

/** As the control room does it: what was chained behind a reading holds for it where it supersedes what was known. */
function inTheEnd(read: Read, datings: readonly Dating[]): { at: number; dating: Dating } {
  const dating = datings.slice(read.n).reduce((known, later) => (supersedes(later, known) ? later : known), read.own)
  return dating === read.own ? { at: read.at, dating } : { at: read.mono + dating.offsetMs, dating }
}

/** The greatest amount by which a reading is further off in the end than its dating admits, ms; those nobody can say pass. */
export function worstExcess(played: Played): number {
  const excess = played.readings.map((read) => {
    const { at, dating } = played.finally(read)
    return dating.uncertaintyMs === null ? 0 : Math.abs(at - read.trueAt) - dating.uncertaintyMs
  })
  return Math.max(0, ...excess)
}

/** Pairs of neighbouring readings whose order is not that in which they were read. */
export function outOfOrder(played: Played): number {
  const times = played.readings.map((read) => played.finally(read).at)
  return times.filter((at, index) => at < (times[index - 1] ?? -Infinity)).length
}
