import { z } from 'zod'

/** The memory of a rule that needs none. */
export const NoOwn = z.object({}).strict()
export type NoOwn = z.infer<typeof NoOwn>
export const noOwn = (): NoOwn => ({})
