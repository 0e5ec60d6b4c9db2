import type { Alarm } from '../../../core/contract/alarm.ts'
import { AlarmRate, AlarmRateQuery, MapLayers, RATE_STEP_MS } from '../../../core/contract/map.ts'
import type { Reply } from './replies.ts'

/** New alarms by 10 minutes, as the real control room counts them. */
export function rateReply(query: Readonly<Record<string, string>>, alarms: Iterable<Alarm>): Reply {
  const { from, to } = AlarmRateQuery.parse(query)
  const start = Math.floor(from / RATE_STEP_MS) * RATE_STEP_MS
  const counts = new Array<number>(Math.ceil((to - start) / RATE_STEP_MS)).fill(0)
  for (const { receivedAt } of alarms) {
    const step = Math.floor((receivedAt - start) / RATE_STEP_MS)
    if (step in counts) counts[step] = (counts[step] ?? 0) + 1
  }
  return { status: 200, json: AlarmRate.parse({ from: start, stepMs: RATE_STEP_MS, counts }) }
}

/** A county that has brought no map of its own. */
export function mapReply(): Reply {
  return { status: 200, json: MapLayers.parse({ layers: [] }) }
}
