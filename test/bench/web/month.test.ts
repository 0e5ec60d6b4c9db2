import { describe, expect, it } from 'vitest'
import { openMonth } from '../../../bench/web/month.ts'
import { dice } from '../../../bench/web/probes/dice.ts'
import type { SiteSummary } from '../../../core/contract/http.ts'
import { type DeskStatus, LiveMessage } from '../../../core/contract/live.ts'
import { edge } from '../../dashboard/server/ingest/edge.ts'
import { EMPTY_LIVE, isOpen, openTotal, take } from '../../../dashboard/web/stores/live-state.ts'

const STATUS: DeskStatus = { lamps: [], watchman: 'absent', storm: false, onDuty: [], suppressed: 0 }
const DAY_MINUTES = 1_440

function site(id: string): SiteSummary {
  return {
    site: edge({ site: id }).about().site,
    ...{ online: true, lastHeardAt: null, worstUnacked: null, points: 3, notGood: 0, freshUntil: null, headline: null },
    openAlarms: { red: 0, orange: 0, yellow: 0, blue: 0 },
  }
}

describe('the lapsed month', () => {
  it('says only what the contract knows, misses no revision, and has as many alarms open as its sites say', () => {
    const month = openMonth({
      sites: ['a', 'b', 'c', 'd', 'e', 'f', 'g'].map(site),
      status: STATUS,
      startAt: 1_700_000_000_000,
    })
    const first = LiveMessage.parse(month.snapshot())
    let { state } = take(EMPTY_LIVE, first)
    let raised = 0
    for (let minute = 0; minute < DAY_MINUTES; minute += 1) {
      const message = LiveMessage.parse(month.minute())
      if (message.type === 'delta') raised += message.alarms.filter(({ version }) => version === 1).length
      const taken = take(state, message)
      expect(taken.missed).toBe(false)
      state = taken.state
    }
    const open = [...state.alarms.values()].filter(isOpen)
    expect(raised).toBe(150)
    expect(open.length).toBeGreaterThan(0)
    expect(open.length).toBe(openTotal(state))
  })
})

describe('the dice of a bench', () => {
  it('fall the same in every run, and as the minimal standard generator does', () => {
    const throwDice = dice(1)
    const thrown = Array.from({ length: 10_000 }, throwDice)
    // The 10,000th number of minstd_rand from seed 1, as the C++ standard gives it.
    expect(Math.round((thrown.at(-1) ?? 0) * 2_147_483_647)).toBe(399_268_537)
    expect(Math.max(...thrown)).toBeLessThan(1)
  })
})
