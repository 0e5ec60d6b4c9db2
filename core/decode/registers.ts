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
  const [first = 0, second = 0, third = 0, fourth = 0] = order === 'high-first' ? words : words.toReversed()
  switch (type) {
    case 'u16':
      return first
    case 's16':
      return (first << 16) >> 16
    case 'u32':
      return first * 0x1_0000 + second
    case 's32':
      return (first << 16) | second
    case 'f32':
      return shortestFloat(floatOf((first << 16) | second))
    case 'u64':
      return Number(wide(first, second, third, fourth))
    case 's64':
      return Number(BigInt.asIntN(64, wide(first, second, third, fourth)))
  }
}

function wide(first: number, second: number, third: number, fourth: number): bigint {
  return (BigInt(first * 0x1_0000 + second) << 32n) | BigInt(third * 0x1_0000 + fourth)
}

/** The 32-bit float that these bits are, without a buffer for each: there are very many of them. (IEEE 754 §3.4) */
function floatOf(bits: number): number {
  const sign = bits < 0 ? -1 : 1
  const exponent = (bits >>> 23) & 0xff
  const fraction = bits & 0x7f_ffff
  if (exponent === 0xff) return fraction === 0 ? sign * Infinity : NaN
  return exponent === 0 ? sign * fraction * 2 ** -149 : sign * (fraction + 0x80_0000) * 2 ** (exponent - 150)
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
