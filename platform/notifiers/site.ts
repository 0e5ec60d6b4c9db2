import { z } from 'zod'
import { Id } from '../../core/contract/text.ts'
import { HouseError } from '../../core/kit/errors.ts'
import { defineNotifier, type Notifier } from './notifier.ts'

/** The address that means the site of the alarm itself. */
const OWN_SITE = '-'

const Params = z
  .object({
    /** Which of a site's outputs sounds. */
    output: Id.default('siren'),
    seconds: z.number().int().min(1).max(60).default(30),
  })
  .strict()

/** A siren or speaker at a site, sounded by its gateway: the address is a site, or `-` for the alarm's own. Accepted = it was read back as on. */
export const siteNotifier: Notifier = defineNotifier({
  ...{ kind: 'site', medium: 'site', params: Params, mostBytes: 64_000 },
  address: z.union([z.literal(OWN_SITE), Id], {
    error: `expected the id of a site, or ${OWN_SITE} for the alarm's own`,
  }),
  budget: () => ({ most: 30, perMs: 60_000, reserved: 5, penaltyMs: 60_000 }),
  open: ({ output, seconds }, { sites }) => ({
    send: async ({ alarm: occurrence, to: by }, address, signal) => {
      if (sites === undefined) throw new HouseError('notify/temporary', 'expected a way to the gateways, there is none')
      // An occurrence begins with its site.
      const site = address === OWN_SITE ? (occurrence?.split('.')[0] ?? null) : address
      if (site === null)
        throw new HouseError('notify/refused', 'expected an alarm of a site, came a message without one')
      return { answer: await sites.sound({ site, output, seconds, occurrence, by }, signal) }
    },
  }),
})
