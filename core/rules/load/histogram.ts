/** Bins of a histogram of power: a twentieth of the value wide, finer than what is decided by it. Enough up to 200 kW. */
export const BINS = 160

const SCALE = 14
const KNEE_W = 100

/** The bin of a power, W. What is below 0 counts as 0. */
export function binOf(power: number): number {
  if (power <= 0) return 0
  const bin = Math.floor(Math.log2(1 + power / KNEE_W) * SCALE)
  return bin < BINS ? bin : BINS - 1
}

function edgeOf(bin: number): number {
  return KNEE_W * (2 ** (bin / SCALE) - 1)
}

/** The power below which the histogram has `weight`; bins hold weights such as milliseconds. */
export function levelBelow(bins: readonly number[], weight: number): number {
  let sum = 0
  for (let bin = 0; bin < BINS; bin += 1) {
    const here = bins[bin] ?? 0
    if (here > 0 && sum + here >= weight) return edgeOf(bin) + ((edgeOf(bin + 1) - edgeOf(bin)) * (weight - sum)) / here
    sum += here
  }
  return edgeOf(BINS)
}

/** The power above which the histogram has `weight`. */
export function levelAbove(bins: readonly number[], weight: number): number {
  let sum = 0
  for (let bin = BINS - 1; bin >= 0; bin -= 1) {
    const here = bins[bin] ?? 0
    if (here > 0 && sum + here >= weight)
      return edgeOf(bin + 1) - ((edgeOf(bin + 1) - edgeOf(bin)) * (weight - sum)) / here
    sum += here
  }
  return 0
}
