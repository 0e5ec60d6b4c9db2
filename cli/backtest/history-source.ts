import { existsSync, statSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { HouseError } from '../../core/kit/errors.ts'
import type { Log } from '../../platform/log.ts'
import { type ControlConfig, loadControlConfig } from '../../dashboard/server/config.ts'
import { influxAccess } from '../../dashboard/server/history/open.ts'
import { controlDatabase } from '../control-database.ts'
import type { RehearsedSite } from '../../dashboard/server/rules/rehearsed-site.ts'
import type { SampleSource } from '../../dashboard/server/rules/stored-recording.ts'
import { openSampleSource } from '../../dashboard/server/rules/sample-source.ts'

/**
 * What a control room has kept of a site. `data` is its data folder, its store or its control.yaml; its server is read where it names one.
 * Throws `config/unreadable`, `config/invalid`, `store/failed`.
 */
export function openHistorySource(data: string, site: RehearsedSite, log: Log): SampleSource {
  const control = controlYaml(data)
  const config = control === null ? null : loadControlConfig(control)
  const kept = { site: site.plan.site, log }
  if (control !== null && config?.history.kind === 'influxdb') {
    const access = influxAccess(config.history, dirname(control))
    return openSampleSource({ is: 'server', access, group: config.group }, kept)
  }
  return openSampleSource({ is: 'embedded', path: historyFile(data, control, config) }, kept)
}

/** The configuration that is named, or lies in the folder; null where there is none. */
function controlYaml(data: string): string | null {
  const path = resolve(data)
  if (!existsSync(path))
    throw new HouseError('config/unreadable', `${data}: expected a control room's data, came none`, { data })
  if (statSync(path).isFile()) return path
  const inside = join(path, 'control.yaml')
  return existsSync(inside) ? inside : null
}

function historyFile(data: string, control: string | null, config: ControlConfig | null): string {
  const folder =
    control === null || config === null ? dirname(controlDatabase(data)) : resolve(dirname(control), config.store)
  const path = join(folder, 'history.sqlite')
  if (existsSync(path)) return path
  throw new HouseError('config/unreadable', `${folder}: expected the history.sqlite of a control room, came none`, {
    folder,
  })
}
