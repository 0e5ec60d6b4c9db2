/** What of the map is looked at: its middle as the county's schema or in degrees, and how far in, in doublings of the whole. */
export interface MapView {
  readonly x: number
  readonly y: number
  readonly zoom: number
}

/** A tenth of a metre; a hundredth of a doubling. */
const DECIMALS = { place: 6, zoom: 2 } as const
/** How far the map goes in and out, in doublings of the whole. */
export const ZOOMS = { least: -1.5, most: 8 } as const

/** A view as it stands in an address. */
export function viewText({ x, y, zoom }: MapView): string {
  return [rounded(x, DECIMALS.place), rounded(y, DECIMALS.place), rounded(zoom, DECIMALS.zoom)].join(',')
}

/** Inverse of `viewText` for what it writes; null for anything else, which shows the whole map. */
export function viewOf(text: string | undefined): MapView | null {
  if (text === undefined || !/^-?\d+(\.\d+)?(,-?\d+(\.\d+)?){2}$/.test(text)) return null
  const [x = NaN, y = NaN, zoom = NaN] = text.split(',').map(Number)
  if (Math.abs(x) > 360 || Math.abs(y) > 360 || zoom < ZOOMS.least || zoom > ZOOMS.most) return null
  return { x, y, zoom }
}

function rounded(value: number, decimals: number): string {
  const text = value.toFixed(decimals).replace(/\.?0+$/, '')
  return text === '-0' || text === '' ? '0' : text
}
