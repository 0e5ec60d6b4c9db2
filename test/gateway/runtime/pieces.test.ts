import { expect, it } from 'vitest'
import { fieldPieces } from '../../../gateway/runtime/pieces.ts'
import { siteOf } from './sites.ts'

const lists = {
  buses: ["id: line, kind: tcp, host: '127.0.0.1', port: 1502"],
  devices: ['id: meter, profile: demo/meter, bus: line, unit: 1, every: 1s'],
}

it('the key of a piece tells every change of what it is made of, and takes no room by the size of it', () => {
  const loaded = siteOf(lists)
  const keyOf = (site: Parameters<typeof fieldPieces>[0]) => fieldPieces(site).devices[0]?.key ?? ''
  const key = keyOf(loaded)
  expect([keyOf(siteOf(lists)), key.length < 100]).toEqual([key, true])
  const profile = loaded.profiles.get('demo/meter')!
  const otherProfile = new Map(loaded.profiles).set('demo/meter', { ...profile, restMs: 77 } as typeof profile)
  const others = [
    { ...loaded, profiles: otherProfile },
    siteOf({ ...lists, buses: ["id: line, kind: tcp, host: '127.0.0.1', port: 1503"] }),
    siteOf({ ...lists, devices: ['id: meter, profile: demo/meter, bus: line, unit: 2, every: 1s'] }),
  ]
  expect(new Set([key, ...others.map(keyOf)]).size).toBe(4)
})
