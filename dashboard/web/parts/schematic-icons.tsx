import type { ComponentChildren } from 'preact'
import type { SymbolKind } from '../show/schematic-symbols.ts'

/** Drawings in a 56 × 56 box, in strokes. What is `solid` is filled while the thing runs. */
const ICONS: Readonly<Record<SymbolKind, { readonly lines: string; readonly solid?: string }>> = {
  feeder: {
    lines: 'M28 4v7M28 45v7M22 21l6-4-3 8 7-1-8 10 3-8-6 1Z',
    solid: 'M28 10a11 11 0 1 1 0 22 11 11 0 0 1 0-22ZM28 24a11 11 0 1 1 0 22 11 11 0 0 1 0-22Z',
  },
  house: { lines: 'M6 27 28 9l22 18M24 46V34h8v12', solid: 'M12 24v22h32V24L28 11Z' },
  machine: {
    lines: 'M28 6v8M28 42v8M6 28h8M42 28h8M12.5 12.5l5.7 5.7M37.8 37.8l5.7 5.7M43.5 12.5l-5.7 5.7M18.2 37.8l-5.7 5.7',
    solid: 'M28 15a13 13 0 1 1 0 26 13 13 0 0 1 0-26Z',
  },
  drive: { lines: 'M16 36c4-16 8-16 12 0s8 16 12 0', solid: 'M9 9h38v38H9Z' },
  generator: { lines: 'M34 22a8 8 0 1 0 2 8h-7', solid: 'M28 8a20 20 0 1 1 0 40 20 20 0 0 1 0-40Z' },
  solar: { lines: 'M4 36h34M10 22l-6 14h30l6-14ZM22 22l-3 14M44 30v-3M40 30h10v18H40Z', solid: 'M41 40h8v7h-8Z' },
  winch: {
    lines: 'M8 50h40M14 50l6-14M42 50l-6-14M28 10v-6M42 24h10v22',
    solid: 'M28 10a14 14 0 1 1 0 28 14 14 0 0 1 0-28Z',
  },
  fan: {
    lines: 'M28 6a22 22 0 1 1 0 44 22 22 0 0 1 0-44Z',
    solid:
      'M28 28c-3-7-2-13 3-17 5 5 5 11-3 17Zm0 0c7.500-1 13 2 14 8-6.800 1.800-12-.8-14-8Zm0 0c-4.600 6-10 8.600-16 6 2-6.800 7-9.500 16-6Z',
  },
  pump: { lines: 'M8 46h40M48 18h6M2 28h6', solid: 'M28 8a20 20 0 1 1 0 40 20 20 0 0 1 0-40ZM28 11 46 28 28 45Z' },
  sump: { lines: 'M8 8v40h40V8' },
  air: { lines: 'M6 20h28a6 6 0 1 0-6-6M6 29h38a6 6 0 1 1-6 6M6 38h20a6 6 0 1 1-6 6' },
  gas: { lines: 'M20 42h18a9 9 0 0 0 1-17.900A12 12 0 0 0 16 27a7.500 7.500 0 0 0 4 15ZM20 48v2M28 48v4M36 48v2' },
  climate: { lines: 'M24 10a5 5 0 0 1 10 0v20a10 10 0 1 1-10 0ZM29 20v20M38 14h6M38 21h4M38 28h6' },
  vibration: { lines: 'M4 28h8l4-14 6 28 6-34 6 34 5-20 3 6h10' },
  sensor: { lines: 'M28 8a20 20 0 1 1 0 40 20 20 0 0 1 0-40ZM28 22a6 6 0 1 1 0 12 6 6 0 0 1 0-12Z' },
  door: { lines: 'M14 50V8h28v42M8 50h40M35 28v5M20 8v42' },
  camera: { lines: 'M6 20h30v18H6ZM36 26l12-7v20l-12-7M20 38v8M12 46h16' },
  gateway: { lines: 'M8 30h40v16H8ZM14 38h2M21 38h2M28 38h12M38 30V12M30 16a11 11 0 0 1 16 0M33.500 12a6 6 0 0 1 9 0' },
}

interface IconProps {
  readonly kind: SymbolKind
  /** Fills what turns; null where nothing does. */
  readonly runs: boolean | null
  /** How full a sump is, 0–1; null = not known. */
  readonly fill?: number | null
  readonly children?: ComponentChildren
}

/** A symbol's drawing, 56 × 56. What runs is filled, what stands is hollow; the word for it stands beside. */
export function SymbolIcon({ kind, runs, fill = null }: IconProps) {
  const { lines, solid } = ICONS[kind]
  const depth = fill === null ? 0 : Math.round(38 * Math.min(1, Math.max(0, fill)))
  return (
    <>
      {kind === 'sump' && fill !== null && <rect class="pit-water" x="9" y={47 - depth} width="38" height={depth} />}
      {solid !== undefined && <path class={`pit-solid${runs === true ? ' is-running' : ''}`} d={solid} />}
      <path class="pit-strokes" d={lines} />
    </>
  )
}
