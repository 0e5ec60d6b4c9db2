import { Worker } from 'node:worker_threads'
import { z } from 'zod'
import { GeoExtent } from '../../../core/contract/map.ts'
import { HouseError, messageOf } from '../../../core/kit/errors.ts'
import type { KeptGeoJson } from './read-geojson.ts'

/** What the largest file that is taken needs several times over. */
const MOST_HEAP_MB = 768

const Told = z.discriminatedUnion('ok', [
  z.object({
    ok: z.literal(true),
    kept: z.object({ text: z.string(), extent: GeoExtent, vertices: z.number() }),
  }),
  z.object({
    ok: z.literal(false),
    message: z.string(),
    facts: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])),
  }),
])

/**
 * `readGeoJson` in a thread of its own: twenty megabytes take a second to read, and no alarm may wait for that. A file that takes more
 * memory than any honest one ends the thread and nothing else. Throws `http/invalid`.
 */
export async function takeGeoJson(bytes: Uint8Array): Promise<KeptGeoJson> {
  const worker = new Worker(new URL('./geojson-thread.ts', import.meta.url), {
    workerData: bytes,
    resourceLimits: { maxOldGenerationSizeMb: MOST_HEAP_MB },
  })
  const told = await new Promise<unknown>((resolve, reject) => {
    worker.once('message', resolve)
    worker.once('error', (error) =>
      reject(new HouseError('http/invalid', `file: expected GeoJSON, came what cannot be read: ${messageOf(error)}`)),
    )
    worker.once('exit', () =>
      reject(new HouseError('http/invalid', 'file: expected GeoJSON, came what cannot be read')),
    )
  })
  const answer = Told.parse(told)
  if (answer.ok) return answer.kept
  throw new HouseError('http/invalid', answer.message, answer.facts)
}
