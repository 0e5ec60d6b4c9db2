import { z } from 'zod'
import { Quantity } from './quantity.ts'
import { Bilingual, Id } from './text.ts'

/** Where a number stands: the law, its edition, and the article in the numbering of that edition. */
export const Citation = z
  .object({
    /** One of the file's `laws`. */
    law: Id,
    /** Such as '2022'. Articles were renumbered between editions: an article without its edition means nothing. */
    edition: z.string().min(1).max(20),
    /** Such as '498' or '6.6.1'; absent where only the law as a whole is known. */
    article: z.string().min(1).max(20).optional(),
    /** Whether somebody read this very number at this very place. */
    verified: z.boolean(),
  })
  .strict()
export type Citation = z.infer<typeof Citation>

/** One limit of a law, in the law's own unit. A value that is not limited from one side has no bound there. */
export const LawRecord = z
  .object({
    id: Id,
    item: Bilingual,
    /** Where it applies, one of the file's `places`. */
    place: Id,
    /** Which gas, such as ch4; only for gases. */
    gas: Id.optional(),
    /** What is measured; absent where no point can. */
    quantity: Quantity.optional(),
    /** A unit of the quantity (% or ppm of a gas); any text where there is none. */
    unit: z.string().min(1).max(20).optional(),
    /** At or above it somebody must know. */
    alarm: z.number().optional(),
    /** At or above it the law demands that something is done: power cut, people out. */
    act: z.number().optional(),
    /** Below it things may be put back. */
    restore: z.number().optional(),
    /** Less than this, or more than this, is not allowed. */
    min: z.number().optional(),
    max: z.number().optional(),
    /** What must be done or kept, for whoever reads the alarm. */
    demand: Bilingual.optional(),
    /** The oldest first; a rule that names no edition takes the last. */
    editions: z.array(Citation).min(1),
    /** Required where a citation is not verified: what is doubtful. */
    note: Bilingual.optional(),
  })
  .strict()
export type LawRecord = z.infer<typeof LawRecord>

/** A file of the threshold library: limits, and the laws they come from. */
export const LawFile = z
  .object({
    /** As the file is called, such as coal. */
    library: Id,
    name: Bilingual,
    laws: z.record(
      Id,
      z
        .object({
          name: Bilingual,
          /** `practice`: no law says it; an engineering value, which an explanation calls so. */
          kind: z.enum(['law', 'practice']).default('law'),
        })
        .strict(),
    ),
    places: z.record(Id, Bilingual),
    records: z.array(LawRecord).min(1),
  })
  .strict()
export type LawFile = z.infer<typeof LawFile>
