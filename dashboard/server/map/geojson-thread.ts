import { parentPort, workerData } from 'node:worker_threads'
import { isHouseError, messageOf } from '../../../core/kit/errors.ts'
import { readGeoJson } from './read-geojson.ts'

/** Reads one file that somebody has brought, and ends. */
if (!(workerData instanceof Uint8Array)) throw new TypeError('expected the bytes of a file')
try {
  parentPort?.postMessage({ ok: true, kept: readGeoJson(workerData) })
} catch (error) {
  parentPort?.postMessage({ ok: false, message: messageOf(error), facts: isHouseError(error) ? error.facts : {} })
}
