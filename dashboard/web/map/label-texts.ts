import type { Priority } from '../../../core/contract/priority.ts'
import type { Palette } from './palette.ts'

/** What stands beside a marker. */
export interface MapLabel {
  readonly name: string
  /** The value of its headline, where it is good and there is room to say it; else empty. */
  readonly value: string
  readonly words: string
  /** The colour of its words, beside the shape that says the same. */
  readonly tone: Priority | null
  /** What is said is that something is wrong. */
  readonly isStrong: boolean
}

/** Drawn labels that are kept. */
const MOST_KEPT = 500

interface LabelSize {
  readonly nameWidth: number
  readonly width: number
  readonly height: number
}

/** The labels of the map as pictures. */
export interface LabelTexts {
  /** Whether it was measured before. */
  has(label: MapLabel): boolean
  size(label: MapLabel): LabelSize
  /** Drawn once each: outlined text is the dearest thing on the map. */
  draw(label: MapLabel): HTMLCanvasElement
}

const NAME_LINE = 19
const WORDS_LINE = 18
const HALO = 2

/** Measures and draws labels in the colours of a palette. */
export function openLabelTexts(palette: Palette): LabelTexts {
  const sizes = openKept<LabelSize>()
  const drawings = openKept<HTMLCanvasElement>()
  const ruler = document.createElement('canvas').getContext('2d')
  const { scale } = palette
  const font = {
    name: `600 15px ${palette.font}`,
    value: `400 13px ${palette.font}`,
    strong: `700 13px ${palette.font}`,
  }
  const wordsFont = ({ isStrong }: MapLabel) => (isStrong ? font.strong : font.value)
  const widthOf = (text: string, how: string): number => {
    if (ruler === null || text === '') return 0
    ruler.font = how
    return ruler.measureText(text).width
  }
  const size = (label: MapLabel): LabelSize =>
    sizes.take(keyOf(label), () => {
      const nameWidth = widthOf(label.name, font.name)
      const first = nameWidth + (label.value === '' ? 0 : 8 + widthOf(label.value, font.value))
      const width = Math.ceil(Math.max(first, widthOf(label.words, wordsFont(label)))) + 2 * HALO
      return { nameWidth, width, height: NAME_LINE + (label.words === '' ? 0 : WORDS_LINE) }
    })
  const make = (label: MapLabel): HTMLCanvasElement => {
    const { nameWidth, width, height } = size(label)
    const canvas = document.createElement('canvas')
    canvas.width = Math.ceil(width * scale)
    canvas.height = Math.ceil(height * scale)
    const pen = canvas.getContext('2d')
    if (pen === null) return canvas
    pen.scale(scale, scale)
    pen.lineJoin = 'round'
    pen.lineWidth = 2 * HALO
    pen.strokeStyle = palette.panel
    const write = (
      text: string,
      at: { readonly x: number; readonly y: number; readonly font: string; readonly colour: string },
    ) => {
      if (text === '') return
      pen.font = at.font
      pen.strokeText(text, at.x, at.y)
      pen.fillStyle = at.colour
      pen.fillText(text, at.x, at.y)
    }
    const tone =
      label.tone === null ? (label.isStrong ? palette.text : palette.textSoft) : palette.priorities[label.tone].text
    write(label.name, { x: HALO, y: 15, font: font.name, colour: palette.text })
    write(label.value, { x: HALO + nameWidth + 8, y: 15, font: font.value, colour: palette.textSoft })
    write(label.words, { x: HALO, y: NAME_LINE + 13, font: wordsFont(label), colour: tone })
    return canvas
  }
  return {
    size,
    has: (label) => sizes.has(keyOf(label)),
    draw: (label) => drawings.take(keyOf(label), () => make(label)),
  }
}

function keyOf({ name, value, words, tone, isStrong }: MapLabel): string {
  return `${name}|${value}|${words}|${tone ?? ''}|${isStrong}`
}

/** What was made for a key, the newest few hundred. */
function openKept<T>(): { has(key: string): boolean; take(key: string, make: () => T): T } {
  let [young, old] = [new Map<string, T>(), new Map<string, T>()]
  return {
    has: (key) => young.has(key) || old.has(key),
    take: (key, make) => {
      const known = young.get(key) ?? old.get(key) ?? make()
      if (!young.has(key)) {
        if (young.size >= MOST_KEPT) [young, old] = [new Map<string, T>(), young]
        young.set(key, known)
      }
      return known
    },
  }
}
