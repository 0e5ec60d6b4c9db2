/** Wilson's 95 % interval of a share. */
export function wilson(hits: number, of: number): readonly [number, number] {
  if (of === 0) return [0, 1]
  const z = 1.96
  const share = hits / of
  const middle = share + (z * z) / (2 * of)
  const spread = z * Math.sqrt((share * (1 - share)) / of + (z * z) / (4 * of * of))
  const norm = 1 + (z * z) / of
  return [Math.max(0, (middle - spread) / norm), Math.min(1, (middle + spread) / norm)]
}

/** The exact 95 % interval of the mean of a count (Garwood). */
export function poisson(count: number): readonly [number, number] {
  return [count === 0 ? 0 : chiSquare(0.025, 2 * count) / 2, chiSquare(0.975, 2 * count + 2) / 2]
}

/** Chi-square quantile for even degrees of freedom, by bisection of the Poisson sum it is. */
function chiSquare(p: number, degrees: number): number {
  let low = 0
  let high = degrees + 20 * Math.sqrt(degrees + 1) + 50
  for (let step = 0; step < 80; step++) {
    const middle = (low + high) / 2
    if (1 - poissonUpTo(degrees / 2 - 1, middle / 2) < p) low = middle
    else high = middle
  }
  return (low + high) / 2
}

/** Probability of at most `count` where `mean` are expected. */
function poissonUpTo(count: number, mean: number): number {
  let sum = 0
  let logTerm = -mean
  for (let k = 0; k <= count; k++) {
    if (k > 0) logTerm += Math.log(mean / k)
    sum += Math.exp(logTerm)
  }
  return sum
}
