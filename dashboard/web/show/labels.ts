/** A marker on the map and the size of the label that goes with it, in pixels. */
export interface Marked {
  readonly x: number
  readonly y: number
  readonly radius: number
  readonly width: number
  readonly height: number
  /** The side the label is on now; it stays there as long as it covers nothing, so that labels do not jump. */
  readonly side: Placed['side'] | null
}

/** Where a label is: its top left corner. */
export interface Placed {
  readonly x: number
  readonly y: number
  readonly side: (typeof SIDES)[number]
}

interface Box {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}

const GAP = 6
const SIDES = ['right', 'left', 'below', 'above', 'right-up', 'right-down', 'left-up', 'left-down'] as const

/**
 * A place for each label beside its marker, in the order given (most important first): the first side that covers neither
 * a marker nor a label nor leaves the field, else the one that covers least.
 */
export function placeLabels(marks: readonly Marked[], field: { width: number; height: number }): Placed[] {
  const taken: Box[] = marks.map(({ x, y, radius }) => ({
    x: x - radius,
    y: y - radius,
    width: 2 * radius,
    height: 2 * radius,
  }))
  return marks.map((mark) => {
    const choices = SIDES.map((side) => {
      const box = boxOn(side, mark)
      const covered = taken.reduce((sum, other) => sum + overlap(box, other), 0)
      return { side, box, cost: covered + outside(box, field) * 4 }
    })
    const stays = choices.find(({ side, cost }) => side === mark.side && cost === 0)
    const best = stays ?? choices.reduce((a, b) => (b.cost < a.cost ? b : a))
    taken.push(best.box)
    return { x: best.box.x, y: best.box.y, side: best.side }
  })
}

/** Width of a text in pixels, near enough to place it: Chinese characters are as wide as they are high. */
export function textWidth(text: string, size: number): number {
  let width = 0
  for (const character of text) width += (character.codePointAt(0) ?? 0) > 0x2e80 ? size : size * 0.58
  return width
}

function boxOn(side: Placed['side'], { x, y, radius, width, height }: Marked): Box {
  if (side === 'below') return { x: x - width / 2, y: y + radius + GAP, width, height }
  if (side === 'above') return { x: x - width / 2, y: y - radius - GAP - height, width, height }
  const [beside, shifted] = side.split('-')
  const lift = shifted === 'up' ? -height : shifted === 'down' ? 0 : -height / 2
  return { x: beside === 'right' ? x + radius + GAP : x - radius - GAP - width, y: y + lift, width, height }
}

function overlap(a: Box, b: Box): number {
  const width = Math.min(a.x + a.width, b.x + b.width) - Math.max(a.x, b.x)
  const height = Math.min(a.y + a.height, b.y + b.height) - Math.max(a.y, b.y)
  return width > 0 && height > 0 ? width * height : 0
}

function outside(box: Box, field: { width: number; height: number }): number {
  const inside = overlap(box, { x: 0, y: 0, ...field })
  return box.width * box.height - inside
}
