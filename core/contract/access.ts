import { z } from 'zod'

/**
 * What somebody may do. A viewer looks; an operator acts on alarms; a duty leader also decides what needs a second person, signs shifts
 * and the roster; a technician sees to gateways, devices and site registers and acts on no alarm; an administrator may everything.
 */
export const Role = z.enum(['viewer', 'operator', 'duty-leader', 'technician', 'administrator'])
export type Role = z.infer<typeof Role>

/**
 * Whose sites somebody may see: the whole county, or those of some towns and villages, named as the sites' own `area` and `village` in
 * zh-CN are. Checked on the server for each object.
 */
export const Scope = z.discriminatedUnion('of', [
  z.object({ of: z.literal('county') }).strict(),
  z
    .object({
      of: z.literal('places'),
      towns: z.array(z.string().min(1).max(100)).max(200),
      villages: z.array(z.string().min(1).max(100)).max(1_000),
    })
    .strict(),
])
export type Scope = z.infer<typeof Scope>
