import { describe, expect, it } from 'vitest'
import { type BrokerPeer, mayPublish, maySubscribe } from '../../../../dashboard/server/broker/acl.ts'

const gateway: BrokerPeer = { kind: 'gateway', user: 'east', site: 'east-pit' }
const listener: BrokerPeer = { kind: 'listener', user: 'flows' }
const hash = 'a'.repeat(64)
const publishes = (peer: BrokerPeer, topic: string, retain = false) => mayPublish(peer, 'county', { topic, retain })
const hears = (peer: BrokerPeer, filter: string) => maySubscribe(peer, 'county', filter)

describe('the broker lets a gateway', () => {
  it.each([
    'spBv1.0/county/NBIRTH/east-pit',
    'spBv1.0/county/NDATA/east-pit',
    'spBv1.0/county/NDEATH/east-pit',
    'spBv1.0/county/DBIRTH/east-pit/feeder',
    'spBv1.0/county/DDATA/east-pit/feeder',
    'spBv1.0/county/DDEATH/east-pit/feeder',
    'pitwatch/v1/county/east-pit/alarm',
    'pitwatch/v1/county/east-pit/health',
    'pitwatch/v1/county/east-pit/range',
    'pitwatch/v1/county/east-pit/trend',
    'pitwatch/v1/county/east-pit/clock-ask',
    'pitwatch/v1/county/east-pit/config-report',
    `pitwatch/v1/county/east-pit/evidence/${hash}`,
    'pitwatch/v1/county/east-pit/command/snapshot-1',
  ])('publish its own %s', (topic) => expect(publishes(gateway, topic)).toBe(true))

  it.each([
    'spBv1.0/county/NBIRTH/west-pit',
    'spBv1.0/county/DDATA/west-pit/feeder',
    'spBv1.0/other/NBIRTH/east-pit',
    'spBv1.0/county/NCMD/east-pit',
    'spBv1.0/county/DCMD/east-pit/feeder',
    'spBv1.0/STATE/county',
    'pitwatch/v1/county/west-pit/alarm',
    'pitwatch/v1/county/east-pit/receipt',
    'pitwatch/v1/county/east-pit/clock-answer',
    'pitwatch/v1/county/east-pit/config',
    'pitwatch/v1/county/west-pit/range',
    'pitwatch/v1/county/west-pit/config-report',
    'pitwatch/v1/county/east-pit/evidence/short',
    'pitwatch/v1/county/east-pit',
    '$SYS/anything',
    'anything',
  ])('not publish %s', (topic) => expect(publishes(gateway, topic)).toBe(false))

  it('retain nothing but the state of a command and of a configuration', () => {
    for (const lane of ['alarm', 'health', 'range', 'trend', 'clock-ask']) {
      expect(publishes(gateway, `pitwatch/v1/county/east-pit/${lane}`, true)).toBe(false)
    }
    expect(publishes(gateway, 'spBv1.0/county/NBIRTH/east-pit', true)).toBe(false)
    expect(publishes(gateway, 'pitwatch/v1/county/east-pit/config-report', true)).toBe(true)
    expect(publishes(gateway, 'pitwatch/v1/county/east-pit/command/snapshot-1', true)).toBe(true)
  })

  it.each([
    'spBv1.0/county/NCMD/east-pit',
    'spBv1.0/county/DCMD/east-pit/feeder',
    'spBv1.0/county/DCMD/east-pit/+',
    'pitwatch/v1/county/east-pit/receipt',
    'pitwatch/v1/county/east-pit/clock-answer',
    'pitwatch/v1/county/east-pit/config',
    'pitwatch/v1/county/east-pit/command/+',
    'spBv1.0/STATE/county',
    'spBv1.0/STATE/+',
  ])('hear %s', (filter) => expect(hears(gateway, filter)).toBe(true))

  it.each([
    '#',
    '+/+/+/+',
    '$SYS/#',
    'spBv1.0/#',
    'spBv1.0/county/NCMD/west-pit',
    'spBv1.0/county/NCMD/+',
    'spBv1.0/county/DCMD/+/feeder',
    'spBv1.0/county/NBIRTH/east-pit',
    'spBv1.0/STATE/#',
    'pitwatch/v1/county/+/receipt',
    'pitwatch/v1/county/west-pit/config',
    'pitwatch/v1/county/west-pit/clock-answer',
    'pitwatch/v1/county/+/config',
    'pitwatch/v1/county/east-pit/range',
    'pitwatch/v1/county/east-pit/config-report',
    'pitwatch/v1/county/east-pit/alarm',
    'pitwatch/v1/county/east-pit/#',
    'pitwatch/v1/county/east-pit-2/command/+',
  ])('not hear %s', (filter) => expect(hears(gateway, filter)).toBe(false))
})

describe('the broker lets a listening service', () => {
  it('hear its group and nothing else', () => {
    expect(hears(listener, 'spBv1.0/county/+/+/#')).toBe(true)
    expect(hears(listener, 'pitwatch/v1/county/+/alarm')).toBe(true)
    for (const filter of ['#', 'spBv1.0/+/NBIRTH/+', 'spBv1.0/other/#', '$SYS/#'])
      expect(hears(listener, filter)).toBe(false)
  })

  it('publish nothing', () => {
    expect(publishes(listener, 'pitwatch/v1/county/east-pit/alarm')).toBe(false)
    expect(publishes(listener, 'spBv1.0/county/NCMD/east-pit')).toBe(false)
  })
})
