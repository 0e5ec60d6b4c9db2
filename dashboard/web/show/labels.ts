/** A marker on the map and the size of the label that goes with it, in pixels. */
export interface Marked {
  readonly x: number
  readonly y: number
  readonly radius: number
  readonly width: number
  readonly height: number
  /** The side the label is on now; it stays there as long as it covers nothing, so that labels do not jump. */
  readonly side: Placed['side'] | null
  /** It is shown whatever it covers: somebody points at it. */
  readonly isPinned: boolean
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
 * A place for each label beside its marker, in the order given (most important first): the first side that covers neither a marker nor a
 * label nor leaves the field. Where there is none the label is left out (null), unless it is pinned. `marks` are all markers that must
 * stay seen, with or without a label.
 */
export function placeLabels(
  labels: readonly Marked[],
  marks: readonly Pick<Marked, 'x' | 'y' | 'radius'>[],
  field: { readonly width: number; readonly height: number },
): (Placed | null)[] {
  const taken = openTaken()
  for (const { x, y, radius } of marks)
    taken.add({ x: x - radius, y: y - radius, width: 2 * radius, height: 2 * radius })
  return labels.map((mark) => {
    const order = mark.side === null ? SIDES : [mark.side, ...SIDES]
    const free = order.find((side) => {
      const box = boxOn(side, mark)
      return isInside(box, field) && taken.isFree(box)
    })
    const side = free ?? (mark.isPinned ? (order.find((one) => isInside(boxOn(one, mark), field)) ?? 'right') : null)
    if (side === null) return null
    const box = boxOn(side, mark)
    taken.add(box)
    return { x: box.x, y: box.y, side }
  })
}

function boxOn(side: Placed['side'], { x, y, radius, width, height }: Marked): Box {
  if (side === 'below') return { x: x - width / 2, y: y + radius + GAP, width, height }
  if (side === 'above') return { x: x - width / 2, y: y - radius - GAP - height, width, height }
  const [beside, shifted] = side.split('-')
  const lift = shifted === 'up' ? -height : shifted === 'down' ? 0 : -height / 2
  return { x: beside === 'right' ? x + radius + GAP : x - radius - GAP - width, y: y + lift, width, height }
}

const CELL = 64

/** Boxes that are taken, looked up by the cells they lie in. */
function openTaken() {
  const cells = new Map<number, Box[]>()
  const cellsOf = ({ x, y, width, height }: Box): number[] => {
    const found: number[] = []
    for (let column = Math.floor(x / CELL); column <= Math.floor((x + width) / CELL); column += 1) {
      for (let row = Math.floor(y / CELL); row <= Math.floor((y + height) / CELL); row += 1)
        found.push(column * 4_096 + row)
    }
    return found
  }
  return {
    add: (box: Box): void => {
      for (const cell of cellsOf(box)) {
        const list = cells.get(cell)
        if (list === undefined) cells.set(cell, [box])
        else list.push(box)
      }
    },
    isFree: (box: Box): boolean =>
      cellsOf(box).every((cell) => cells.get(cell)?.every((other) => !overlaps(box, other)) !== false),
  }
}

function overlaps(a: Box, b: Box): boolean {
  return a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height
}

function isInside({ x, y, width, height }: Box, field: { readonly width: number; readonly height: number }): boolean {
  return x >= 0 && y >= 0 && x + width <= field.width && y + height <= field.height
}
