import { columnsOf, padded } from './columns.ts'

/** Rows under their heads, each column as wide as its widest cell; `right` names columns of numbers, counted from 0. */
export function textTable(
  heads: readonly string[],
  rows: readonly (readonly string[])[],
  right: readonly number[] = [],
): readonly string[] {
  const all = [heads, ...rows]
  const widths = heads.map((_, column) => Math.max(...all.map((row) => columnsOf(row[column] ?? ''))))
  const rule = widths.map((width) => '─'.repeat(width)).join('  ')
  const line = (row: readonly string[]) =>
    widths
      .map((width, column) => {
        const cell = row[column] ?? ''
        return right.includes(column) ? ' '.repeat(width - columnsOf(cell)) + cell : padded(cell, width)
      })
      .join('  ')
      .trimEnd()
  return [line(heads), rule, ...rows.map(line)]
}
