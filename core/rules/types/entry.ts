import { z } from 'zod'
import { Duration } from '../../contract/time.ts'
import { defineRule, timing } from '../define-rule.ts'
import type { RuleContext, Sample, Sensed, StandardFacts, StandardRule } from '../rule.ts'
import { conditionValues } from './common.ts'

/** Somebody came in. */
const STRENGTH = 3

/** A door that stands open for long is a door that was not closed. */
const OLD_STRENGTH = 0.5

const Params = z
  .object({
    /** What it guards, for the wording. */
    what: z.enum(['door', 'hatch', 'seal', 'cabinet']).default('door'),
    /** What the contact says when it is open or broken; false for a wire that carries current while it is whole. */
    opensAt: z.boolean().default(true),
    /** For how long an opening is news. */
    fresh: Duration.default(15 * 60_000),
    ...timing({ onDelay: 0, offDelay: 60_000 }),
  })
  .strict()
type Params = z.infer<typeof Params>

/** Since when it has been open without a paper, monotonic in this boot. */
const Own = z.object({ openMono: z.number().nullable() }).strict()
type Own = z.infer<typeof Own>

/** A door, a hatch, a cabinet or a seal wire was opened, and no permit lets anybody do so. At once. (domain D1, D2) */
export const entry = defineRule<Params, Own>({
  type: 'entry',
  serves: 6,
  group: 'entry',
  isLatched: true,
  params: Params,
  quantities: ['contact', 'tamper', 'presence', 'state'],
  own: Own,
  start: () => ({ openMono: null }),
  resume: (own, isSameBoot) => (isSameBoot ? own : { openMono: null }),
  peak: 'highest',
  sense: (context, own, sample, _input, out) => {
    const isOpen = openedBy(context.params, sample)
    if (isOpen === null) out.verdict = sample.event === null ? 'none' : 'aside'
    else judge(context, own, { sample, isOpen }, out)
  },
  explain: (context, _own, facts) => ({
    key: `entry.${facts.kind}-${context.params.what}`,
    values: conditionValues(context, facts),
  }),
  standard: (facts) => doorsOf(facts),
})

/** Null where a sample does not tell. */
function openedBy({ opensAt }: Params, { kind, value, event }: Sample): boolean | null {
  if (event !== null && event.kind !== 'door') return null
  if (kind === 'state' || (kind === 'number' && (value === 0 || value === 1))) return (value === 1) === opensAt
  return event === null ? null : event.phase !== 'end'
}

function judge(
  { config, params, site }: RuleContext<Params>,
  own: Own,
  { sample, isOpen }: { readonly sample: Sample; readonly isOpen: boolean },
  out: Sensed,
): void {
  const device = config.point.split('/')[0] ?? ''
  const isAllowed = isOpen && site.permits(sample.at).some(({ devices }) => devices?.includes(device) ?? true)
  // What was opened under a permit and is still open after it was not closed: that is news then.
  if (!isOpen || isAllowed) own.openMono = null
  else own.openMono ??= sample.mono
  const isFresh = own.openMono !== null && sample.mono <= own.openMono + params.fresh
  out.strength = isFresh ? STRENGTH : OLD_STRENGTH
  out.verdict = isOpen && !isAllowed ? 'true' : 'false'
}

/** What a contact is called where it guards an entry. */
const NAMES: readonly (readonly [RegExp, z.input<typeof Params>['what']])[] = [
  [/seal/, 'seal'],
  [/hatch|shaft|lid|adit/, 'hatch'],
  [/cabinet/, 'cabinet'],
  [/door|gate|entry/, 'door'],
]

/** Contacts whose name says what they guard. A wire that carries current while it is whole has to be told by the site. */
function doorsOf({ points, load }: StandardFacts): StandardRule[] {
  const running = new Set(load?.known.map(({ contact }) => contact))
  return [...points].flatMap(([point, quantity]) => {
    const what = NAMES.find(([name]) => name.test(point))?.[1]
    if (quantity !== 'contact' || what === undefined || running.has(point)) return []
    return [{ point, priority: 'orange', with: { what } } as const]
  })
}
