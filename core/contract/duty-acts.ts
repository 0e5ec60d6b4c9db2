import { z } from 'zod'
import { CheckIn, ContactProof, DutyGap, OnDuty, Override, Person, Roster, SpotCheck, Swap } from './roster.ts'
import { Bilingual, Id } from './text.ts'
import { UtcMs } from './time.ts'

const count = z.coerce.number().int().nonnegative()

/** Why something about duty was refused: a word, so that whoever shows it can say it in the reader's language. */
export const DutyRefusal = z.enum([
  'person-only', // a program has no duty
  'not-in-roster', // nobody of the roster signs in under this name
  'which-person', // one account stands for several persons
  'not-own', // operators act for themselves
  'leader-needed',
  'own-swap', // one of the two does not approve
  'too-long', // more than 100 days at once
  'not-on-duty', // neither now nor within the hour
  'no-spot-check',
  'no-such-shift', // one of the two has not that shift, or it has begun
  'swap-settled',
  'swap-not-agreed',
  'swap-other', // agreeing is for the other one
  'roster-changed', // another version came meanwhile
  'unproven-person', // two proven contacts before anybody is newly put on duty
  'code-wrong',
  'code-none', // none was sent, or it is too old
  'code-tries',
  'code-too-soon',
])
export type DutyRefusal = z.infer<typeof DutyRefusal>

/** A stretch of time, half-open, ms since 1970. */
export const Stretch = z.object({ from: count.pipe(UtcMs), to: count.pipe(UtcMs) })
export type Stretch = z.infer<typeof Stretch>

/** The roster as it stands. For others than duty leaders and administrators addresses and proofs are shortened to their last characters. */
export const RosterNow = z
  .object({
    version: z.number().int().positive(),
    by: z.string(),
    at: UtcMs,
    roster: Roster,
    proofs: z.array(ContactProof),
  })
  .strict()
export type RosterNow = z.infer<typeof RosterNow>

/** A roster that replaces the one of `version`. */
export const SaveRoster = z.object({ version: z.number().int().positive(), roster: Roster }).strict()
export type SaveRoster = z.infer<typeof SaveRoster>

/** Who is on duty now, by role, and who of them has said so. */
export const DutyNow = z
  .object({
    at: UtcMs,
    roles: z.array(
      OnDuty.omit({ persons: true }).extend({
        name: z.object({ 'zh-CN': z.string(), en: z.string() }).strict(),
        persons: z.array(
          z
            .object({
              id: Id,
              name: z.string(),
              /** The first time in this shift; null = not yet. */
              checkedInAt: UtcMs.nullable(),
              onSite: z.boolean(),
            })
            .strict(),
        ),
      }),
    ),
  })
  .strict()
export type DutyNow = z.infer<typeof DutyNow>

/** Who is on duty over a stretch of time, and what is wrong with it. */
export const DutyCalendar = z
  .object({
    from: UtcMs,
    to: UtcMs,
    spans: z.array(OnDuty),
    /** The days of the county that lie in it, at least in part. */
    days: z.array(
      z
        .object({
          day: z.string(),
          isOff: z.boolean(),
          /** A weekend day that is worked (调休). */
          isWorked: z.boolean(),
          /** The holiday it is part of, or that it is worked for; null where the calendar names none. */
          festival: Bilingual.nullable(),
          isAnnounced: z.boolean(),
        })
        .strict(),
    ),
    gaps: z.array(DutyGap),
  })
  .strict()
export type DutyCalendar = z.infer<typeof DutyCalendar>

export const AddOverride = Override.omit({ id: true, by: true, at: true })
export type AddOverride = z.infer<typeof AddOverride>

export const AskSwap = Swap.pick({ role: true, give: true, take: true }).strict()
export type AskSwap = z.infer<typeof AskSwap>

export const AddLeave = Person.shape.away.unwrap().element.extend({ person: Id }).strict()
export type AddLeave = z.infer<typeof AddLeave>

/** Which contact a code is sent over. */
export const SendCode = ContactProof.pick({ person: true, channel: true }).strict()
export type SendCode = z.infer<typeof SendCode>

/** A code typed back. */
export const ProveContact = SendCode.extend({ code: z.string().regex(/^\d{6}$/, 'expected the 6 digits of the code') })
export type ProveContact = z.infer<typeof ProveContact>

/** Somebody says that they are there; who is signed in where no person is named. */
export const CheckInBody = z
  .object({ person: Id.optional(), via: CheckIn.shape.via.default('desk'), onSite: z.boolean() })
  .strict()
export type CheckInBody = z.infer<typeof CheckInBody>

/** An answer to a spot check: the code of the message, or nothing where who is signed in is the one who was called. */
export const AnswerSpotCheck = z
  .object({
    code: z
      .string()
      .regex(/^\d{4}$/, 'expected 4 digits')
      .optional(),
  })
  .strict()
export type AnswerSpotCheck = z.infer<typeof AnswerSpotCheck>

/** Check-ins and spot checks of a stretch of time. */
export const PresenceLog = z.object({ checkIns: z.array(CheckIn), spotChecks: z.array(SpotCheck) }).strict()
export type PresenceLog = z.infer<typeof PresenceLog>
