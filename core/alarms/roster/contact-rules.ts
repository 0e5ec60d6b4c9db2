import type { Medium } from '../../contract/notice.ts'
import type { Contact, Person } from '../../contract/roster.ts'

/** Different ways somebody on duty must be reachable. */
export const LEAST_MEDIA = 2

/** What is known of the channels a roster names; handed in, because their kinds live outside. */
export interface ContactRules {
  /** Ids of the channels there are, the desk among them. */
  readonly channels: readonly string[]
  /** What sort of way a channel is; null for one that is not there. */
  mediumOf(channel: string): Medium | null
  /** What is wrong with an address of a channel that is there, in words; empty = nothing. */
  addressFaults(contact: Contact): readonly string[]
}

/** The different ways a person can be reached. */
export function mediaOf({ contacts }: Pick<Person, 'contacts'>, rules: ContactRules): ReadonlySet<Medium> {
  return new Set(contacts.flatMap(({ channel }) => rules.mediumOf(channel) ?? []))
}

/** Media by which a call reaches a person: those it names, or all where the person has none of them. */
export function mediaCalled(
  person: Pick<Person, 'contacts'>,
  by: readonly Medium[] | undefined,
  rules: ContactRules,
): ReadonlySet<Medium> {
  const all = mediaOf(person, rules)
  const named = new Set(by?.filter((medium) => all.has(medium)))
  return named.size > 0 ? named : all
}
