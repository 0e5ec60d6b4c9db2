/** Levels of the invented relief at which a line is drawn. */
const LEVELS = [-0.9, -0.45, 0, 0.45, 0.9] as const
const CELLS = 48

/**
 * Height lines of an invented relief on a 100 × 100 field, one path a level. Decoration of the schematic map only: it is the
 * same for every county and means nothing.
 */
export function contourPaths(): string[] {
  return LEVELS.map((level) => {
    const parts: string[] = []
    for (let row = 0; row < CELLS; row += 1) {
      for (let column = 0; column < CELLS; column += 1) parts.push(...cellLines(column, row, level))
    }
    return parts.join('')
  })
}

function height(x: number, y: number): number {
  return (
    Math.sin(x * 0.071 + 1.3) * Math.cos(y * 0.063 - 0.4) +
    0.6 * Math.sin(x * 0.131 - y * 0.093 + 2.1) +
    0.35 * Math.cos(x * 0.047 + y * 0.171)
  )
}

type Corner = readonly [x: number, y: number, height: number]

// Marching squares: where the level crosses an edge of the cell; two crossings make a line, four make two.
function cellLines(column: number, row: number, level: number): string[] {
  const size = 100 / CELLS
  const corner = (dx: number, dy: number): Corner => {
    const x = (column + dx) * size
    const y = (row + dy) * size
    return [x, y, height(x, y) - level]
  }
  const corners = [corner(0, 0), corner(1, 0), corner(1, 1), corner(0, 1)] as const
  const crossings = corners.flatMap((from, index) => {
    const to = corners[(index + 1) % 4] ?? from
    if (from[2] < 0 === to[2] < 0) return []
    const share = from[2] / (from[2] - to[2])
    return [`${(from[0] + (to[0] - from[0]) * share).toFixed(2)} ${(from[1] + (to[1] - from[1]) * share).toFixed(2)}`]
  })
  const lines: string[] = []
  for (let index = 0; index + 1 < crossings.length; index += 2) {
    lines.push(`M${crossings[index] ?? ''}L${crossings[index + 1] ?? ''}`)
  }
  return lines
}
