import { z } from 'zod'
import { PointRef } from '../../contract/reading.ts'
import { defineRule, timing } from '../define-rule.ts'
import { conditionValues } from './common.ts'
import { loadValues } from './load-values.ts'

/** What lasts on as it was told, such as a lamp that failed, is no news. */
const STRENGTH = { new: 4.2, told: 2 }

/** The same low level again: as near as this. */
const NEAR = 0.06
/** Below the floor for so long it has been told; at the floor for so long everything is metered again. */
const TOLD_MS = 600_000
const AT_FLOOR_MS = 300_000
/** What has failed is seen again the next night; what comes again days later was done again. */
const LASTS_MS = 30 * 3_600_000

/** How far below its floor a site lies that meters everything: little for what always runs, less for a pump whose rating is known. */
const FLOOR = 0.85
const RUNNING = 0.9

/** A site that needs less than this can need nothing, and a voltage below this is none, W and V. */
const LEAST_W = 150
const DEAD_V = 50
/** Below this share of its own usual value the voltage sags, and every load with it. */
const SAG = 0.92

const Params = z
  .object({
    /** The voltage of the same supply: without it a meter that shows nothing cannot be told from an outage. */
    voltage: PointRef.optional(),
    ...timing({ onDelay: 300_000, offDelay: 300_000 }),
  })
  .strict()
type Params = z.infer<typeof Params>

const Own = z
  .object({
    usualVoltage: z.number().nullable(),
    /** How low it was when it was told, and where its floor was, W without known loads; when that was last seen, monotonic. Null = never. */
    told: z.object({ low: z.number(), floor: z.number(), mono: z.number() }).strict().nullable(),
    /** For how long it has been below, and at, the floor, ms; and until when that was counted, monotonic. */
    belowMs: z.number(),
    atFloorMs: z.number(),
    mono: z.number().nullable(),
  })
  .strict()
type Own = z.infer<typeof Own>

/** The meter shows less than what is known to run needs: something was put past it. */
export const belowFloor = defineRule<Params, Own>({
  type: 'below-floor',
  serves: 1,
  group: 'power',
  params: Params,
  quantities: ['power'],
  needsLoad: true,
  inputs: ({ voltage }) =>
    voltage === undefined ? [] : [{ point: voltage, path: ['with', 'voltage'], quantities: ['voltage'] }],
  own: Own,
  start: () => ({ usualVoltage: null, told: null, belowMs: 0, atFloorMs: 0, mono: null }),
  resume: (own, isSameBoot) =>
    isSameBoot ? own : { ...own, mono: null, told: own.told === null ? null : { ...own.told, mono: 0 } },
  peak: 'lowest',
  sense: ({ load, inputs, params }, own, sample, input, out) => {
    if (input === 1) {
      noteVoltage(own, sample.value)
      out.verdict = 'aside'
      return
    }
    if (load === null || Number.isNaN(load.floor)) return
    const limit = limitOf(load)
    if (load.isMasked || limit < LEAST_W) {
      out.verdict = load.isMasked ? 'aside' : 'none'
      return
    }
    out.measure = load.power
    const isBelow = load.power < limit
    out.strength = note(own, load, { isBelow, mono: sample.mono, validMs: sample.validMs })
    if (!isBelow) {
      out.verdict = 'false'
      return
    }
    const voltage = params.voltage === undefined ? NaN : inputs.value(1, sample.mono)
    out.verdict = isSupplied(voltage, own, load.power > 0.05 * limit) ? 'true' : 'none'
  },
  explain: (context, _own, facts) => ({
    key: `below-floor.${facts.kind}`,
    values: {
      ...conditionValues(context, facts),
      ...loadValues(context.load),
      floor: context.load === null || Number.isNaN(context.load.floor) ? null : Math.round(limitOf(context.load)),
    },
  }),
  standard: ({ load, points }) => {
    if (load === null) return []
    const device = load.meter.slice(0, load.meter.indexOf('/') + 1)
    const voltage = [...points].find(([point, quantity]) => quantity === 'voltage' && point.startsWith(device))?.[0]
    return [{ point: load.meter, priority: 'orange', ...(voltage === undefined ? {} : { with: { voltage } }) }]
  },
})

function limitOf({ floor, runningW }: { readonly floor: number; readonly runningW: number }): number {
  return FLOOR * (floor - runningW) + RUNNING * runningW
}

/** Remembers what was told, until the floor itself is seen again; answers how strongly this speaks. */
function note(
  own: Own,
  { power, floor, runningW }: { readonly power: number; readonly floor: number; readonly runningW: number },
  now: { readonly isBelow: boolean; readonly mono: number; readonly validMs: number },
): number {
  const elapsed = own.mono === null ? 0 : Math.min(now.mono - own.mono, now.validMs)
  own.mono = now.mono
  const low = power - runningW
  if (now.isBelow) {
    const { told } = own
    const isRecent = told !== null && now.mono - told.mono < LASTS_MS
    const isTold = isRecent && own.belowMs < TOLD_MS && Math.abs(low - told.low) <= NEAR * told.low
    if (isTold) told.mono = now.mono
    else own.belowMs += elapsed
    if (own.belowMs >= TOLD_MS && runningW === 0) own.told = { low, floor, mono: now.mono }
    return isTold ? STRENGTH.told : STRENGTH.new
  }
  own.belowMs = 0
  const isAtFloor =
    own.told !== null && runningW === 0 && [floor, own.told.floor].every((one) => Math.abs(power - one) <= NEAR * one)
  own.atFloorMs = isAtFloor ? own.atFloorMs + elapsed : 0
  if (own.atFloorMs >= AT_FLOOR_MS) own.told = null
  return STRENGTH.new
}

function noteVoltage(own: Own, value: number): void {
  if (!(value > DEAD_V)) return
  own.usualVoltage = own.usualVoltage === null ? value : own.usualVoltage + (value - own.usualVoltage) / 1_000
}

/** Whether the supply is there and as it always is; by the power alone where nobody measures the voltage. */
function isSupplied(voltage: number, own: Own, isSomething: boolean): boolean {
  if (Number.isNaN(voltage)) return isSomething
  return voltage > Math.max(DEAD_V, SAG * (own.usualVoltage ?? voltage))
}
