import { z } from 'zod'
import { Bilingual, Id } from '../../contract/text.ts'

const Range = z.tuple([z.number().min(0), z.number().min(0)])

/** How one kind of machine or appliance shows in the power. What is left out is not asked. */
export const Signature = z
  .object({
    id: Id,
    name: Bilingual.optional(),
    /** `machine`: nobody needs it at a closed pit. `appliance`: people live with it. */
    is: z.enum(['machine', 'appliance']),
    /** What it draws while it is on, W. */
    power: Range,
    /** Power factor of what it draws. */
    factor: Range.optional(),
    /** Highest power at the start, in multiples of what it draws then. */
    inrush: Range.optional(),
    /** How long it is on and off, s; null = without end. */
    on: z.tuple([z.number().min(0), z.number().min(0).nullable()]).optional(),
    off: Range.optional(),
    phases: z.union([z.literal(1), z.literal(3)]).optional(),
  })
  .strict()
export type Signature = z.infer<typeof Signature>

/** What is known of the machines of a pit and of a guard's room. (domain §6.1; a start's power is less than its current tells) */
export const SIGNATURES: readonly Signature[] = [
  {
    id: 'winch',
    is: 'machine',
    power: [6_600, 75_000],
    factor: [0.75, 0.88],
    on: [20, 180],
    off: [30, 390],
    phases: 3,
  },
  { id: 'fan', is: 'machine', power: [5_500, 60_000], inrush: [1.3, 7], on: [7_200, null], phases: 3 },
  {
    id: 'compressor',
    is: 'machine',
    power: [20_000, 110_000],
    inrush: [1, 1.5],
    on: [30, 180],
    off: [30, 180],
    phases: 3,
  },
  {
    id: 'drill',
    is: 'machine',
    power: [1_200, 3_000],
    factor: [0.7, 0.85],
    on: [60, 600],
    off: [10, 900],
    phases: 3,
  },
  {
    id: 'heater',
    is: 'appliance',
    power: [1_000, 6_000],
    factor: [0.97, 1],
    inrush: [1, 1.2],
    on: [300, 1_200],
    off: [300, 1_200],
    phases: 1,
  },
  {
    id: 'kettle',
    is: 'appliance',
    power: [1_000, 2_200],
    factor: [0.97, 1],
    inrush: [1, 1.2],
    on: [120, 900],
    phases: 1,
  },
  {
    id: 'cooling',
    is: 'appliance',
    power: [800, 2_200],
    factor: [0.85, 0.97],
    on: [180, 1_800],
    off: [120, 1_800],
    phases: 1,
  },
]

/** What was measured of one run of something; null where it is not known. */
export interface Traits {
  readonly power: number
  readonly factor: number | null
  readonly inrush: number | null
  readonly onS: number
  readonly isOver: boolean
  readonly offS: number | null
  readonly phases: 1 | 3 | null
}

/** How far each trait may lie outside its range, 0–1. */
export interface Tolerances {
  readonly power: number
  readonly factor: number
  readonly time: number
}

/** People have nothing that draws more. */
const SURELY_W = 6_600

/** Fewer traits than this that are known and fit make no match. */
const TRAITS_ENOUGH = 3

/**
 * The signature that fits: every trait that is known and asked lies in its range, and there are at least three (four for a machine no
 * greater than people's appliances). Null where none does,
 * and where a machine and an appliance both do. What draws no more than people's appliances must be known by its phases, an appliance at
 * least by its power factor.
 */
export function matchSignature(
  library: readonly Signature[],
  traits: Traits,
  tolerances: Tolerances,
): Signature | null {
  const found = library.filter((signature) => fits(signature, traits, tolerances))
  const kinds = new Set(found.map((signature) => signature.is))
  const isSure = traits.power > SURELY_W || traits.phases !== null || (kinds.has('appliance') && traits.factor !== null)
  return kinds.size > 1 || !isSure ? null : (found[0] ?? null)
}

function fits(signature: Signature, traits: Traits, tolerances: Tolerances): boolean {
  const { power, factor, inrush, on, off, phases } = signature
  const { time } = tolerances
  const end = on?.[1] ?? null
  // While it is on it can only be known to be something that stays on.
  if (!traits.isOver && (on === undefined || end !== null)) return false
  const asked = [
    within(traits.power, power, tolerances.power),
    within(traits.factor, factor, tolerances.factor),
    within(traits.inrush, inrush, time),
    within(traits.onS, on === undefined ? undefined : [on[0], end ?? Infinity], time),
    within(traits.offS, off, time),
    phases === undefined || traits.phases === null ? null : traits.phases === phases,
  ]
  const known = asked.filter((one) => one !== null)
  const enough = traits.power > SURELY_W || signature.is === 'appliance' ? TRAITS_ENOUGH : TRAITS_ENOUGH + 1
  return !known.includes(false) && known.length >= enough
}

function within(value: number | null, range: readonly [number, number] | undefined, tolerance: number): boolean | null {
  if (value === null || range === undefined) return null
  return value >= range[0] * (1 - tolerance) && value <= range[1] * (1 + tolerance)
}
