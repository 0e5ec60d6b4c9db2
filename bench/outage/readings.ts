/** What the plant of this bench shows: each value is a function of the point and the round, so that every reading can be checked. */

export const DEVICES = 5
export const POINTS_PER_DEVICE = 100
export const POINTS = DEVICES * POINTS_PER_DEVICE

/** Rounds are so far apart, ms. */
export const PERIOD_MS = 10_000

/** What a point measures; every tenth is alike. */
export const KINDS = [
  { quantity: 'voltage', unit: 'V' },
  { quantity: 'voltage', unit: 'V' },
  { quantity: 'voltage', unit: 'V' },
  { quantity: 'current', unit: 'A' },
  { quantity: 'current', unit: 'A' },
  { quantity: 'power', unit: 'W' },
  { quantity: 'energy', unit: 'kW.h' },
  { quantity: 'temperature', unit: 'Cel' },
  { quantity: 'level', unit: 'm' },
  { quantity: 'state', unit: '1' },
] as const

/** A pump that runs for some rounds of every hour. */
function isRunning(point: number, round: number): boolean {
  return (round + point * 37) % 360 < 40
}

/** A number in [0, 1) that looks like chance and is always the same for the same two. (Steele, Vigna: SplitMix) */
function noise(point: number, round: number): number {
  let mixed = Math.imul(point + 1, 0x9e37_79b1) ^ Math.imul(round + 1, 0x85eb_ca6b)
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x21f0_aaad)
  mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a_2d97)
  return ((mixed ^ (mixed >>> 15)) >>> 0) / 2 ** 32
}

/** What point 0…POINTS−1 shows in a round, with the digits such a meter has. */
export function valueAt(point: number, round: number): number {
  const wobble = noise(point, round) - 0.5
  const runs = isRunning(point, round)
  switch (point % 10) {
    case 3:
    case 4:
      return fixed(runs ? 12 + wobble * 0.6 : 0, 2)
    case 5:
      return fixed(runs ? 5_400 + wobble * 300 : 0, 0)
    case 6:
      return fixed(1_000 + point + round * 0.01, 2)
    case 7:
      return fixed(14 + 6 * Math.sin((round / 8_640) * 2 * Math.PI + point) + wobble * 0.2, 1)
    case 8:
      return fixed(3.2 + Math.sin(round / 700 + point) + wobble * 0.004, 3)
    case 9:
      return runs ? 1 : 0
    default:
      return fixed(231 + Math.sin(round / 60 + point) * 2 + wobble * 0.8, 1)
  }
}

/** The place of a point among all, by its device and name; −1 for what is none of them. */
export function pointOf(device: string, point: string): number {
  const [, major] = /^device-(\d+)$/.exec(device) ?? []
  const [, minor] = /^point-(\d+)$/.exec(point) ?? []
  if (major === undefined || minor === undefined) return -1
  return Number(major) * POINTS_PER_DEVICE + Number(minor)
}

/** The round a monotonic time lies in: it counts from the same instant in every boot of this bench. */
export function roundAt(mono: number): number {
  return Math.floor(mono / PERIOD_MS)
}

function fixed(value: number, digits: number): number {
  return Number(value.toFixed(digits))
}
