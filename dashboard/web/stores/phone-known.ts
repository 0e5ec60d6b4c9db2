import { z } from 'zod'
import { Role } from '../../../core/contract/access.ts'
import { Alarm } from '../../../core/contract/alarm.ts'
import { Site } from '../../../core/contract/site.ts'
import { UtcMs } from '../../../core/contract/time.ts'
import { PHONE_KEY } from './phone-forget.ts'

/** Alarms a phone remembers. */
export const MOST_KNOWN = 60

/** The open alarms as a phone last knew them, for the time when it cannot ask. */
export const PhoneKnown = z
  .object({
    /** Whose phone it is. */
    by: z.string(),
    role: Role,
    /** By the phone's own clock, and how far the control room's time was ahead of it then, ms. */
    at: UtcMs,
    aheadMs: z.number(),
    alarms: z.array(Alarm).max(MOST_KNOWN),
    sites: z.array(Site),
  })
  .strict()
export type PhoneKnown = z.infer<typeof PhoneKnown>

/** What was remembered; null where there is nothing that can be read. */
export function knownOf(storage: Pick<Storage, 'getItem'>): PhoneKnown | null {
  try {
    return PhoneKnown.safeParse(JSON.parse(storage.getItem(PHONE_KEY) ?? 'null')).data ?? null
  } catch {
    return null
  }
}

/** Remembers it; a storage that refuses only forgets. Names and numbers of whom messages went to are left out. */
export function keepKnown(storage: Pick<Storage, 'setItem'>, known: PhoneKnown): void {
  const alarms = known.alarms.slice(0, MOST_KNOWN).map((alarm) => ({ ...alarm, notices: [], notes: [], readings: [] }))
  try {
    storage.setItem(PHONE_KEY, JSON.stringify({ ...known, alarms }))
  } catch {
    // Full or forbidden: the page then says that it knows nothing.
  }
}
