import { join } from 'node:path'
import type { Log } from '../../../platform/log.ts'
import type { AlarmDesk } from '../alarms/desk.ts'
import type { BrokerLink } from '../broker/link.ts'
import type { ControlConfig } from '../config.ts'
import type { ConfigDesk } from '../configs/config-desk.ts'
import { openRunningConfigs, type RunningConfigs } from '../configs/running-configs.ts'
import type { Database } from '../db/database.ts'
import { influxAccess } from '../history/open.ts'
import { openContentReader } from './content-reader.ts'
import { openRehearsals } from './rehearsals.ts'
import { openRulesDesk, type RulesDesk } from './rules-desk.ts'
import type { SamplePlace } from './sample-source.ts'

export interface OpenRulesDeps {
  readonly group: string
  /** Where readings are kept. */
  readonly place: SamplePlace
  readonly db: Database
  readonly desk: AlarmDesk
  readonly configs: ConfigDesk
  readonly publish: BrokerLink['publish']
  readonly log: Log
}

/** Everything of rules in one control room. */
export interface OpenedRules {
  readonly desk: RulesDesk
  /** What gateways run with; it takes messages of the broker. */
  readonly running: RunningConfigs
  close(): Promise<void>
}

/** Throws `store/failed`. */
export async function openRules(deps: OpenRulesDeps): Promise<OpenedRules> {
  const { group, place, db, desk, configs, publish, log } = deps
  const reader = openContentReader()
  const rehearsals = await openRehearsals({ db, desk, place, log })
  const running = openRunningConfigs({ db, desk, group, reader, publish, log })
  return {
    desk: openRulesDesk({ db, desk, configs, reader, rehearsals }),
    running,
    close: async () => {
      await rehearsals.close()
      await running.settled()
      await reader.close()
    },
  }
}

/**
 * Where a control room keeps its readings; `folder` is its store, and relative paths of its configuration count from `baseFolder`. Throws
 * `config/unreadable` for a secret that cannot be read.
 */
export function samplePlaceOf({ history, group }: ControlConfig, folder: string, baseFolder: string): SamplePlace {
  if (history.kind === 'embedded') return { is: 'embedded', path: join(folder, 'history.sqlite') }
  return { is: 'server', access: influxAccess(history, baseFolder), group }
}
