import { z } from 'zod'
import { Id, Language } from './text.ts'
import { Duration } from './time.ts'

/** One way to reach a person. `with` holds the parameters of its kind and is checked by the notifier itself. */
export const Channel = z
  .object({ id: Id, kind: z.string().min(1), with: z.record(z.string(), z.unknown()).default({}) })
  .strict()
export type Channel = z.infer<typeof Channel>

/** Somebody who can be called. `user` is the sign-in name an acknowledgement through a channel is recorded under. */
export const Person = z
  .object({
    id: Id,
    name: z.string().min(1).max(64),
    language: Language.default('zh-CN'),
    channels: z.array(Channel).min(1, 'expected at least one channel: a person nobody can reach is not on duty'),
  })
  .strict()
export type Person = z.infer<typeof Person>

/** Who is called, in which order, and how long each has to acknowledge before the next is called as well. */
export const DutyList = z
  .object({
    persons: z.array(Person).min(1),
    /** Person ids, first called first. After the last the round starts again, for ever, until somebody acknowledges. */
    order: z.array(Id).min(1),
    escalateAfter: z
      .object({
        red: Duration.default(120_000),
        orange: Duration.default(600_000),
        yellow: Duration.default(1_800_000),
      })
      .strict()
      .prefault({}),
  })
  .strict()
  .superRefine((duty, context) => {
    const known = new Set(duty.persons.map((person) => person.id))
    for (const [index, id] of duty.order.entries()) {
      if (!known.has(id)) {
        context.addIssue({
          code: 'custom',
          path: ['order', index],
          message: `expected the id of a person above, came ${id}`,
        })
      }
    }
  })
export type DutyList = z.infer<typeof DutyList>
