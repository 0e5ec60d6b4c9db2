import { z } from 'zod'
import type { Memory } from '../memory.ts'

/** What is kept of every device; its driver adds to it. */
export const KeptDevice = z
  .object({
    /** What the rest belongs to: a device that is configured otherwise begins anew. */
    of: z.string(),
    /** The serial number it must have, or the one first met. */
    serial: z.string().nullable(),
    latencyMs: z.object({ p50: z.number(), p999: z.number() }).strict().nullable(),
  })
  .strict()
export type KeptDevice = z.infer<typeof KeptDevice>

/** Where a record is kept, and what it must belong to. */
export interface RecordPlace {
  readonly key: string
  readonly of: string
}

/** The record that was kept; null when there is none, when it belongs to something else, or is damaged. */
export function recallRecord<R extends KeptDevice>(
  memory: Memory,
  { key, of }: RecordPlace,
  schema: z.ZodType<R>,
): R | null {
  const kept = schema.safeParse(memory.recall(key))
  return kept.success && kept.data.of === of ? kept.data : null
}
