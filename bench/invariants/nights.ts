import { playNight } from '../../test/core/alarms/escalation-world.ts'
import type { Property } from './property.ts'

/** The invariants of telling people over simulated nights (§3.10); one run is one night, and its seed plays it again. */
export const properties: readonly Property[] = [
  {
    ids: ['E1', 'E2', 'E3', 'E4', 'E5', 'E6', 'E7', 'E9', 'E10', 'E11', 'E12', 'E13', 'E14', 'E15'],
    run: ({ seed, runs, exercised }) => {
      for (let night = seed; night < seed + runs; night += 1) {
        const { wrongs, seen } = playNight(night)
        if (wrongs.length > 0) throw new Error(`night ${night}: ${wrongs.join('; ')}`)
        for (const what of Object.keys(seen))
          if (/^E\d+$/.test(what)) exercised.set(what, (exercised.get(what) ?? 0) + 1)
      }
    },
  },
]
