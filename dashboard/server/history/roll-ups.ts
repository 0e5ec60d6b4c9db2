import { z } from 'zod'
import type { Sqlite } from '../../../platform/sqlite.ts'
import { addedCells, type Cells, cellsOf, decodeCells, encodeCells, someCells } from './cells.ts'
import type { ColumnSum } from './columns.ts'
import { type Level, LEVELS, type Stretch } from './plan.ts'
import type { Samples } from './samples.ts'

/** Each table holds the cells of one level in blocks; a block's number is made of its point and its place in time, so that those of a point lie side by side. */
export const ROLL_UP_TABLES = LEVELS.map(
  ({ level }) => `create table ${level}s (id integer primary key, data blob not null) strict;`,
).join('\n')

/** Blocks of one point: 2^21 hours are 239 years. */
const BLOCKS_PER_POINT = 2 ** 21

const BlockRow = z.object({ id: z.number(), data: z.instanceof(Uint8Array) })

/**
 * Min, max, sum and counts per minute and hour of what lies in a point's chunks. There are none per second: a chunk is a few hundred
 * readings with a sum of its own, so where readings are denser than a second a chunk is that cell, and where they are not, the readings are.
 */
export interface RollUps {
  /** Adds samples, oldest first; called inside the transaction that stores their chunk. */
  add(point: number, samples: Samples): void
  /** Adds the cells of a stretch to the columns of a query. */
  read(point: number, stretch: Stretch & { readonly level: Level }, sum: ColumnSum): void
}

export function openRollUps(sqlite: Sqlite): RollUps {
  // Where a column ends, the minutes before and after it are in the same block.
  let last: { readonly id: number; readonly level: Level; readonly cells: Cells } | null = null
  return {
    add: (point, samples) => {
      last = null
      for (const level of LEVELS) addCells(sqlite, level, { point, cells: cellsOf(samples, level.widthMs) })
    },
    read: (point, { level, from, to }, sum) => {
      const [first, end] = [blockAt(level, from), blockAt(level, to - 1)].map(
        (block) => point * BLOCKS_PER_POINT + block,
      )
      const known = last
      if (known !== null && first === end && known.id === first && known.level === level) {
        sum.addCells(known.cells, level.widthMs, [from, to])
        return
      }
      const find = `select id, data from ${level.level}s where id >= ? and id <= ? order by id`
      for (const { id, data } of sqlite.all(BlockRow, find, first ?? 0, end ?? 0)) {
        const cells = decodeCells(data, (id % BLOCKS_PER_POINT) * level.blockCells)
        last = { id, level, cells }
        sum.addCells(cells, level.widthMs, [from, to])
      }
    },
  }
}

/** The number of the block in which an instant lies. */
function blockAt({ widthMs, blockCells }: Level, at: number): number {
  return Math.floor(at / (widthMs * blockCells))
}

function addCells(sqlite: Sqlite, level: Level, { point, cells }: { readonly point: number; readonly cells: Cells }) {
  const { blockCells } = level
  for (let from = 0; from < cells.length;) {
    const block = Math.floor((cells.index[from] ?? 0) / blockCells)
    let to = from + 1
    while (to < cells.length && (cells.index[to] ?? 0) < (block + 1) * blockCells) to++
    addToBlock(sqlite, level, { id: point * BLOCKS_PER_POINT + block, cells: someCells(cells, from, to) })
    from = to
  }
}

function addToBlock(
  sqlite: Sqlite,
  { level, blockCells }: Level,
  block: { readonly id: number; readonly cells: Cells },
) {
  const base = (block.id % BLOCKS_PER_POINT) * blockCells
  const known = sqlite.one(BlockRow, `select id, data from ${level}s where id = ?`, block.id)
  const cells = known === null ? block.cells : addedCells(decodeCells(known.data, base), block.cells)
  sqlite.run(`insert or replace into ${level}s (id, data) values (?, ?)`, block.id, encodeCells(cells, base))
}
