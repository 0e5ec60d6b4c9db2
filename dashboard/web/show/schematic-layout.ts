import type { SiteKind } from '../../../core/contract/site.ts'
import type { PitSymbol, SymbolKind } from './schematic-symbols.ts'

/** A symbol's box, top left corner. All boxes have one size. */
export interface PlacedSymbol {
  readonly symbol: PitSymbol
  readonly x: number
  readonly y: number
}

/** A line of the drawing through its corners. */
export interface PitLine {
  readonly of: 'power' | 'water'
  readonly corners: readonly (readonly [x: number, y: number])[]
}

/** A hollow in the ground in which symbols stand. */
export interface Hollow {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}

/** Where everything of a pit is drawn, in px of the drawing's own. */
export interface PitLayout {
  readonly width: number
  readonly height: number
  /** Height of the ground. */
  readonly groundY: number
  /** The column in which the shaft, the benches or the tower stand, free of symbols. */
  readonly shaft: { readonly x: number; readonly width: number; readonly bottom: number }
  readonly symbols: readonly PlacedSymbol[]
  readonly lines: readonly PitLine[]
  readonly hollows: readonly Hollow[]
}

export const BOX = { width: 250, height: 134 } as const
const MARGIN = 14
const GAP = 16
/** Room between rows, in which lines run. */
const GUTTER = 42
const SHAFT_WIDTH = 164
const SIDE_COLUMNS = 2
/** How deep the ground is shown where nothing stands below. */
const SHALLOW = 96
const POWER_ABOVE = 15
const WATER_BELOW = 12

type Side = 'left' | 'right'
type Zone = 'above' | 'below'

/** Where each kind stands: what draws power left, what watches right; water left below, air right. */
const PLACES: Readonly<Record<SymbolKind, { readonly zone: Zone; readonly side: Side }>> = {
  winch: { zone: 'above', side: 'left' },
  feeder: { zone: 'above', side: 'left' },
  house: { zone: 'above', side: 'left' },
  machine: { zone: 'above', side: 'left' },
  drive: { zone: 'above', side: 'left' },
  generator: { zone: 'above', side: 'left' },
  solar: { zone: 'above', side: 'left' },
  fan: { zone: 'above', side: 'right' },
  door: { zone: 'above', side: 'right' },
  camera: { zone: 'above', side: 'right' },
  gateway: { zone: 'above', side: 'right' },
  vibration: { zone: 'above', side: 'right' },
  sensor: { zone: 'above', side: 'right' },
  pump: { zone: 'below', side: 'left' },
  sump: { zone: 'below', side: 'left' },
  air: { zone: 'below', side: 'right' },
  gas: { zone: 'below', side: 'right' },
  climate: { zone: 'below', side: 'right' },
}

const ELECTRIC: readonly SymbolKind[] = [
  'feeder',
  'house',
  'machine',
  'drive',
  'generator',
  'solar',
  'winch',
  'fan',
  'pump',
]
const WET: readonly SymbolKind[] = ['pump', 'sump']

/** Sites where nobody goes under ground. */
const FLAT: readonly SiteKind[] = ['monitoring-tower']

type Halves = Readonly<Record<Side, readonly PitSymbol[]>>

/** Places symbols beside a shaft, above and below the ground, in rows. No two overlap, and none lies in the shaft's column. */
export function layoutPit(symbols: readonly PitSymbol[], kind: SiteKind): PitLayout {
  const isFlat = FLAT.includes(kind)
  const zoneOf = (symbol: PitSymbol): Zone => (isFlat ? 'above' : PLACES[symbol.kind].zone)
  const above = halves(symbols.filter((symbol) => zoneOf(symbol) === 'above'))
  const below = halves(symbols.filter((symbol) => zoneOf(symbol) === 'below'))
  const columns = {
    left: Math.min(SIDE_COLUMNS, Math.max(1, above.left.length, below.left.length)),
    right: Math.min(SIDE_COLUMNS, Math.max(1, above.right.length, below.right.length)),
  }
  const sideWidth = (side: Side) => columns[side] * (BOX.width + GAP)
  const shaftX = MARGIN + sideWidth('left')
  const field = { columns, shaftX }
  const aboveRows = Math.max(1, rowsOf(above, columns))
  const groundY = MARGIN + aboveRows * (BOX.height + GUTTER)
  const belowRows = rowsOf(below, columns)
  const depth = belowRows === 0 ? (isFlat ? SHALLOW / 2 : SHALLOW) : belowRows * (BOX.height + GUTTER) + GUTTER / 2
  const placed = [
    ...placeZone(above, { ...field, top: MARGIN + GUTTER / 2 }),
    ...placeZone(below, { ...field, top: groundY + GUTTER }),
  ]
  const shaft = { x: shaftX, width: SHAFT_WIDTH, bottom: groundY + depth - GUTTER / 2 }
  return {
    width: shaftX + SHAFT_WIDTH + sideWidth('right') + MARGIN,
    height: groundY + depth,
    groundY,
    shaft,
    symbols: placed,
    lines: [...powerLines(placed, shaft), ...waterLines(placed, shaft, groundY)],
    hollows: hollowsOf(placed, shaft, groundY),
  }
}

/** Symbols by side; where one side has more than the other, the last of them go over. */
function halves(symbols: readonly PitSymbol[]): Halves {
  const of = (side: Side) => symbols.filter(({ kind }) => PLACES[kind].side === side)
  const left = of('left')
  const right = of('right')
  while (left.length > right.length + 1) right.push(...left.splice(-1))
  while (right.length > left.length + 1) left.push(...right.splice(-1))
  return { left, right }
}

function rowsOf(zone: Halves, columns: Readonly<Record<Side, number>>): number {
  return Math.max(Math.ceil(zone.left.length / columns.left), Math.ceil(zone.right.length / columns.right))
}

interface Field {
  readonly columns: Readonly<Record<Side, number>>
  readonly shaftX: number
  readonly top: number
}

/** Rows are filled from the shaft outwards. */
function placeZone(zone: Halves, { columns, shaftX, top }: Field): PlacedSymbol[] {
  const step = BOX.width + GAP
  const place = (side: Side) =>
    zone[side].map((symbol, index) => {
      const column = index % columns[side]
      const y = top + Math.floor(index / columns[side]) * (BOX.height + GUTTER)
      const x = side === 'left' ? shaftX - (column + 1) * step : shaftX + SHAFT_WIDTH + GAP + column * step
      return { symbol, x, y }
    })
  return [...place('left'), ...place('right')]
}

type Shaft = PitLayout['shaft']

/** From each that draws power up into the room above its row, along it to the shaft, and all of them together down the shaft. */
function powerLines(placed: readonly PlacedSymbol[], shaft: Shaft): PitLine[] {
  const electric = placed.filter(({ symbol }) => ELECTRIC.includes(symbol.kind))
  if (electric.length < 2) return []
  const trunkX = shaft.x + MARGIN
  const heights = electric.map(({ y }) => y - POWER_ABOVE)
  const trunk = [
    [trunkX, Math.min(...heights)],
    [trunkX, Math.max(...heights)],
  ] as const
  const stubs = electric.map(({ x, y }) => {
    const middle = x + BOX.width / 2
    const corners = [
      [middle, y],
      [middle, y - POWER_ABOVE],
      [trunkX, y - POWER_ABOVE],
    ] as const
    return { of: 'power' as const, corners }
  })
  return [...stubs, { of: 'power', corners: trunk }]
}

/** From sumps and pumps below their row to the shaft, and up it to the surface. */
function waterLines(placed: readonly PlacedSymbol[], shaft: Shaft, groundY: number): PitLine[] {
  const wet = placed.filter(({ symbol, y }) => WET.includes(symbol.kind) && y > groundY)
  const pipeX = shaft.x + shaft.width - MARGIN
  return wet.map(({ x, y }) => {
    const middle = x + BOX.width / 2
    const low = y + BOX.height + WATER_BELOW
    const corners = [
      [middle, y + BOX.height],
      [middle, low],
      [pipeX, low],
      [pipeX, groundY - WATER_BELOW],
    ] as const
    return { of: 'water', corners }
  })
}

/** One gallery a row, from the outermost symbol to the shaft. */
function hollowsOf(placed: readonly PlacedSymbol[], shaft: Shaft, groundY: number): Hollow[] {
  const below = placed.filter(({ y }) => y > groundY)
  const rows = [...new Set(below.map(({ y }) => y))]
  return rows.map((y) => {
    const row = below.filter((one) => one.y === y)
    const left = Math.min(shaft.x, ...row.map(({ x }) => x - GAP / 2))
    const right = Math.max(shaft.x + shaft.width, ...row.map(({ x }) => x + BOX.width + GAP / 2))
    return { x: left, y: y - GUTTER / 4, width: right - left, height: BOX.height + GUTTER / 2 + 4 }
  })
}
