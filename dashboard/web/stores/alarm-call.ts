import type { ChannelLamp, Medium } from '../../../core/contract/notice.ts'
import type { Responsible } from '../../../core/contract/register.ts'

/** Who answers for a site in the order to ring them: whoever lives nearest first. */
export const UP_FROM_VILLAGE: readonly Responsible[] = [
  'first-finder',
  'first-reporter',
  'grid-worker',
  'guard',
  'town',
  'department',
  'county-leader',
]

/** A way to reach somebody's pocket. */
export interface CallWay {
  readonly channel: string
  readonly medium: Medium
}

/** Ways that reach a person away from a screen, the surest first. */
const POCKET: readonly Medium[] = ['voice', 'sms', 'push']

/** The surest way to reach a person over a channel that is not down; null where there is none. */
export function callWay(
  person: string,
  contacts: ReadonlyMap<string, readonly string[]>,
  lamps: readonly ChannelLamp[],
): CallWay | null {
  const own = contacts.get(person) ?? []
  const ways = lamps.filter(({ channel, state }) => state !== 'down' && own.includes(channel))
  for (const medium of POCKET) {
    const way = ways.find((one) => one.medium === medium)
    if (way !== undefined) return { channel: way.channel, medium }
  }
  return null
}
