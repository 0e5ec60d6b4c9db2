import type { DeviceProfile, LineSettings } from '../../core/contract/device-profile.ts'

/** One stretch of a scan: these units, or the meters that answer to the wildcard address, on one line setting. */
export type ScanStep =
  | { readonly kind: 'units'; readonly line: LineSettings; readonly units: readonly number[] }
  | { readonly kind: 'meters'; readonly line: LineSettings }

/** What is usual in the field beside what the library's devices have, the likeliest first. */
const USUAL: readonly LineSettings[] = [
  { baud: 9_600, parity: 'none', stopBits: 1 },
  { baud: 2_400, parity: 'none', stopBits: 1 },
  { baud: 2_400, parity: 'even', stopBits: 1 },
  { baud: 9_600, parity: 'even', stopBits: 1 },
  { baud: 19_200, parity: 'even', stopBits: 1 },
  { baud: 4_800, parity: 'none', stopBits: 1 },
  { baud: 115_200, parity: 'none', stopBits: 1 },
  { baud: 19_200, parity: 'none', stopBits: 1 },
  { baud: 1_200, parity: 'even', stopBits: 1 },
  { baud: 38_400, parity: 'none', stopBits: 1 },
  { baud: 4_800, parity: 'even', stopBits: 1 },
  { baud: 57_600, parity: 'none', stopBits: 1 },
  { baud: 9_600, parity: 'odd', stopBits: 1 },
]

/** Units by how often they are in use: the low ones, those installers like, the last one, the rest. */
const UNIT_TIERS: readonly (readonly number[])[] = [
  range(1, 32),
  [...range(100, 130), 247],
  [...range(33, 99), ...range(131, 246)],
]

/** `9600 8N1`, as it is written on devices. */
export function lineName({ baud, parity, stopBits }: LineSettings): string {
  return `${baud} 8${{ none: 'N', even: 'E', odd: 'O' }[parity]}${stopBits}`
}

/** Line settings to try, likeliest first: those of most profiles, then the usual ones. Stop bits do not tell lines apart. */
export function linesByLikelihood(profiles: readonly DeviceProfile[]): readonly LineSettings[] {
  const known = linesOf(profiles)
  return [...known, ...USUAL.filter((line) => !known.some((other) => sameSetting(line, other)))]
}

/**
 * The stretches of a scan in the order of what each is likely to find: low units on the library's settings, meters, the
 * other popular units, then unusual settings, then everything else.
 */
export function scanSteps(
  lines: readonly LineSettings[],
  units: readonly number[],
  profiles: readonly DeviceProfile[],
): readonly ScanStep[] {
  const known = linesOf(profiles)
  const isKnown = (line: LineSettings) => known.some((other) => sameSetting(line, other))
  const meterLines = linesOf(profiles.filter(({ driver }) => driver === 'dlt645'))
  const [likely, unlikely] = [lines.filter(isKnown), lines.filter((line) => !isKnown(line))]
  const [low = [], popular = [], rest = []] = UNIT_TIERS.map((tier) => tier.filter((unit) => units.includes(unit)))
  const sweep = (on: readonly LineSettings[], tier: readonly number[]) =>
    tier.length === 0 ? [] : on.map((line): ScanStep => ({ kind: 'units', line, units: tier }))
  const meters = (meterLines.length === 0 ? [] : lines)
    // Where there is only one setting, somebody else has set it: meters may be there whatever it is.
    .filter((line) => lines.length === 1 || meterLines.some((other) => sameSetting(line, other)))
    .map((line): ScanStep => ({ kind: 'meters', line }))
  return [
    ...sweep(likely, low),
    ...meters,
    ...sweep(likely, popular),
    ...sweep(unlikely, low),
    ...sweep(likely, rest),
    ...sweep(unlikely, [...popular, ...rest]),
  ]
}

/** Units named as `1-32,100,247`; null when the text is no such list. */
export function unitsOf(text: string): readonly number[] | null {
  const parts = text.split(',').map((part) => /^\s*(\d{1,3})(?:-(\d{1,3}))?\s*$/.exec(part))
  const units = new Set<number>()
  for (const part of parts) {
    if (part === null) return null
    const [from, to] = [Number(part[1]), Number(part[2] ?? part[1])]
    if (from < 1 || to > 247 || from > to) return null
    for (const unit of range(from, to)) units.add(unit)
  }
  return [...units]
}

function linesOf(profiles: readonly DeviceProfile[]): readonly LineSettings[] {
  const counted = new Map<string, { line: LineSettings; count: number }>()
  for (const profile of profiles) {
    if (profile.driver === 'isapi') continue
    const key = `${profile.link.baud}/${profile.link.parity}`
    const entry = counted.get(key)
    if (entry === undefined) counted.set(key, { line: profile.link, count: 1 })
    else entry.count += 1
  }
  const place = (line: LineSettings) => {
    const at = USUAL.findIndex((usual) => sameSetting(usual, line))
    return at < 0 ? USUAL.length : at
  }
  return [...counted.values()]
    .sort((a, b) => b.count - a.count || place(a.line) - place(b.line))
    .map(({ line }) => line)
}

function sameSetting(a: LineSettings, b: LineSettings): boolean {
  return a.baud === b.baud && a.parity === b.parity
}

function range(from: number, to: number): number[] {
  return Array.from({ length: to - from + 1 }, (_, index) => from + index)
}
