import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { SlaCheck } from '../../core/contract/proof.ts'
import { callWay, UP_FROM_VILLAGE } from '../../dashboard/web/stores/alarm-call.ts'
import { MOST_DRAWN, pointsAround, windowAround } from '../../dashboard/web/stores/alarm-neighbours.ts'
import { slaNow, stampRows } from '../../dashboard/web/stores/alarm-stamps.ts'
import { isSameView, openSavedViews } from '../../dashboard/web/stores/alarm-views.ts'
import { RESPONSIBLE } from '../../core/contract/register.ts'
import { proofReply } from './support/alarm-replies.ts'
import { nightAlarms } from './support/alarms.ts'
import { COUNTY, NIGHT } from './support/county.ts'
import { lampOf } from './support/lamps.ts'

const MINUTE = 60_000
const red = nightAlarms([])[0]!
const pit = COUNTY[0]!.points.map(({ info }) => info)

describe('the ruler of an alarm', () => {
  it('has all ten stamps before the control room has answered, each with its distance from the first', () => {
    const rows = stampRows(red, null)
    expect(rows.map(({ stamp }) => stamp)).toEqual(['T0', 'T1', 'T2', 'T3', 'T4', 'T5', 'T6', 'T7', 'T8', 'T9'])
    expect(rows[0]).toMatchObject({ at: red.raisedAt, afterMs: 0, missing: null })
    expect(rows[3]?.afterMs).toBe(red.receivedAt - red.raisedAt)
    for (const row of rows) expect(row.at === null).toBe(row.missing !== null)
  })

  it('takes its stamps from the proof only while that is as new as the alarm, and its limits in any case', () => {
    const proof = proofReply(red, NIGHT)
    const acknowledgement = { at: NIGHT, by: 'operator', note: '已派人', via: 'desk' } as const
    const newer = { ...red, version: red.version + 1, acknowledgement: { ...acknowledgement, at: red.receivedAt } }
    const rows = stampRows(newer, proof)
    expect(rows[8]).toMatchObject({ by: 'operator', at: red.receivedAt })
    expect(rows[8]?.checks.map(({ row }) => row.id)).toEqual(['acknowledge-red'])
    expect(rows[9]?.checks.map(({ row }) => row.id)).toEqual(['report-red', 'report-red-written'])
    expect(stampRows(red, proof)[8]?.at).toBeNull()
  })

  it('lets a time limit run on while nobody asks', () => {
    const check = proofReply(red, red.receivedAt + MINUTE).slas[0]!
    expect(slaNow(check, red.receivedAt + MINUTE)).toEqual({ is: 'running', ms: 4 * MINUTE })
    expect(slaNow(check, red.receivedAt + 7 * MINUTE)).toEqual({ is: 'exceeded', ms: 2 * MINUTE })
    const kept: SlaCheck = { ...check, is: 'kept', metAt: (check.dueAt - MINUTE) as SlaCheck['dueAt'] }
    expect(slaNow(kept, NIGHT * 2)).toEqual({ is: 'kept', ms: MINUTE })
    const late: SlaCheck = { ...check, is: 'exceeded', metAt: (check.dueAt + 9) as SlaCheck['dueAt'], overMs: 9 }
    expect(slaNow(late, NIGHT * 2)).toEqual({ is: 'exceeded', ms: 9 })
  })
})

describe('the trends around an alarm', () => {
  it('are its own point first and then what tells most of the site, at most four, each once', () => {
    const chosen = pointsAround(red, pit).map(({ device, point }) => `${device}/${point}`)
    expect(chosen[0]).toBe(red.point)
    expect(chosen).toContain('contacts/fan-running')
    fc.assert(
      fc.property(fc.shuffledSubarray(pit), (points) => {
        const some = pointsAround(red, points)
        expect(some.length).toBeLessThanOrEqual(MOST_DRAWN)
        expect(new Set(some).size).toBe(some.length)
        expect(some.every((one) => points.includes(one))).toBe(true)
      }),
    )
  })

  it('reach half an hour to either side, and end now until that is over', () => {
    const { raisedAt } = red
    expect(windowAround(red, raisedAt + MINUTE)).toEqual({
      ...{ from: raisedAt - 30 * MINUTE, to: raisedAt + MINUTE, isLive: true },
    })
    expect(windowAround(red, raisedAt + 99 * MINUTE)).toEqual({
      ...{ from: raisedAt - 30 * MINUTE, to: raisedAt + 30 * MINUTE, isLive: false },
    })
  })
})

describe('whom to call', () => {
  const contacts = new Map([['li-yun', ['desk', 'text', 'phone']]])

  it('is over what rings in a pocket, the surest way that is not down', () => {
    const lamps = [lampOf('desk', 'desk'), lampOf('text', 'sms'), lampOf('phone', 'voice')]
    expect(callWay('li-yun', contacts, lamps)).toEqual({ channel: 'phone', medium: 'voice' })
    const broken = [lampOf('desk', 'desk'), lampOf('text', 'sms'), lampOf('phone', 'voice', 'down')]
    expect(callWay('li-yun', contacts, broken)).toEqual({ channel: 'text', medium: 'sms' })
    expect(callWay('nobody', contacts, lamps)).toBeNull()
  })

  it('is everybody who answers for the site, whoever lives nearest first', () => {
    expect([...UP_FROM_VILLAGE].sort()).toEqual([...RESPONSIBLE].sort())
    expect(UP_FROM_VILLAGE[0]).toBe('first-finder')
  })
})

describe('views that were given a name', () => {
  it('are kept by this browser, one a name, and found again', () => {
    const kept = new Map<string, string>()
    const storage = {
      getItem: (key: string) => kept.get(key) ?? null,
      setItem: (key: string, text: string) => void kept.set(key, text),
    }
    const views = openSavedViews(storage)
    views.save({ name: ' 夜班 ', show: 'open', query: { colours: 'red' } })
    views.save({ name: '夜班', show: 'all', query: { days: '30' } })
    views.save({ name: '  ', show: 'all', query: {} })
    expect(openSavedViews(storage).all.value).toEqual([{ name: '夜班', show: 'all', query: { days: '30' } }])
    views.remove('夜班')
    expect(openSavedViews(storage).all.value).toEqual([])
    for (let n = 0; n < 25; n += 1) views.save({ name: `v${n}`, show: 'open', query: {} })
    expect(views.all.value.map(({ name }) => name).slice(0, 2)).toEqual(['v5', 'v6'])
  })

  it('are none where what was kept cannot be read', () => {
    for (const text of ['{', '[{"name":1}]', 'null']) {
      expect(openSavedViews({ getItem: () => text, setItem: () => undefined }).all.value).toEqual([])
    }
    const shut = {
      getItem: () => {
        throw new Error('no')
      },
      setItem: () => {
        throw new Error('no')
      },
    }
    const views = openSavedViews(shut)
    views.save({ name: 'v', show: 'open', query: {} })
    expect(views.all.value.length).toBe(1)
  })

  it('are the same whatever the order of their query', () => {
    expect(isSameView({ show: 'open', query: { a: '1', b: '2' } }, { show: 'open', query: { b: '2', a: '1' } })).toBe(
      true,
    )
    expect(isSameView({ show: 'open', query: {} }, { show: 'all', query: {} })).toBe(false)
  })
})
