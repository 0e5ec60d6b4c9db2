import { describe, expect, it } from 'vitest'
import { ControlConfig } from '../../../../dashboard/server/config.ts'
import { IdentityConfig, identityFaults } from '../../../../dashboard/server/identity/config.ts'
import { placesOf } from '../../../../dashboard/server/identity/open.ts'
import { smallRoster } from '../../../support/roster.ts'

const { duty } = smallRoster([{ id: 'officer', url: 'http://127.0.0.1:1/' }])
const config = (part: object) => ControlConfig.parse({ group: 'county', store: 'control', duty, ...part })
const names = ['room.example', '127.0.0.1']

describe('the configuration of identities', () => {
  it.each([
    [{}, true, []],
    [{ caFile: 'ca.pem' }, false, []],
    [{ caFile: 'ca.pem' }, true, ['caFile']],
    [{ caFile: 'ca.pem', caKeyFile: 'ca.key' }, true, []],
    [{ caFile: 'ca.pem', certFile: 'a.pem', keyFile: 'a.key' }, true, []],
    [{ caKeyFile: 'ca.key' }, false, ['caKeyFile']],
    [{ caFile: 'ca.pem', certFile: 'a.pem' }, false, ['certFile']],
    [{ certFile: 'a.pem', keyFile: 'a.key' }, false, ['certFile']],
  ])('%j, with a listener %s, has these faults: %j', (given, needsOwn, faults) => {
    expect(identityFaults(IdentityConfig.parse(given), needsOwn).map(({ path }) => path[1])).toEqual(faults)
  })

  it('says nothing of certificates where nothing is said', () => {
    const made = config({})
    expect([made.http.tls, made.broker.kind === 'embedded' && made.broker.tls, made.identity]).toEqual([
      undefined,
      undefined,
      {},
    ])
  })

  it('tells gateways where things are, by a name they can reach', () => {
    const embedded = { kind: 'embedded', tls: { port: 8883 } }
    const told = (part: object) => placesOf(config(part), { names }, {})
    expect(told({})).toEqual({ url: 'http://127.0.0.1:8080', broker: null })
    expect(told({ http: { tls: {} }, broker: embedded })).toEqual({
      url: 'https://room.example:8443',
      broker: 'mqtts://room.example:8883',
    })
    expect(told({ http: { host: '0.0.0.0', publicUrl: 'https://pits.example/' } }).url).toBe('https://pits.example')
    expect(told({ identity: { brokerUrl: 'mqtts://other.example' }, broker: embedded }).broker).toBe(
      'mqtts://other.example',
    )
    expect(told({ broker: { kind: 'external', url: 'mqtts://b.example:8883' } }).broker).toBe('mqtts://b.example:8883')
    const running = { http: { port: 1, httpsPort: 18443 }, broker: { tlsUrl: 'mqtts://0.0.0.0:18883' } }
    expect(placesOf(config({ http: { tls: {} }, broker: embedded }), { names }, running)).toEqual({
      url: 'https://room.example:18443',
      broker: 'mqtts://room.example:18883',
    })
  })
})
