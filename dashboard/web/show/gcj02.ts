import type { GeoPosition } from '../../../core/contract/map.ts'

const AXIS = 6_378_245
const FLATNESS = 0.006_693_421_622_965_943

/**
 * A position as maps on Chinese phones expect it (GCJ-02), for a navigation link and nothing else: nothing is stored or drawn in it.
 * Outside of the rectangle around the mainland nothing is shifted. (published by `eviltransform`, whose examples are the test)
 */
export function toGcj02({ lon, lat }: GeoPosition): GeoPosition {
  if (lon < 72.004 || lon > 137.8347 || lat < 0.8293 || lat > 55.8271) return { lon, lat }
  const [east, north] = shift(lon - 105, lat - 35)
  const angle = (lat / 180) * Math.PI
  const magic = 1 - FLATNESS * Math.sin(angle) ** 2
  const root = Math.sqrt(magic)
  return {
    lon: lon + (east * 180) / ((AXIS / root) * Math.cos(angle) * Math.PI),
    lat: lat + (north * 180) / (((AXIS * (1 - FLATNESS)) / (magic * root)) * Math.PI),
  }
}

/** How far east and north, m. */
function shift(x: number, y: number): [number, number] {
  const common = 20 * Math.sin(6 * x * Math.PI) + 20 * Math.sin(2 * x * Math.PI)
  const root = Math.sqrt(Math.abs(x))
  const wave = (of: number, a: number, b: number) =>
    20 * Math.sin(of * Math.PI) +
    40 * Math.sin((of / 3) * Math.PI) +
    a * Math.sin((of / 12) * Math.PI) +
    b * Math.sin((of / 30) * Math.PI)
  const east = 300 + x + 2 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * root
  const north = -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * root
  return [east + (2 * (common + wave(x, 150, 300))) / 3, north + (2 * (common + wave(y, 160, 320))) / 3]
}
