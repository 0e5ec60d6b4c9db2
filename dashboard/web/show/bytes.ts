const UNITS = ['B', 'KB', 'MB', 'GB', 'TB'] as const

/** An amount of bytes with at most three digits before the unit, such as `1.4 GB`; powers of 1024. */
export function bytesText(bytes: number): string {
  const power = bytes < 1 ? 0 : Math.min(UNITS.length - 1, Math.floor(Math.log2(bytes) / 10))
  const amount = bytes / 1_024 ** power
  return `${power === 0 || amount >= 100 ? Math.round(amount) : amount.toFixed(1)} ${UNITS[power] ?? ''}`
}
