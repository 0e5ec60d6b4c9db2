import { seededChance } from '../../sim/chance.ts'

/** Draws of one seed, always the same in the same order. */
export interface Dice {
  /** In [0, 1). */
  next(): number
  uniform(from: number, to: number): number
  /** Even over the logarithm. */
  logUniform(from: number, to: number): number
  /** Normal, mean 0 and deviation 1. */
  gauss(): number
  /** Exponential, with this mean. */
  wait(mean: number): number
  /** Whole number, both ends included. */
  whole(from: number, to: number): number
  isLucky(share: number): boolean
  pick<T>(choices: readonly [T, ...T[]]): T
  /** Dice of their own, so that what is drawn here does not shift what is drawn there. */
  fork(): Dice
}

/** Dice of a seed (mulberry32). */
export function diceOf(seed: number): Dice {
  const next = seededChance(seed)
  const uniform = (from: number, to: number) => from + (to - from) * next()
  return {
    next,
    uniform,
    logUniform: (from, to) => Math.exp(uniform(Math.log(from), Math.log(to))),
    gauss: () => Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next()),
    wait: (mean) => -mean * Math.log(1 - next()),
    whole: (from, to) => from + Math.floor(next() * (to - from + 1)),
    isLucky: (share) => next() < share,
    pick: (choices) => choices[Math.floor(next() * choices.length)] ?? choices[0],
    fork: () => diceOf(Math.floor(next() * 0x1_0000_0000)),
  }
}
