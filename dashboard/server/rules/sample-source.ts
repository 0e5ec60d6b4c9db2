import type { Log } from '../../../platform/log.ts'
import { type InfluxAccess, openInfluxServer } from '../history/influx-server.ts'
import { influxSamples } from './influx-samples.ts'
import type { SampleSource } from './stored-recording.ts'
import { storedSamples } from './stored-samples.ts'

/** Where a control room keeps its readings. It can be handed to a thread. */
export type SamplePlace =
  | { readonly is: 'embedded'; readonly path: string }
  | { readonly is: 'server'; readonly access: InfluxAccess; readonly group: string }

/** The readings of one site. Throws `store/failed`, `store/newer`. */
export function openSampleSource(
  place: SamplePlace,
  { site, log }: { readonly site: string; readonly log: Log },
): SampleSource {
  if (place.is === 'embedded') return storedSamples(place.path, site)
  const { access, group } = place
  const database = access.api === 'v2' ? null : access.database
  return influxSamples(openInfluxServer(access, log), { group, site, database })
}
