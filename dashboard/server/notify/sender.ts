import type { Channel, DutyList, Person } from '../../../core/contract/duty.ts'
import type { PointRef } from '../../../core/contract/reading.ts'
import type { Site } from '../../../core/contract/site.ts'
import type { UtcMs } from '../../../core/contract/time.ts'
import { isHouseError, messageOf } from '../../../core/kit/errors.ts'
import type { Notifier } from '../../../platform/notifiers/notifier.ts'
import type { PointName } from '../ingest/county.ts'
import { composeNotice } from './compose.ts'
import { doorOf, type LeasedNotice, type Outcome } from './queue.ts'

export interface SenderDeps {
  readonly duty: DutyList
  readonly notifiers: ReadonlyMap<string, Notifier>
  /** How phones reach the control room; links in messages start with it. */
  readonly publicUrl: string
  /** What is known of a site; null while it has never been heard of. */
  readonly siteName: (site: string) => Site | null
  /** What people call a point; null while it is not known. */
  readonly pointName: (site: string, point: PointRef) => PointName | null
}

/** Sends messages to the people of a duty list. */
export interface Sender {
  /** Whether the channel is on the list and of a kind that exists. */
  reachable(person: string, channel: string): boolean
  nameOf(person: string): string
  /** One attempt. Never throws: whatever happens is an outcome. */
  send(leased: LeasedNotice, now: UtcMs, signal: AbortSignal): Promise<Outcome>
}

export function openSender({ duty, notifiers, publicUrl, siteName, pointName }: SenderDeps): Sender {
  const doors = new Map<string, { person: Person; channel: Channel }>(
    duty.persons.flatMap((person) =>
      person.channels.map((channel) => [doorOf({ person: person.id, channel: channel.id }), { person, channel }]),
    ),
  )
  const names = new Map(duty.persons.map((person) => [person.id, person.name]))
  const base = publicUrl.endsWith('/') ? publicUrl : `${publicUrl}/`
  return {
    reachable: (person, channel) => {
      const door = doors.get(doorOf({ person, channel }))
      return door !== undefined && notifiers.has(door.channel.kind)
    },
    nameOf: (person) => names.get(person) ?? person,
    send: async ({ notice, alarm, token }, now, signal) => {
      const door = doors.get(doorOf(notice))
      const notifier = door === undefined ? undefined : notifiers.get(door.channel.kind)
      if (door === undefined || notifier === undefined) {
        return { is: 'refused', answer: `${doorOf(notice)} is not on the duty list any more` }
      }
      try {
        const acknowledgeUrl = new URL(`api/notices/${token}/acknowledge`, base).href
        const { person, channel } = door
        const place = { site: siteName(alarm.site), point: pointName(alarm.site, alarm.point) }
        const message = composeNotice({ alarm, notice, person, ...place, acknowledgeUrl, now })
        const { answer } = await notifier.send(channel.with, message, signal)
        return { is: 'accepted', answer }
      } catch (error) {
        return { is: isHouseError(error, 'notify/refused') ? 'refused' : 'temporary', answer: messageOf(error) }
      }
    },
  }
}
