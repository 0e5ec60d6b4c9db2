import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isHouseError, messageOf } from '../../../../core/kit/errors.ts'
import { readGeoJson } from '../../../../dashboard/server/map/read-geojson.ts'

const bytes = (value: unknown) => new TextEncoder().encode(typeof value === 'string' ? value : JSON.stringify(value))
const collection = (...geometries: readonly unknown[]) => ({
  type: 'FeatureCollection',
  features: geometries.map((geometry) => ({ type: 'Feature', properties: null, geometry })),
})
const point = (coordinates: unknown) => ({ type: 'Point', coordinates })
const refusal = (value: unknown): string => {
  try {
    readGeoJson(bytes(value))
    return 'taken'
  } catch (error) {
    return isHouseError(error, 'http/invalid') ? messageOf(error) : `thrown: ${messageOf(error)}`
  }
}

/** The example of RFC 7946, section 1.5, without its heights. */
const RFC = {
  type: 'FeatureCollection',
  features: [
    {
      type: 'Feature',
      geometry: { type: 'Point', coordinates: [102.0, 0.5] },
      properties: { prop0: 'value0' },
    },
    {
      type: 'Feature',
      geometry: {
        type: 'LineString',
        coordinates: [
          [102.0, 0.0],
          [103.0, 1.0],
          [104.0, 0.0],
          [105.0, 1.0],
        ],
      },
      properties: { prop0: 'value0', prop1: 0.0 },
    },
    {
      type: 'Feature',
      geometry: {
        type: 'Polygon',
        coordinates: [
          [
            [100.0, 0.0],
            [101.0, 0.0],
            [101.0, 1.0],
            [100.0, 1.0],
            [100.0, 0.0],
          ],
        ],
      },
      properties: { prop0: 'value0', prop1: { this: 'that' } },
    },
  ],
}

const degrees = fc.tuple(fc.double({ min: -180, max: 180, noNaN: true }), fc.double({ min: -90, max: 90, noNaN: true }))
const ring = fc.array(degrees, { minLength: 3, maxLength: 6 }).map((list) => [...list, list[0]])
const geometry = fc.oneof(
  degrees.map(point),
  fc.array(degrees, { minLength: 2, maxLength: 6 }).map((coordinates) => ({ type: 'LineString', coordinates })),
  fc.array(ring, { minLength: 1, maxLength: 3 }).map((coordinates) => ({ type: 'Polygon', coordinates })),
  fc
    .array(fc.array(ring, { minLength: 1, maxLength: 2 }), { maxLength: 2 })
    .map((coordinates) => ({ type: 'MultiPolygon', coordinates })),
)

describe('GeoJSON that somebody brings', () => {
  it('keeps the shapes of the example of RFC 7946, and nothing of its properties', () => {
    const { text, extent, vertices } = readGeoJson(bytes(RFC))
    expect(JSON.parse(text)).toEqual({
      ...RFC,
      features: RFC.features.map((feature) => ({ ...feature, properties: {} })),
    })
    expect([extent, vertices]).toEqual([[100, 0, 105, 1], 10])
  })

  it('is written the same however often it is read, whatever lies beside its shapes', () => {
    fc.assert(
      fc.property(
        fc.array(geometry, { minLength: 1, maxLength: 8 }),
        fc.dictionary(fc.string(), fc.json()),
        (all, more) => {
          const { text } = readGeoJson(bytes({ ...more, ...collection(...all) }))
          expect(readGeoJson(bytes(text)).text).toBe(text)
        },
      ),
    )
  })

  it('never does anything but take or refuse, whatever comes', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.json(),
          fc.string(),
          geometry.map((one) => JSON.stringify(collection(one)).slice(0, -3)),
        ),
        (text) => {
          expect(refusal(text)).not.toMatch(/^thrown/)
        },
      ),
    )
  })

  it('keeps names as text of one line', () => {
    const named = (name: unknown) => ({
      type: 'FeatureCollection',
      features: [{ type: 'Feature', properties: { name, owner: 'x' }, geometry: point([1, 2]) }],
    })
    const nameOf = (name: unknown) =>
      (JSON.parse(readGeoJson(bytes(named(name))).text) as typeof RFC).features[0]?.properties
    expect(nameOf('青杨镇\n二村')).toEqual({ name: '青杨镇 二村' })
    expect(nameOf('x'.repeat(300))).toEqual({ name: 'x'.repeat(100) })
    expect([nameOf(7), nameOf('\u0000'), nameOf(null)]).toEqual([{}, {}, {}])
  })

  it.each([
    ['not JSON', '{', /JSON in UTF-8/],
    ['a single feature', { type: 'Feature' }, /file\.type: expected FeatureCollection, came Feature/],
    ['nothing in it', collection(), /at least one feature/],
    [
      'projected coordinates',
      collection(point([512_000, 3_950_000])),
      /features\.0\.geometry\.coordinates\.0: .*±180, came 512000/,
    ],
    ['latitude and longitude swapped', collection(point([36, 112])), /coordinates\.1: .*±90, came 112/],
    ['words for numbers', collection(point(['112', '36'])), /coordinates\.0/],
    [
      'another reference',
      { ...collection(point([1, 2])), crs: { properties: { name: 'EPSG:4549' } } },
      /crs: .*EPSG:4490/,
    ],
    [
      'a collection of geometries',
      collection({ type: 'GeometryCollection' }),
      /Point, LineString, Polygon or MultiPolygon/,
    ],
    [
      'an open ring',
      collection({
        type: 'Polygon',
        coordinates: [
          [
            [0, 0],
            [1, 0],
            [1, 1],
            [0, 1],
          ],
        ],
      }),
      /ends where it begins/,
    ],
    ['a line of one', collection({ type: 'LineString', coordinates: [[0, 0]] }), /at least 2/],
    ['no geometry', collection(null), /features\.0\.geometry: expected an object/],
  ])('is refused with the place of its fault: %s', (_, value, words) => {
    expect(refusal(value)).toMatch(words)
  })

  it('is refused where it is deeper or longer than any map', () => {
    expect(refusal('['.repeat(200_000))).toMatch(/JSON/)
    const long = Array.from({ length: 400_001 }, (_, index) => [index / 1e4, 0])
    expect(refusal(collection({ type: 'LineString', coordinates: long }))).toMatch(/at most 400000 positions/)
    expect(refusal(collection(...Array.from({ length: 20_001 }, () => point([0, 0]))))).toMatch(/at most 20000/)
  })
})
