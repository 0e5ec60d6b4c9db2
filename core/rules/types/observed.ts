import { z } from 'zod'
import type { Instant, Sample } from '../rule.ts'

/**
 * A value and until when it may be held, monotonic in this boot; nothing is held where `until` is not after `mono`. `last` and `before`
 * are the last two samples as they came.
 */
export const Held = z
  .object({ value: z.number(), mono: z.number(), until: z.number(), last: z.number(), before: z.number() })
  .strict()
export type Held = z.infer<typeof Held>

/** Longest that any sample is held, so that a wrong validity never counts for days. */
const LONGEST_MS = 3_600_000

/** Nothing is held. */
export function noHeld(): Held {
  return { value: 0, mono: 0, until: 0, last: 0, before: 0 }
}

/** For how much of the time up to `mono` the value was observed, ms. */
export function heldMs({ mono: from, until }: Held, mono: number): number {
  return Math.max(0, Math.min(mono, until) - from)
}

/** How long nothing was observed before `mono`, ms. */
export function unseenMs(held: Held, mono: number): number {
  return Math.max(0, mono - Math.max(held.mono, held.until))
}

/** Holds `value` from a sample on, in place of what was held; a value that is no number or not good ends the holding. */
export function hold(held: Held, sample: Sample, value: number): void {
  if (sample.quality !== 'good' || !Number.isFinite(value)) {
    held.until = Math.min(held.until, sample.mono)
    held.mono = held.until
    return
  }
  held.value = value
  held.mono = sample.mono
  held.until = sample.mono + Math.min(LONGEST_MS, Math.max(0, sample.validMs))
}

/** Like `hold`, with the middle of the last three samples: one that leaps and comes back is a fault of the line, and is not counted. */
export function holdMiddle(held: Held, sample: Sample, value: number): void {
  const isFirst = held.until < sample.mono
  hold(held, sample, value)
  if (held.mono !== sample.mono || held.until === held.mono) return
  if (isFirst) held.last = held.before = value
  const { last, before } = held
  held.value = Math.max(Math.min(last, before), Math.min(Math.max(last, before), value))
  held.before = last
  held.last = value
}

/** The mean over one stretch of the clock, as it is put together. */
export const Slot = z.object({ key: z.number(), sum: z.number(), ms: z.number() }).strict()
export type Slot = z.infer<typeof Slot>

/** A slot nothing was put into. */
export function noSlot(): Slot {
  return { key: -1, sum: 0, ms: 0 }
}

/**
 * Puts what was held up to now into slots of `lengthMs` that begin at whole multiples of it. Answers the mean of the slot that has just
 * ended; NaN while none has, and where less than half of it was observed.
 */
export function slotsOf(lengthMs: number): (slot: Slot, held: Held, now: Instant) => number {
  return (slot, held, now) => {
    const key = Math.floor(now.at / lengthMs)
    let ms = heldMs(held, now.mono)
    let mean = NaN
    if (key !== slot.key) {
      const unseen = Math.max(0, now.mono - held.until)
      const into = Math.min(ms, Math.max(0, now.at - unseen - key * lengthMs))
      const before = Math.min(ms - into, Math.max(0, lengthMs - slot.ms))
      slot.sum += held.value * before
      slot.ms += before
      ms = into
      if (slot.ms >= lengthMs / 2) mean = slot.sum / slot.ms
      slot.key = key
      slot.sum = 0
      slot.ms = 0
    }
    slot.sum += held.value * ms
    slot.ms += ms
    return mean
  }
}

/** The middle of some numbers; NaN of none. */
export function medianOf(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = sorted.length >> 1
  const upper = sorted[middle] ?? NaN
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? NaN) + upper) / 2
}

/** Adds to a list that keeps its last `most`. */
export function keepLast<T>(values: T[], value: T, most: number): void {
  values.push(value)
  if (values.length > most) values.shift()
}
