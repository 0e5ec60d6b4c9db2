import { z } from 'zod'
import { defineRule, timing } from '../define-rule.ts'
import type { Sample, Sensed } from '../rule.ts'
import { placeValues } from './common.ts'
import { drawnBeside } from './drawn.ts'
import { keepLast, medianOf } from './observed.ts'
import { followLevel, Level, noLevel } from './plateaus.ts'

const STRENGTH = 3

const HOUR_MS = 3_600_000

/** Bounds what is remembered: a wave of 30 s has so many halves in ten minutes. */
const HALVES = 24

/** A half of the wave lasts this long; what is shorter is a ripple, what is longer no wave. */
const HALF_MIN_MS = 10_000
const HALF_MAX_MS = 600_000

/** How far each half may lie from the middle of its kind. */
const STEADY = 0.15

/** Far enough from a level to be another one: of the level, and in any case, W. */
const APART = 0.08
const APART_W = 300

const Params = z
  .object({
    /** What it draws loaded, at least and at most, W. */
    from: z.number().positive().default(25_000),
    to: z.number().positive().default(140_000),
    /** Unloaded it draws this share of it, at least and at most, 0–1. */
    low: z.number().gt(0).lt(1).default(0.2),
    high: z.number().gt(0).lt(1).default(0.5),
    /** Changes between both within an hour. */
    changes: z
      .number()
      .int()
      .min(4)
      .max(HALVES - 1)
      .default(8),
    ...timing({ onDelay: 0, offDelay: 60_000 }),
  })
  .strict()
type Params = z.infer<typeof Params>

const Own = z
  .object({
    level: Level,
    /** The last halves of the wave: until when (monotonic), and the mean, W. */
    halves: z.array(z.object({ until: z.number(), mean: z.number() }).strict()),
    /** What was found: loaded and unloaded W, changes in the last hour, and until when it counts (monotonic). */
    wave: z
      .object({ loaded: z.number(), unloaded: z.number(), changes: z.number(), until: z.number() })
      .strict()
      .nullable(),
  })
  .strict()
type Own = z.infer<typeof Own>

/** The square wave of an air compressor that loads and unloads: rock is drilled or broken. (domain P7) */
export const compressor = defineRule<Params, Own>({
  type: 'compressor',
  serves: 1,
  group: 'power',
  params: Params,
  quantities: ['power'],
  own: Own,
  start: () => ({ level: noLevel(), halves: [], wave: null }),
  resume: (own, isSameBoot) => (isSameBoot ? own : { level: noLevel(), halves: [], wave: null }),
  peak: 'highest',
  sense: (context, own, sample, _input, out) => {
    const value = drawnBeside(context, sample)
    if (sample.quality !== 'good') return
    out.strength = STRENGTH
    if (Number.isNaN(value)) {
      own.level.until = Math.max(own.level.until, sample.mono + sample.validMs)
      out.verdict = 'same'
      return
    }
    follow(context.params, own, { value, sample })
    judge(own, sample, out)
  },
  explain: (context, { wave }, facts) => ({
    key: `compressor.${facts.kind}`,
    values: {
      ...placeValues(context),
      loaded: wave?.loaded ?? null,
      unloaded: wave?.unloaded ?? null,
      share: wave === null ? null : (wave.unloaded / wave.loaded) * 100,
      changes: wave?.changes ?? null,
      since: facts.since,
      activeS: facts.activeS,
      peak: facts.peak,
    },
  }),
  // Small screw compressors are the commonest at closed pits.
  standard: ({ load }) => (load === null ? [] : [{ point: load.meter, priority: 'orange', with: { from: 7_500 } }]),
  faults: ({ params: { from, to, low, high } }) => [
    ...(to > from ? [] : [{ path: ['with', 'to'], message: `expected more than from, ${from} W, came ${to}` }]),
    ...(high > low ? [] : [{ path: ['with', 'high'], message: `expected more than low, ${low}, came ${high}` }]),
  ],
})

function follow(
  params: Params,
  own: Own,
  { value, sample }: { readonly value: number; readonly sample: Sample },
): void {
  const { level } = own
  const tolerance = Math.max(APART_W, APART * Math.abs(level.mean))
  const what = followLevel(level, { value, mono: sample.mono, validMs: sample.validMs, tolerance })
  // A wave that was not seen all along may have been two.
  if (what === 'lost') own.halves = []
  if (what !== 'edge' || level.was === null) return
  const { mono, until, mean } = level.was
  const ms = until - mono
  if (ms < HALF_MIN_MS || ms > HALF_MAX_MS) {
    own.halves = []
    return
  }
  keepLast(own.halves, { until, mean }, HALVES)
  own.wave = waveOf(params, own.halves, sample.mono) ?? own.wave
}

function judge(own: Own, sample: Sample, out: Sensed): void {
  if (own.wave !== null && sample.mono > own.wave.until) own.wave = null
  out.verdict = own.wave === null ? 'false' : 'true'
  if (own.wave !== null) out.measure = own.wave.loaded
}

/** The wave that the last halves make, which counts until its next half is overdue; null where they make none. */
function waveOf(params: Params, halves: Own['halves'], mono: number): Own['wave'] {
  const recent = halves.filter(({ until }) => until > mono - HOUR_MS)
  if (recent.length <= params.changes) return null
  const last = recent.slice(-(params.changes + 1))
  const ofParity = (parity: number) => last.filter((_, index) => index % 2 === parity).map(({ mean }) => mean)
  const [first, second] = [ofParity(0), ofParity(1)]
  const [loadedHalves, unloadedHalves] = medianOf(first) > medianOf(second) ? [first, second] : [second, first]
  const loaded = medianOf(loadedHalves)
  const unloaded = medianOf(unloadedHalves)
  const isSteady = (means: readonly number[], middle: number) =>
    means.every((mean) => Math.abs(mean - middle) <= STEADY * middle)
  const share = unloaded / loaded
  const isWave =
    isSteady(loadedHalves, loaded) &&
    isSteady(unloadedHalves, unloaded) &&
    loaded >= params.from &&
    loaded <= params.to &&
    share >= params.low &&
    share <= params.high
  if (!isWave) return null
  const isHalf = ({ mean }: { readonly mean: number }) => isSteady([mean], loaded) || isSteady([mean], unloaded)
  const before = recent.findLastIndex((half) => !isHalf(half))
  return { loaded, unloaded, changes: recent.length - before - 2, until: mono + HALF_MAX_MS }
}
