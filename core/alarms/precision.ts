/** Normal deviate of a two-sided 95 % interval. */
const Z = 1.959964

/** A share with its 95 % interval (Wilson 1927); null of none. */
export function shareOf(
  count: number,
  of: number,
): { readonly value: number; readonly low: number; readonly high: number } | null {
  if (of === 0) return null
  const value = count / of
  const spread = Z * Math.sqrt((value * (1 - value)) / of + Z ** 2 / (4 * of ** 2))
  const scale = 1 + Z ** 2 / of
  const middle = value + Z ** 2 / (2 * of)
  return { value, low: Math.max(0, (middle - spread) / scale), high: Math.min(1, (middle + spread) / scale) }
}
