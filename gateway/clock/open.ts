import { mkdirSync } from 'node:fs'
import type { GatewayConfig } from '../../core/contract/site.ts'
import { bootId, type Clock, systemClock } from '../../platform/clock.ts'
import type { Log } from '../../platform/log.ts'
import { openTimeTrust, type TimeTrust } from '../../platform/time-trust.ts'
import { askGpsd } from './gpsd.ts'
import { type ClockSource, type HonestClock, honestClock } from './honest-clock.ts'
import { readRtc, RTC_FILE, rtcClaim } from './rtc.ts'
import type { Claim } from './select.ts'
import { noteClaim } from './technician-note.ts'

export interface HonestClockParts {
  /** The clock the program was started with. */
  readonly clock: Clock
  /** Folder of the gateway's store. */
  readonly folder: string
  readonly settings: GatewayConfig['clock']
  readonly log: Log
}

const MINUTE_MS = 60_000
/** A receiver is asked as seldom as the control room: between two looks the clock drifts by a tenth of a second. */
const GPS_EVERY_MS = 10 * MINUTE_MS
const NOTE_EVERY_MS = 5_000

/**
 * The gateway's clock. With the system's clock it hears everybody who may know the time; a clock that plays a county faster is
 * believed as it is, because that is the county's time.
 */
export function openHonestClock({ clock, folder, settings, log }: HonestClockParts): HonestClock {
  const boot = bootId(clock)
  if (clock !== systemClock) return playedClock(clock, { boot, log })
  made(folder)
  const trust = openTimeTrust({ clock, vouchedMs: settings?.within })
  const gpsd = settings?.gpsd
  const note = noteSource(folder, boot)
  return honestClock({
    ...{ clock, boot, folder, log },
    rtc: () => readRtc(RTC_FILE),
    first: (mono, kept) => {
      const rtc = readRtc(RTC_FILE)
      const vouched = settings?.within === undefined ? null : systemClaim(clock, settings.within)
      const claims = [kept?.boot === boot || rtc === null ? null : rtcClaim(rtc, mono, kept), vouched]
      return claims.filter((claim) => claim !== null)
    },
    sources: [systemSource(clock, trust), note, ...(gpsd === undefined ? [] : [gpsSource(gpsd, clock)])],
  })
}

/** The store makes the folder too, but later; and says so where the disk refuses. */
function made(folder: string): void {
  try {
    mkdirSync(folder, { recursive: true })
  } catch {
    // Then nothing is remembered of the time.
  }
}

function playedClock(clock: Clock, parts: { readonly boot: HonestClock['boot']; readonly log: Log }): HonestClock {
  const claim = (): Claim => ({ ...systemClaim(clock, 0), source: 'control-room' })
  return honestClock({
    ...{ ...parts, clock, folder: null },
    rtc: () => null,
    first: () => [claim()],
    sources: [{ everyMs: MINUTE_MS, claim: () => Promise.resolve(claim()) }],
  })
}

/** The machine's own clock says nothing while nobody keeps it: it may stand anywhere, and be set by anybody. */
function systemSource(clock: Clock, trust: TimeTrust): ClockSource {
  return {
    everyMs: MINUTE_MS,
    claim: async (signal) => {
      const worth = await trust.look(signal)
      return worth === null ? null : systemClaim(clock, worth + 1)
    },
  }
}

function systemClaim(clock: Clock, uncertaintyMs: number): Claim {
  const mono = clock.mono()
  return { source: 'ntp', mono, offsetMs: clock.now() - mono, uncertaintyMs }
}

function gpsSource(place: string, clock: Clock): ClockSource {
  const [host = '', port] = place.split(':')
  return { everyMs: GPS_EVERY_MS, claim: (signal) => askGpsd({ host, port: Number(port) }, clock, signal) }
}

function noteSource(folder: string, boot: HonestClock['boot']): ClockSource {
  const taken = { mono: -1 }
  return {
    everyMs: NOTE_EVERY_MS,
    claim: () => {
      const claim = noteClaim(folder, boot)
      // The same note says nothing new.
      if (claim === null || claim.mono === taken.mono) return Promise.resolve(null)
      taken.mono = claim.mono
      return Promise.resolve(claim)
    },
  }
}
