import { REGISTERS_OF, type RegisterType, type WordOrder } from '../contract/device-profile.ts'

/**
 * The number `words` hold. Floats come as the shortest decimal that is this float (0x43663333 is 230.2, as the device
 * means it, not 230.1999969482422); NaN and the infinities come as they are. 64-bit integers beyond ±2^53 are rounded.
 * Throws RangeError when the count of words is not that of the type.
 */
export function numberOf(words: readonly number[], type: Exclude<RegisterType, 'bit'>, order: WordOrder): number {
  if (words.length !== REGISTERS_OF[type]) {
    throw new RangeError(`expected ${REGISTERS_OF[type]} registers for ${type}, came ${words.length}`)
  }
  const view = new DataView(new ArrayBuffer(8))
  const ordered = order === 'high-first' ? words : words.toReversed()
  for (const [index, word] of ordered.entries()) view.setUint16(index * 2, word)
  switch (type) {
    case 'u16':
      return view.getUint16(0)
    case 's16':
      return view.getInt16(0)
    case 'u32':
      return view.getUint32(0)
    case 's32':
      return view.getInt32(0)
    case 'f32':
      return shortestFloat(view.getFloat32(0))
    case 'u64':
      return Number(view.getBigUint64(0))
    case 's64':
      return Number(view.getBigInt64(0))
  }
}

/** The number that bits `low` to `high` of a 16-bit register stand for; bit 0 is the lowest. */
export function bitsOf(word: number, [low, high]: readonly [number, number]): number {
  return (word >>> low) & (2 ** (high - low + 1) - 1)
}

/** All numbers that a type can hold, ends included, in `bits` of it where those are given. */
export function holds(type: RegisterType, bits?: readonly [number, number]): readonly [number, number] {
  if (bits !== undefined) return [0, 2 ** (bits[1] - bits[0] + 1) - 1]
  switch (type) {
    case 'bit':
      return [0, 1]
    case 'f32':
      return [-MAX_FLOAT, MAX_FLOAT]
    case 'u16':
    case 'u32':
    case 'u64':
      return [0, 2 ** (16 * REGISTERS_OF[type]) - 1]
    case 's16':
    case 's32':
    case 's64': {
      const half = 2 ** (16 * REGISTERS_OF[type] - 1)
      return [-half, half - 1]
    }
  }
}

const MAX_FLOAT = 3.4028234663852886e38

/** The decimal with the fewest digits that a 32-bit float holds as `value`. */
export function shortestFloat(value: number): number {
  if (!Number.isFinite(value) || Number.isInteger(value)) return value
  for (let digits = 6; digits < 9; digits += 1) {
    const short = Number(value.toPrecision(digits))
    if (Math.fround(short) === value) return short
  }
  return Number(value.toPrecision(9))
}

/**
 * A computed number without the noise of binary arithmetic: 2302 · 0.1 is 230.2, not 230.20000000000002. `magnitude` is
 * that of the largest number it was computed from; 15 digits of that are kept, so a difference has no noise either.
 */
export function tidy(value: number, magnitude: number = Math.abs(value)): number {
  const decimals = 14 - Math.floor(Math.log10(magnitude))
  return Number(decimals >= 0 && decimals <= 100 ? value.toFixed(decimals) : value.toPrecision(15))
}
