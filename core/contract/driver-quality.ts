import { z } from 'zod'

/** How far a protocol driver may be relied upon, lowest first. A tier holds when it and those below it hold. */
export const Tier = z.enum(['bronze', 'silver', 'gold'])
export type Tier = z.infer<typeof Tier>

/** What a driver of each tier has shown, by the name of the rule. */
export const QUALITY_RULES = {
  bronze: {
    vectors: 'Decodes vectors that come from elsewhere: the standard, a maker, another program.',
    properties: 'Its codec is tested with generated input: what it writes it reads, noise never becomes a value.',
    simulator: 'Tested end to end against a simulated device.',
    'checked-config': 'Faults of its configuration are reported all at once, with file, line and reason.',
    'reads-only': 'Polling only reads; whatever it could write is apart and behind an interlock.',
  },
  silver: {
    reconnects: 'Comes back by itself after a lost line and a restarted device, without growing.',
    'says-lost': 'A silent device makes each of its points bad, with a reason, within their validity.',
    'matched-answers': 'A late, doubled or foreign answer is recognised and never becomes a value.',
    bounded: 'Every queue has a bound, and everything dropped is counted.',
    'independent-peer': 'Held against a program of other people that speaks the same protocol.',
    soak: 'Two million transactions, a third of them faulty, leave memory, timers and descriptors flat.',
  },
  gold: {
    hardware: 'Measured on real devices, with their names and the figures.',
    'limits-documented': 'Known limits and faults of real devices are written down, with evidence.',
    'field-faults': 'Faults met in the field are kept as recordings and replayed as tests.',
  },
} as const satisfies Readonly<Record<Tier, Readonly<Record<string, string>>>>

/** Where a driver stands on one rule: a file that proves it, what is missing, or why the rule does not fit. */
export const RuleState = z.discriminatedUnion('is', [
  z.object({ is: z.literal('done'), proof: z.string().min(1) }).strict(),
  z.object({ is: z.literal('todo'), missing: z.string().min(1) }).strict(),
  z.object({ is: z.literal('exempt'), because: z.string().min(1) }).strict(),
])
export type RuleState = z.infer<typeof RuleState>

/** What a driver says of itself. `claims` is the tier it is offered as, null for none. */
export const DriverQuality = z
  .object({
    driver: z.string().min(1),
    claims: Tier.nullable(),
    rules: z
      .object({
        bronze: statesOf(QUALITY_RULES.bronze),
        silver: statesOf(QUALITY_RULES.silver),
        gold: statesOf(QUALITY_RULES.gold),
      })
      .strict(),
  })
  .strict()
export type DriverQuality = z.infer<typeof DriverQuality>

/** The highest tier of which every rule, and every rule of the tiers below, is done or exempt; null when bronze is not. */
export function tierOf({ rules }: DriverQuality): Tier | null {
  const tiers = Tier.options
  const open = tiers.findIndex((tier) => Object.values<RuleState>(rules[tier]).some(({ is }) => is === 'todo'))
  return tiers[(open === -1 ? tiers.length : open) - 1] ?? null
}

function statesOf<K extends string>(rules: Readonly<Record<K, string>>) {
  return z.record(z.enum(Object.keys(rules) as [K, ...K[]]), RuleState)
}
