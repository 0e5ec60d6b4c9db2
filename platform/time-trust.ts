import { execFile } from 'node:child_process'
import type { MonoMs } from '../core/contract/time.ts'
import { elapsed } from '../core/kit/time.ts'
import type { Clock } from './clock.ts'

/** Runs a program and answers what it printed; null when it is not there, fails or takes too long. */
export type Run = (program: string, args: readonly string[], signal: AbortSignal) => Promise<string | null>

/** What chrony names when it has lost everybody, or never had anybody, and goes by the machine's own clock (`local`). */
const LOCAL_REFERENCE = '7F7F0101'

/** Programs that are asked may take so long, ms. */
const RUN_WITHIN_MS = 2_000

/** They are asked at most so often, ms. */
const ASK_EVERY_MS = 60_000

/** `timedatectl` says yes or no; a time server that answers over any line in use is not further off than this, ms. */
const PLAIN_SYNC_MS = 500

/**
 * What the machine's own clock is worth: how far it may be off, ms, by the word of the program that keeps it (chrony, else whatever
 * `timedatectl` knows); null where nobody keeps it or nobody says so.
 */
export interface TimeTrust {
  /** As it was found last; null before the first look. Grows older until `look` is called. */
  worthMs(): number | null
  /** Looks, at most once a minute, and answers as `worthMs` does. Never throws. */
  look(signal: AbortSignal): Promise<number | null>
  /** Looks every minute until `signal` aborts. */
  run(signal: AbortSignal): Promise<void>
}

export interface TimeTrustOptions {
  readonly clock: Clock
  /** Somebody answers for the machine's clock being within so many ms of the true time, such as the host of a container. */
  readonly vouchedMs?: number | undefined
  readonly run?: Run
}

export function openTimeTrust({ clock, vouchedMs, run = runProgram }: TimeTrustOptions): TimeTrust {
  const state = { worth: vouchedMs ?? null, lookedAt: null as MonoMs | null }
  const look: TimeTrust['look'] = async (signal) => {
    const now = clock.mono()
    if (vouchedMs !== undefined) return vouchedMs
    if (state.lookedAt !== null && elapsed(state.lookedAt, now) < ASK_EVERY_MS) return state.worth
    state.lookedAt = now
    state.worth = await worthOfSystem(run, signal)
    return state.worth
  }
  return {
    worthMs: () => state.worth,
    look,
    run: async (signal) => {
      while (!signal.aborted) {
        await look(signal)
        await clock.sleep(ASK_EVERY_MS, signal).catch(() => undefined)
      }
    },
  }
}

async function worthOfSystem(run: Run, signal: AbortSignal): Promise<number | null> {
  const chrony = await run('chronyc', ['-n', '-c', 'tracking'], signal)
  if (chrony !== null) return chronyWorth(chrony)
  const plain = await run('timedatectl', ['show', '-p', 'NTPSynchronized'], signal)
  return plain?.trim() === 'NTPSynchronized=yes' ? PLAIN_SYNC_MS : null
}

/**
 * How far off the system's clock may be by chrony's own account, ms: its offset now, the dispersion of what it follows and half the
 * way there and back; null when it follows nobody. (chronyc(1), `tracking`, as comma-separated values)
 */
export function chronyWorth(line: string): number | null {
  const fields = line.trim().split(',')
  const [stratum, offsetS, rootDelayS, rootDispersionS] = [2, 4, 10, 11].map((index) => Number(fields[index]))
  const sum = Math.abs(offsetS ?? NaN) + (rootDispersionS ?? NaN) + (rootDelayS ?? NaN) / 2
  const isFollowing = fields[0] !== LOCAL_REFERENCE && fields[13] !== 'Not synchronised'
  const isSynced = fields.length >= 14 && isFollowing && stratum !== 0
  return isSynced && Number.isFinite(sum) ? sum * 1_000 : null
}

function runProgram(program: string, args: readonly string[], signal: AbortSignal): Promise<string | null> {
  return new Promise((settle) => {
    const options = { signal, timeout: RUN_WITHIN_MS, killSignal: 'SIGKILL', maxBuffer: 65_536 } as const
    execFile(program, args, options, (error, printed) => settle(error === null ? printed : null))
  })
}
