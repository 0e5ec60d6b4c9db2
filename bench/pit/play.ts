import { HOLIDAYS } from './holidays.ts'
import { DAY_S, midnightOf } from './days.ts'
import { FAMILIES, type Family } from './families.ts'
import { Gateway } from './gateway.ts'
import { type PitPoint, pointsOf } from './points.ts'
import type { Listener } from './said.ts'
import type { PitSite } from './site.ts'
import type { Incident } from './truth.ts'
import { openWorld, type World } from './world.ts'

export interface PlayWish {
  /** From one poll of the fast points to the next, s. */
  readonly everyS?: number
  readonly families?: readonly Family[]
}

/** A site that can be listened to from its first second to its last. */
export interface Play {
  readonly site: PitSite
  readonly points: readonly PitPoint[]
  readonly agenda: World['agenda']
  readonly faults: World['faults']
  /** UTC ms of second 0, without any fault of the clock. */
  readonly startAt: number
  /** Plays it all; what really happened comes out. */
  run(listener: Listener): readonly Incident[]
}

/** Opens the play of a site, once. */
export function openPlay(site: PitSite, { everyS = 5, families = FAMILIES }: PlayWish = {}): Play {
  const world = openWorld(site, { families, calendar: HOLIDAYS })
  const points = pointsOf(site, everyS)
  const startAt = midnightOf(site.date)
  const { agenda, faults } = world
  return {
    site,
    points,
    agenda,
    faults,
    startAt,
    run: (listener) => {
      const gateway = new Gateway(world, { points, startAt, everyS, listener })
      for (let t = 0; t < site.days * DAY_S; t++) {
        world.step()
        gateway.second(t)
      }
      return world.incidents()
    },
  }
}
