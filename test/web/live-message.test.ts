import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { LiveMessage } from '../../core/contract/live.ts'
import { openNewsReader } from '../../dashboard/web/stores/live-message.ts'
import { alarmWith } from './support/alarms.ts'
import { COUNTY, NIGHT, summaryOf } from './support/county.ts'

const OWN = 'aaaa00000000'
const status = { lamps: [], watchman: 'good', storm: false, onDuty: [], suppressed: 0 }
const sites = COUNTY.map((site) => summaryOf(site, [], NIGHT))
const alarm = alarmWith({ id: 'east-gully.feeder-dead.a1', site: 'east-gully' })
const hello = { version: '1.2.3', revision: OWN, page: '/assets/a.js' }
const snapshot = (part: object = {}) =>
  JSON.stringify({ type: 'snapshot', rev: 1, now: NIGHT, hello, sites, alarms: [alarm], status, ...part })
const delta = (part: object) =>
  JSON.stringify({ type: 'delta', rev: 2, now: NIGHT, sites: [], pulses: [], alarms: [], readings: [], ...part })

describe('a message of the feed', () => {
  it('is read as the contract reads it, whether its control room is trusted or not', () => {
    const messages = [
      snapshot(),
      delta({ sites, status, pulses: [['east-gully', NIGHT, null, [1.5, NIGHT, NIGHT]]] }),
      JSON.stringify({ type: 'beat', rev: 2, now: NIGHT }),
    ]
    for (const revision of [OWN, 'another']) {
      const reader = openNewsReader(revision)
      for (const text of messages) {
        const { news, refused } = reader.read(text)
        expect([refused, news]).toEqual([0, LiveMessage.parse(JSON.parse(text))])
      }
    }
  })

  it('of a control room of another contract loses the rows it cannot be read by, and no other', () => {
    const reader = openNewsReader(OWN)
    const later = { ...hello, revision: 'bbbb00000000' }
    const [first, ...rest] = sites
    const text = snapshot({ hello: later, sites: [{ ...first, weather: 'rain' }, ...rest], news: 1 })
    const { news, refused } = reader.read(text)
    expect(refused).toBe(1)
    expect(news).toMatchObject({ type: 'snapshot', hello: later, alarms: [{ id: alarm.id }] })
    expect(news?.type === 'snapshot' && news.sites.map(({ site }) => site.id)).toEqual(rest.map(({ site }) => site.id))
  })

  it('loses the pulses it cannot read, and no other', () => {
    const good = ['east-gully', NIGHT, NIGHT, null]
    const { news, refused } = openNewsReader(OWN).read(delta({ pulses: [['east-gully', 'soon', NIGHT, null], good] }))
    expect([refused, news?.type === 'delta' && news.pulses]).toEqual([1, [good]])
  })

  it('keeps a snapshot whose status says what this page does not know', () => {
    const { news, refused } = openNewsReader(OWN).read(snapshot({ status: { ...status, watchman: 'asleep' } }))
    expect([refused, news?.type === 'snapshot' && news.status]).toEqual([1, null])
  })

  it('ends the trust in rows when one that is looked at is not what was said', () => {
    const reader = openNewsReader(OWN)
    expect(reader.read(snapshot()).refused).toBe(0)
    const broken = { ...sites[1], online: 'yes' }
    expect(reader.read(delta({ sites: [sites[0], broken] })).refused).toBe(0)
    const found = reader.read(delta({ sites: [broken, sites[0], broken] }))
    expect(found.refused).toBe(2)
    expect(reader.read(delta({ sites: [sites[0], broken] })).refused).toBe(1)
  })

  it('is nothing where it is none, and never throws', () => {
    for (const text of ['', '[]', '{"type":"gossip"}', '{"type":"delta","rev":-1}', delta({ sites: 'all' })]) {
      expect(openNewsReader(OWN).read(text)).toEqual({ news: null, refused: 1 })
    }
    fc.assert(
      fc.property(fc.json(), fc.boolean(), (text, trusted) => {
        const reader = openNewsReader(OWN)
        if (trusted) reader.read(snapshot())
        expect(reader.read(text).refused).toBe(1)
        expect(reader.read(delta({ sites: [JSON.parse(text)] })).refused).toBeGreaterThan(0)
      }),
    )
  })
})
