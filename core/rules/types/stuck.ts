import { z } from 'zod'
import { PointRef } from '../../contract/reading.ts'
import { Duration } from '../../contract/time.ts'
import { defineRule, timing } from '../define-rule.ts'
import type { RuleContext, Sample } from '../rule.ts'
import { conditionValues, NUMBERS } from './common.ts'

/** A sensor that does not move is more often broken than held, and what its meter says then is no evidence either. */
const STRENGTH = 0.5

/** So many changes of value are seen before it is believed that there is noise. */
const CHANGES_ENOUGH = 50
/** It stands still for longer than ever from so many times the longest it did. */
const LONGER_TIMES = 3
/** A machine that was switched moves its meter within this. */
const MOVES_MS = 60_000

const Params = z
  .object({
    /** How long the very same value is not believed, where values usually move. */
    after: Duration.default(30 * 60_000),
    samples: z.number().int().min(2).default(120),
    /** Running contacts of machines that this meter sees: it must move when one of them does. */
    contacts: z.array(PointRef).max(15).default([]),
    ...timing({ onDelay: 0, offDelay: 0 }),
  })
  .strict()
type Params = z.infer<typeof Params>

const Own = z
  .object({
    value: z.number().nullable(),
    /** How long it was seen standing still: time without readings does not count. */
    stillMs: z.number(),
    samples: z.number(),
    last: z.object({ mono: z.number(), until: z.number() }).strict().nullable(),
    changes: z.number(),
    longestMs: z.number(),
    /** What each contact said, and the machine that was switched since the value last moved, monotonic. */
    contacts: z.array(z.number().nullable()),
    switchedMono: z.number().nullable(),
  })
  .strict()
type Own = z.infer<typeof Own>

/**
 * A value that no longer moves where it always did: a stuck sensor, or a meter that is held. Nothing moves where nothing is drawn, so 0 is no
 * stuck value, but for a machine that was switched. (domain N3; detection §6.2)
 */
export const stuck = defineRule<Params, Own>({
  type: 'stuck',
  serves: 0,
  group: 'comms',
  isAlarm: true,
  params: Params,
  quantities: NUMBERS,
  inputs: ({ contacts }) =>
    contacts.map((point, index) => ({ point, path: ['with', 'contacts', index], quantities: ['running', 'contact'] })),
  own: Own,
  start: () => ({
    value: null,
    stillMs: 0,
    samples: 0,
    last: null,
    changes: 0,
    longestMs: 0,
    contacts: [],
    switchedMono: null,
  }),
  resume: (own, isSameBoot) => (isSameBoot ? own : { ...own, last: null, contacts: [], switchedMono: null }),
  peak: 'highest',
  sense: (context, own, sample, input, out) => {
    if (input !== 0) {
      noteContact(own, sample, input - 1)
      out.verdict = 'aside'
      return
    }
    if (sample.quality !== 'good' || !Number.isFinite(sample.value)) return
    follow(own, sample)
    out.strength = STRENGTH
    out.measure = own.stillMs / 1_000
    out.verdict = isStuck(context, own, sample) ? 'true' : 'false'
  },
  explain: (context, own, facts) => ({
    key: `stuck.${facts.kind}${facts.kind === 'raised' && own.switchedMono !== null ? '-switched' : ''}`,
    values: {
      ...conditionValues(context, facts),
      stillS: Math.round((facts.kind === 'raised' ? own.stillMs : (facts.peak ?? 0) * 1_000) / 1_000),
      longestS: Math.round(own.longestMs / 1_000),
    },
  }),
  // In the standard set it is a word to the technician, not evidence of a night: a bus that hangs for an hour frees itself.
  standard: ({ load }) => (load === null ? [] : [{ point: load.meter, priority: 'blue', with: { after: '2h' } }]),
})

function noteContact(own: Own, { kind, value, mono, quality }: Sample, index: number): void {
  if (kind !== 'state' || quality !== 'good') return
  const before = own.contacts[index] ?? null
  for (let place = own.contacts.length; place <= index; place += 1) own.contacts.push(null)
  own.contacts[index] = value
  if (before !== null && before !== value) own.switchedMono ??= mono
}

function follow(own: Own, { value, mono, validMs }: Sample): void {
  const { last } = own
  if (value === own.value) {
    if (last !== null) own.stillMs += Math.max(0, Math.min(mono, last.until) - last.mono)
    own.samples += 1
  } else {
    // What stood still for long enough to be told of is not how it usually is.
    if (own.value !== null && own.value !== 0) own.longestMs = Math.max(own.longestMs, own.stillMs)
    own.changes = Math.min(own.changes + 1, CHANGES_ENOUGH)
    Object.assign(own, { value, stillMs: 0, samples: 1, switchedMono: null })
  }
  if (last === null) own.last = { mono, until: mono + validMs }
  else Object.assign(last, { mono, until: mono + validMs })
}

function isStuck({ params }: RuleContext<Params>, own: Own, { mono }: Sample): boolean {
  if (own.changes < CHANGES_ENOUGH) return false
  if (own.switchedMono !== null && mono - own.switchedMono >= MOVES_MS && own.stillMs >= MOVES_MS) return true
  if (own.value === 0 || own.samples < params.samples) return false
  return own.stillMs >= Math.max(params.after, LONGER_TIMES * own.longestMs)
}
