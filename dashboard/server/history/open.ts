import type { Clock } from '../../../platform/clock.ts'
import type { Log } from '../../../platform/log.ts'
import { readSecret, type SecretPlace } from '../../../platform/secrets.ts'
import type { ControlConfig } from '../config.ts'
import { openEmbeddedHistory } from './embedded.ts'
import { openInfluxHistory } from './influx.ts'
import type { InfluxAccess } from './influx-server.ts'
import type { HistoryStore } from './store.ts'

export interface OpenHistoryDeps {
  readonly clock: Clock
  readonly log: Log
  readonly baseFolder: string
}

/** The history a configuration asks for; what it remembers itself lies in `folder`. Throws `store/failed`, `store/newer`. */
export async function openHistory(
  { history, group }: ControlConfig,
  folder: string,
  { clock, log, baseFolder }: OpenHistoryDeps,
): Promise<HistoryStore> {
  if (history.kind === 'embedded') return openEmbeddedHistory(folder)
  return openInfluxHistory(influxAccess(history, baseFolder), { group, folder, clock, log })
}

/** How a configuration's server is reached, with its secrets. Throws `config/unreadable` for one that cannot be read. */
export function influxAccess(
  history: Extract<ControlConfig['history'], { readonly kind: 'influxdb' }>,
  baseFolder: string,
): InfluxAccess {
  const { database, bucket, api, gzip, passwordFile, passwordEnv, tokenFile, tokenEnv, ...rest } = history
  const secret = (place: SecretPlace, what: string) => readSecret(place, what, { baseFolder }) ?? undefined
  const password = secret({ passwordFile, passwordEnv }, "password of the history's server")
  const token = secret({ tokenFile, tokenEnv }, "token of the history's server")
  return { ...rest, database: database ?? bucket ?? '', api: api ?? null, gzip: gzip ?? null, password, token }
}
