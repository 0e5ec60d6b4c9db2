import { z } from 'zod'
import { decodeChunk } from '../history/chunk.ts'
import { REACHES } from '../history/chunks.ts'
import { leftBehind } from '../history/hot-log.ts'
import { openSampleBuffer, type SampleBuffer } from '../history/sample-buffer.ts'
import { part, placeOf, type Samples, sorted } from '../history/samples.ts'
import { openSqlite } from '../../../platform/sqlite.ts'
import type { SampleSource } from './stored-recording.ts'

const PointRow = z.object({ id: z.number(), device: z.string(), point: z.string() })
const ChunkRow = z.object({ data: z.instanceof(Uint8Array) })

/**
 * The embedded history in a file, read beside the control room that writes it. What is still in its log counts as it is now.
 * Throws `store/failed`, `store/newer`.
 */
export function storedSamples(path: string, site: string): SampleSource {
  const sqlite = openSqlite(path, [], { readOnly: true })
  const ids = new Map<string, number>()
  for (const row of sqlite.all(PointRow, 'select id, device, point from points where site = ?', site))
    ids.set(`${row.device}/${row.point}`, row.id)
  const hot = new Map<number, SampleBuffer>()
  const known = new Set(ids.values())
  leftBehind(sqlite, (point, { at, value, flag }, index) => {
    if (!known.has(point)) return
    const buffer = hot.get(point) ?? openSampleBuffer()
    hot.set(point, buffer)
    buffer.push(at[index] ?? 0, value[index] ?? 0, flag[index] ?? 0)
  })
  const waiting = new Map([...hot].map(([point, buffer]) => [point, sorted(buffer.samples())]))
  return {
    samples: ({ ref }, { from, to }) => {
      const id = ids.get(ref)
      if (id === undefined) return Promise.resolve(joined([]))
      // Which reach a chunk has decides how far before the span it may begin.
      const chunks = REACHES.flatMap((length, reach) =>
        sqlite.all(
          ChunkRow,
          'select data from chunks where point = ? and reach = ? and from_at > ? and from_at < ? and to_at >= ?',
          ...[id, reach, from - length, to, from],
        ),
      )
      const parts = [...chunks.map(({ data }) => decodeChunk(data)), waiting.get(id) ?? joined([])]
      const inside = parts.map((samples) => part(samples, placeOf(samples, from), placeOf(samples, to)))
      return Promise.resolve(sorted(joined(inside)))
    },
    close: () => sqlite.close(),
  }
}

function joined(parts: readonly Samples[]): Samples {
  const length = parts.reduce((sum, samples) => sum + samples.length, 0)
  const all = { length, at: new Float64Array(length), value: new Float64Array(length), flag: new Uint8Array(length) }
  let next = 0
  for (const samples of parts) {
    all.at.set(samples.at, next)
    all.value.set(samples.value, next)
    all.flag.set(samples.flag, next)
    next += samples.length
  }
  return all
}
