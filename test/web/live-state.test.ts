import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Alarm } from '../../core/contract/alarm.ts'
import { LatestReading } from '../../core/contract/http.ts'
import { LIVE_REVISION } from '../../core/contract/live-revision.ts'
import { LiveMessage, MOST_OPEN_TOLD } from '../../core/contract/live.ts'
import {
  EMPTY_LIVE,
  isOpen,
  keepReadings,
  learn,
  read,
  take,
  type LiveState,
} from '../../dashboard/web/stores/live-state.ts'
import { alarmWith, memo } from './support/alarms.ts'
import { COUNTY, NIGHT, summaryOf } from './support/county.ts'

const now = NIGHT
const sites = COUNTY.map((site) => summaryOf(site, [], now))
const alarm = (version: number, state: Alarm['state'] = 'unacked') =>
  alarmWith({ id: 'east-gully.feeder-dead.a1', site: 'east-gully', version, state })

const hello = { version: 'test', revision: LIVE_REVISION, page: null }
const status = { lamps: [], watchman: 'good', storm: false, onDuty: [], suppressed: 0 }
const snapshot = (rev: number, alarms: Alarm[] = []) =>
  LiveMessage.parse({ type: 'snapshot', rev, now, hello, sites, alarms, status })
const delta = (rev: number, rest: object = {}) =>
  LiveMessage.parse({ type: 'delta', rev, now, sites: [], pulses: [], alarms: [], readings: [], ...rest })
const beat = (rev: number) => LiveMessage.parse({ type: 'beat', rev, now })

function takeAll(messages: readonly LiveMessage[], from: LiveState = EMPTY_LIVE) {
  return messages.reduce((taken, message) => take(taken.state, message), { state: from, missed: false })
}

describe('the live state', () => {
  it('follows revisions without a gap', () => {
    const { state, missed } = takeAll([snapshot(4), delta(5), beat(5), delta(6)])
    expect([state.rev, missed]).toEqual([6, false])
  })

  it('asks for a snapshot after a gap, and keeps asking until one comes', () => {
    const gap = takeAll([snapshot(4), delta(6)])
    expect([gap.state.rev, gap.missed]).toEqual([null, true])
    expect(take(gap.state, delta(7)).missed).toBe(true)
    expect(take(gap.state, beat(7)).missed).toBe(true)
    expect(takeAll([snapshot(8), delta(9)], gap.state)).toMatchObject({ missed: false, state: { rev: 9, epoch: 2 } })
  })

  it('moves a known site by its pulse, and takes none after a gap or of a site it does not know', () => {
    const [known] = sites
    const pulse = [known!.site.id, now + 9_000, now + 11_000, null]
    const pulses = [pulse, ['nowhere', now, now, null]]
    const moved = takeAll([snapshot(4), delta(5, { pulses })]).state
    expect(moved.sites.get(known!.site.id)).toEqual({ ...known, lastHeardAt: now + 9_000, freshUntil: now + 11_000 })
    expect(moved.sites.size).toBe(sites.length)
    expect(takeAll([snapshot(4), delta(6, { pulses })]).state.sites.get(known!.site.id)).toEqual(known)
  })

  it('notices by a beat that a delta was lost', () => {
    expect(takeAll([snapshot(4), beat(5)]).missed).toBe(true)
  })

  it('shows an alarm that comes after a gap at once', () => {
    const { state } = takeAll([snapshot(4), delta(9, { alarms: [alarm(1)] })])
    expect([...state.alarms.keys()]).toEqual(['east-gully.feeder-dead.a1'])
  })

  it('ends where the control room is, whatever was lost before the snapshot', () => {
    const messages = fc.array(fc.integer({ min: 1, max: 40 }).map((rev) => delta(rev, { alarms: [alarm(rev)] })))
    fc.assert(
      fc.property(messages, (lost) => {
        const { state } = takeAll([...lost, snapshot(50, [alarm(60)]), delta(51)])
        expect(state.rev).toBe(51)
        expect([...state.alarms.values()].map(({ version }) => version)).toEqual([60])
      }),
    )
  })

  it('never goes back to an older version of an alarm, in whatever order versions come', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1 }), (versions) => {
        const state = versions.reduce((known, version) => learn(known, alarm(version)), EMPTY_LIVE)
        expect([...state.alarms.values()][0]?.version).toBe(Math.max(...versions))
      }),
    )
  })

  it('keeps a closed alarm for the screens that show it, but no longer counts it as open', () => {
    const { state } = takeAll([snapshot(1, [alarm(1)]), delta(2, { alarms: [alarm(2, 'closed')] })])
    expect([...state.alarms.values()].filter(isOpen)).toEqual([])
    expect(state.alarms.size).toBe(1)
  })

  it('keeps of more alarms than it can show the worst, and of each colour the newest', () => {
    const many = Array.from({ length: MOST_OPEN_TOLD + 5 }, (_, n) => ({
      ...alarmWith({ id: 'east-pit.winch.a', site: 'east-pit', raisedAt: NIGHT + n }),
      ...{ id: `y${n}`, priority: n === 0 ? ('red' as const) : ('yellow' as const) },
    }))
    const { alarms } = many.reduce(learn, EMPTY_LIVE)
    expect(alarms.size).toBe(MOST_OPEN_TOLD)
    expect(['y0', 'y1', 'y5', 'y6'].map((id) => alarms.has(id))).toEqual([true, false, false, true])
  })

  it('takes how the watch stands when it has changed, and keeps it while nothing is said of it', () => {
    const storm = delta(2, { status: { ...status, storm: true } })
    expect(takeAll([snapshot(1)]).state.status).toEqual(status)
    expect(takeAll([snapshot(1), storm, delta(3)]).state.status?.storm).toBe(true)
  })

  it('keeps messages newest first, each once, until they are read, also over a new snapshot', () => {
    const said = (notice: string) => LiveMessage.parse({ type: 'notice', now, message: memo(notice) })
    const { state } = takeAll([snapshot(1), said('a'), said('b'), said('a'), snapshot(2)])
    expect(state.notices.map(({ notice }) => notice)).toEqual(['a', 'b'])
    expect(read(state, 'a').notices.map(({ notice }) => notice)).toEqual(['b'])
    const many = takeAll(Array.from({ length: 80 }, (_, n) => said(`m${n}`)))
    expect([many.state.notices.length, many.state.notices[0]?.notice]).toEqual([50, 'm79'])
  })

  it('counts no revision for a message', () => {
    const said = LiveMessage.parse({ type: 'notice', now, message: memo('a') })
    expect(takeAll([snapshot(1), said, delta(2)])).toMatchObject({ missed: false, state: { rev: 2 } })
  })

  it('takes the newer reading of a point and forgets those of other sites', () => {
    const at = (ms: number) => LatestReading.parse({ value: ms, quality: 'good', reason: null, at: ms, validUntil: ms })
    const reading = (site: string, ms: number) => ({ site, point: 'meter/power', latest: at(ms) })
    const { state } = takeAll([
      snapshot(1),
      delta(2, { readings: [reading('east-gully', 20), reading('lookout', 5)] }),
      delta(3, { readings: [reading('east-gully', 10)] }),
    ])
    expect(state.readings.get('east-gully/meter/power')?.at).toBe(20)
    expect([...keepReadings(state, 'lookout').readings.keys()]).toEqual(['lookout/meter/power'])
  })
})
