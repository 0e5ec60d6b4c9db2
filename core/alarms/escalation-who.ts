import type { Medium } from '../contract/notice.ts'
import type { Ladder, Person } from '../contract/roster.ts'
import type { UtcMs } from '../contract/time.ts'
import type { Way } from './dispatch-row.ts'
import type { DutyView } from './duty-view.ts'

type Step = Ladder['steps'][number]

/** What is asked with: who is on duty, and which channels are open. */
export interface Reach {
  readonly duty: DutyView
  readonly ways: ReadonlyMap<string, Medium>
  readonly now: UtcMs
}

/** Somebody a step calls, over which ways, and how long the step lets them wait for a digest. */
export interface Called {
  readonly person: Person
  readonly ways: readonly Way[]
  readonly digestMs: number | undefined
}

/** Every open way to a person, each channel once. */
export function waysOf(person: Person, open: ReadonlyMap<string, Medium>): readonly Way[] {
  const channels = [...new Set(person.contacts.map(({ channel }) => channel))]
  return channels.flatMap((channel) => {
    const medium = open.get(channel)
    return medium === undefined ? [] : [{ channel, medium }]
  })
}

/** Of these ways the ones of the media named; all of them where there is none such. */
export function ofMedia(ways: readonly Way[], media: readonly Medium[] | undefined): readonly Way[] {
  const named = media === undefined ? ways : ways.filter(({ medium }) => media.includes(medium))
  return named.length > 0 ? named : ways
}

/** Whom a step's calls reach now: persons on duty, each once, with the ways of every call that names them. */
export function calledBy({ duty, ways, now }: Reach, { call, digest }: Step): readonly Called[] {
  const found = new Map<string, { person: Person; ways: Map<string, Way> }>()
  for (const { role, by } of call) {
    for (const id of duty.onDuty(role, now).persons) {
      const person = duty.person(id)
      if (person === null) continue
      const known = found.get(id) ?? { person, ways: new Map<string, Way>() }
      for (const way of ofMedia(waysOf(person, ways), by)) known.ways.set(way.channel, way)
      found.set(id, known)
    }
  }
  return [...found.values()]
    .filter((one) => one.ways.size > 0)
    .map((one) => ({ person: one.person, ways: [...one.ways.values()], digestMs: digest }))
}

/** The fallback persons of every role the ladder knows, over all their ways: when the shifts name nobody who can be reached. */
export function lastResort({ duty, ways }: Reach, ladder: Ladder): readonly Called[] {
  const roles = new Set(ladder.steps.flatMap(({ call }) => call.map(({ role }) => role)))
  const ids = duty.roster.roles.filter(({ id }) => roles.has(id)).flatMap(({ fallback }) => fallback)
  return [...new Set(ids)].flatMap((id) => {
    const person = duty.person(id)
    const open = person === null ? [] : waysOf(person, ways)
    return person === null || open.length === 0 ? [] : [{ person, ways: open, digestMs: undefined }]
  })
}

/** Everybody who has a role of the ladder now. */
export function onLadder({ duty, now }: Reach, ladder: Ladder): ReadonlySet<string> {
  const roles = new Set(ladder.steps.flatMap(({ call }) => call.map(({ role }) => role)))
  return new Set([...roles].flatMap((role) => duty.onDuty(role, now).persons))
}

/** Media in which a line that need not wake anybody is told, best first. A desk shows it by itself; nobody is rung up for it. */
const QUIET: readonly Medium[] = ['robot', 'push', 'mail', 'sms', 'webhook']

/** The way to tell somebody a line that can wait; null where they were told only by what cannot. */
export function quietWay(doors: readonly Way[]): Way | null {
  for (const medium of QUIET) {
    const door = doors.find((candidate) => candidate.medium === medium)
    if (door !== undefined) return { channel: door.channel, medium: door.medium }
  }
  return null
}
