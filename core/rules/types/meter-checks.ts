import type { Sample } from '../rule.ts'

/** What a check of a meter says: whether it holds, and the number it compared. */
export interface CheckResult {
  readonly holds: boolean
  readonly measure: number
}

/** Of the rated current: below the first a phase carries nothing, above the second it is in use. (domain P11) */
const IDLE = 0.01
const IN_USE = 0.1
const LIVE_V = 180

/** One phase carries nothing while the others are in use and all are live; null where something is not known. */
export function deadPhase(
  currents: readonly number[],
  voltages: readonly number[],
  ratedA: number,
): CheckResult | null {
  if (currents.some(Number.isNaN) || voltages.some(Number.isNaN)) return null
  const idle = currents.filter((amps) => Math.abs(amps) < IDLE * ratedA)
  const used = currents.filter((amps) => Math.abs(amps) > IN_USE * ratedA)
  const isLive = voltages.every((volts) => volts >= LIVE_V)
  return {
    holds: isLive && idle.length === 1 && used.length === currents.length - 1,
    measure: Math.min(...currents.map(Math.abs)),
  }
}

/** The power is not what voltage, current and power factor make; null where something is not known. One factor stands for all phases. */
export function wrongProduct(
  watts: number,
  parts: {
    readonly voltages: readonly number[]
    readonly currents: readonly number[]
    readonly factors: readonly number[]
  },
  allowed: { readonly share: number; readonly least: number },
): CheckResult | null {
  const { voltages, currents, factors } = parts
  let made = 0
  for (const [phase, amps] of currents.entries()) {
    const volts = voltages[phase] ?? voltages[0] ?? NaN
    const factor = factors[phase] ?? factors[0] ?? NaN
    made += volts * amps * factor
  }
  if (Number.isNaN(made)) return null
  // Meters disagree about the signs.
  const difference = Math.abs(watts) - Math.abs(made)
  const larger = Math.max(Math.abs(watts), Math.abs(made))
  return { holds: larger >= allowed.least && Math.abs(difference) > allowed.share * larger, measure: difference }
}

/** The whole draws more than its feeders together; null where one is not known. */
export function missingPower(
  watts: number,
  feeders: readonly number[],
  allowed: { readonly share: number; readonly least: number },
): CheckResult | null {
  const together = feeders.reduce((sum, one) => sum + one, 0)
  if (Number.isNaN(together)) return null
  const missing = watts - together
  return { holds: missing > Math.max(allowed.least, allowed.share * watts), measure: missing }
}

/** The sign of a power factor that was usual, and for how long it was seen, ms; 0 = none yet. */
export interface UsualSign {
  sign: number
  signMs: number
}

/** Below this the sign of a power factor means nothing; after so long it is the usual one. */
const FACTOR_ENOUGH = 0.3
const USUAL_MS = 3_600_000

/** The power factor has the other sign than it usually has: a current transformer turned round. `ms` is for how long the last value was seen. Null where it is too small to tell. */
export function flippedFactor(usual: UsualSign, factor: number, ms: number): CheckResult | null {
  if (Math.abs(factor) < FACTOR_ENOUGH) return null
  const sign = Math.sign(factor)
  if (sign === usual.sign) {
    usual.signMs += ms
    return { holds: false, measure: factor }
  }
  if (usual.signMs >= USUAL_MS) return { holds: true, measure: factor }
  usual.sign = sign
  usual.signMs = 0
  return { holds: false, measure: factor }
}

/** A counter at its end begins again at 0; 99 999 to 0 is not a decrease. */
export function hasCountedBack(before: number, sample: Sample): boolean {
  if (sample.value >= before) return false
  for (let end = 1e4; end <= 1e10; end *= 10) {
    if (before >= end * 0.99 && before <= end && sample.value < end * 0.01) return false
  }
  return true
}
