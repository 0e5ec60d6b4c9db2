import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { toGcj02 } from '../../dashboard/web/show/gcj02.ts'
import {
  detailFor,
  isUnwatched,
  type Marker,
  markerKey,
  markerOf,
  markerSize,
  rankOf,
  spriteKey,
} from '../../dashboard/web/map/marker.ts'
import { geographicPlane, placeOf, planeFor, SCHEMATIC } from '../../dashboard/web/map/plane.ts'
import type { SiteView } from '../../dashboard/web/show/site-words.ts'

const QUIET: SiteView = { state: 'quiet', watch: 'watched', worst: null, unacked: false, held: null }
const view = fc.record<SiteView>({
  state: fc.constantFrom('alarm', 'returned', 'offline', 'stale', 'quiet'),
  watch: fc.constantFrom('watched', 'partly', 'stale', 'offline'),
  worst: fc.option(fc.constantFrom('red', 'orange', 'yellow', 'blue')),
  unacked: fc.boolean(),
  held: fc.option(fc.constantFrom('shelved', 'by-design', 'out-of-service')),
})
const marker = view.map((one) => markerOf('closed-pit', one))
const place = { place: { x: 25, y: 10 } }

describe('a marker of the map', () => {
  it('is the shape of the worst alarm, hollow once it is over, with a clock while it is held back', () => {
    const red = markerOf('closed-pit', { ...QUIET, state: 'alarm', worst: 'red', unacked: true })
    expect(red).toMatchObject({ worst: 'red', unacked: true, isHollow: false, hasClock: false })
    expect(markerOf('closed-pit', { ...QUIET, state: 'returned', worst: 'blue' })).toMatchObject({ isHollow: true })
    const held = markerOf('closed-pit', { ...QUIET, state: 'alarm', worst: 'orange', held: 'shelved' })
    expect(held).toMatchObject({ isHollow: true, hasClock: true })
  })

  it('is never quiet and grey for a site that nobody watches', () => {
    fc.assert(
      fc.property(view, (one) => {
        const drawn = markerOf('closed-pit', one)
        const quiet = spriteKey(markerOf('closed-pit', QUIET))
        if (one.watch !== 'watched') expect(spriteKey(drawn)).not.toBe(quiet)
        if (one.watch === 'stale' || one.watch === 'offline') {
          expect(isUnwatched(drawn)).toBe(true)
          expect(rankOf(drawn)).toBeGreaterThan(0)
          expect(markerSize(drawn, 'dot')).toBeGreaterThan(markerSize(markerOf('closed-pit', QUIET), 'dot'))
        }
      }),
    )
  })

  it('is drawn anew exactly when something of it is otherwise', () => {
    const same = (a: Marker, b: Marker) =>
      JSON.stringify({ ...a, kind: a.worst ?? a.kind }) === JSON.stringify({ ...b, kind: b.worst ?? b.kind })
    fc.assert(
      fc.property(marker, marker, (a, b) => {
        expect(markerKey(a) === markerKey(b)).toBe(same(a, b))
      }),
    )
  })

  it('lies above whatever is less urgent', () => {
    const of = (part: Partial<SiteView>) => rankOf(markerOf('closed-pit', { ...QUIET, ...part }))
    const order = [
      of({ state: 'alarm', worst: 'red', unacked: true }),
      of({ state: 'alarm', worst: 'orange', unacked: true }),
      of({ state: 'alarm', worst: 'red' }),
      of({ state: 'alarm', worst: 'blue' }),
      of({ watch: 'offline' }),
      of({ watch: 'partly' }),
      of({}),
    ]
    expect(order).toEqual(order.toSorted((a, b) => b - a))
    expect(new Set(order).size).toBe(order.length)
  })

  it('gets smaller where there are more', () => {
    expect([8, 1_000, 5_000].map((count) => detailFor(count, 1_100 * 860))).toEqual(['full', 'small', 'dot'])
  })
})

describe('the plane of the map', () => {
  it('leads from every place back to it', () => {
    const at = fc.tuple(fc.double({ min: -180, max: 180, noNaN: true }), fc.double({ min: -80, max: 80, noNaN: true }))
    fc.assert(
      fc.property(at, fc.integer({ min: -60, max: 60 }), (where, lat0) => {
        for (const plane of [SCHEMATIC, geographicPlane(lat0)]) {
          const [x, y] = plane.fromPlane(plane.toPlane(where))
          expect(x).toBeCloseTo(where[0], 6)
          expect(y).toBeCloseTo(where[1], 6)
        }
      }),
    )
  })

  it('is as long as the ground: a degree of latitude is 111.2 km, one of longitude at 60° half of it', () => {
    const plane = geographicPlane(60)
    const [[west, south], [east, north]] = [plane.toPlane([10, 59.5]), plane.toPlane([11, 60.5])]
    expect((north - south) / 1_000).toBeCloseTo(111.195, 2)
    expect((east - west) / 1_000).toBeCloseTo(55.6, 1)
  })

  it('goes by coordinates only where a map was brought and some site has them; then those without stand apart', () => {
    const known = { ...place, position: { lon: 112.5, lat: 36.2 } }
    const layers = [{ extent: [112, 36, 113, 37] as [number, number, number, number] }]
    expect(planeFor([known], []).kind).toBe('schematic')
    expect(planeFor([{}], layers).kind).toBe('schematic')
    const plane = planeFor([known, {}], layers)
    expect(plane.kind).toBe('geographic')
    expect(placeOf(place, plane)).toBeNull()
    expect(plane.fromPlane(placeOf(known, plane) ?? [])[0]).toBeCloseTo(112.5, 9)
    expect(placeOf(place, SCHEMATIC)).toEqual(SCHEMATIC.toPlane([25, 10]))
  })
})

describe('a position for a phone’s navigation', () => {
  it('is where the published examples of eviltransform say', () => {
    for (const [lat, lon, shiftedLat, shiftedLon] of [
      [31.1774276, 121.5272106, 31.17530398364597, 121.531541859215],
      [22.543847, 113.912316, 22.540796131694766, 113.9171764808363],
      [39.911954, 116.377817, 39.91334545536069, 116.38404722455657],
    ] as const) {
      const shifted = toGcj02({ lat, lon })
      expect(shifted.lat).toBeCloseTo(shiftedLat, 12)
      expect(shifted.lon).toBeCloseTo(shiftedLon, 12)
    }
  })

  it('is not shifted outside of the country', () => {
    expect(toGcj02({ lat: 35.68, lon: 139.76 })).toEqual({ lat: 35.68, lon: 139.76 })
  })
})
