import { z } from 'zod'

/** Stable id of one raise…clear interval, made at the edge from site, rule and raise time. */
export const OccurrenceId = z.string().regex(/^[a-z0-9-]+\.[a-z0-9-]+\.[0-9a-z]+$/)
export type OccurrenceId = z.infer<typeof OccurrenceId>
