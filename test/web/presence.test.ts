import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Alarm } from '../../core/contract/alarm.ts'
import { LiveRequest } from '../../core/contract/live.ts'
import { NOTHING_TOLD, presenceOf, type Told } from '../../dashboard/web/stores/presence.ts'
import { alarmWith, memo } from './support/alarms.ts'

const alarm = (id: string, version: number, state: Alarm['state'] = 'unacked') =>
  alarmWith({ id: `a.b.${id}`, site: 'a', version, state })
const page = (alarms: readonly Alarm[], notices: readonly string[] = []) => ({
  alarms: new Map(alarms.map((one) => [one.id, one])),
  notices: notices.map((id) => memo(id)),
})

describe('what a page says of itself', () => {
  it('names each open alarm once, and again when it has changed', () => {
    const first = presenceOf(NOTHING_TOLD, page([alarm('1', 3), alarm('2', 1, 'closed')]), 'running')
    expect(first.request).toEqual({
      ...{ type: 'desk', sound: 'running', notices: [] },
      shown: [{ alarm: 'a.b.1', version: 3 }],
    })
    const second = presenceOf(first.told, page([alarm('1', 3)]), 'running')
    expect([second.isNews, second.request.shown]).toEqual([false, []])
    expect(presenceOf(second.told, page([alarm('1', 4)]), 'running').request.shown).toEqual([
      { alarm: 'a.b.1', version: 4 },
    ])
  })

  it('names each message once', () => {
    const first = presenceOf(NOTHING_TOLD, page([], ['m1']), 'off')
    expect(first.request.notices).toEqual(['m1'])
    expect(presenceOf(first.told, page([], ['m2', 'm1']), 'off').request.notices).toEqual(['m2'])
  })

  it('is news at once when the sound falls silent or comes back', () => {
    const { told } = presenceOf(NOTHING_TOLD, page([]), 'blocked')
    expect(presenceOf(told, page([]), 'blocked').isNews).toBe(false)
    expect(presenceOf(told, page([]), 'running').isNews).toBe(true)
  })

  it('has named the newest version of every open alarm after as many messages as it takes', () => {
    const versions = fc.dictionary(fc.stringMatching(/^[a-z]{1,3}$/), fc.integer({ min: 1, max: 9 }), { maxKeys: 30 })
    fc.assert(
      fc.property(versions, (all) => {
        // Each message may be lost on its way: then nothing of it counts as told.
        const alarms = Object.entries(all).map(([id, version]) => alarm(id, version))
        let told: Told = NOTHING_TOLD
        const heard = new Map<string, number>()
        for (const isLost of [true, false, true, false]) {
          const said = presenceOf(told, page(alarms), 'running')
          if (isLost) continue
          told = said.told
          for (const one of said.request.shown) heard.set(one.alarm, one.version)
        }
        expect(heard).toEqual(new Map(alarms.map(({ id, version }) => [id, version])))
      }),
    )
  })

  it('names ten thousand alarms a thousand at a time, each message one the contract takes', () => {
    const alarms = Array.from({ length: 2_500 }, (_, n) => alarm(`n${n}`, 1))
    const counts: number[] = []
    let told: Told = NOTHING_TOLD
    for (let round = 0; round < 4; round += 1) {
      const said = presenceOf(told, page(alarms), 'running')
      expect(LiveRequest.safeParse(said.request).success).toBe(true)
      counts.push(said.request.shown.length)
      told = said.told
    }
    expect(counts).toEqual([1_000, 1_000, 500, 0])
  })
})
