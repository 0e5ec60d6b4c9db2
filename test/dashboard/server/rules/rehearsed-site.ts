import { z } from 'zod'
import { AlarmTransition } from '../../../../core/contract/alarm.ts'
import type { ConfigContent } from '../../../../core/contract/config-lane.ts'
import { Rehearsal } from '../../../../core/contract/rule-rehearsal.ts'
import type { HistoryStore } from '../../../../dashboard/server/history/store.ts'
import { hashOfContent } from '../../../../platform/site-config.ts'
import { siteText } from '../../../gateway/runtime/sites.ts'
import { until } from '../../../support/until.ts'
import { batchOf } from '../history/batches.ts'
import { openControlWeb } from '../http/control-web.ts'
import { edge } from '../ingest/edge.ts'
import { told } from './told.ts'

export const POINT = 'feeder/active-power'
const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

/** How a busy hour is placed and how much is drawn in it: hours before now, kW. */
const BUSY = [
  { hours: 40, kw: 1.5 },
  { hours: 30, kw: 3 },
  { hours: 20, kw: 1.5 },
  { hours: 10, kw: 3 },
] as const

/** A site over whose recorded power one rule stands. */
export const CONTENT: ConfigContent = {
  site: siteText({
    top: [`points: { ${POINT}: { quantity: power } }`],
    rules: [`id: busy, type: high-limit, point: ${POINT}, priority: red, with: { limit: 1000, onDelay: 2min }`],
  }),
  profiles: [],
}
export const BASE = hashOfContent(CONTENT)

/** A reading a minute over three days, with four busy hours in the last two. */
export async function writePower(history: HistoryStore, now: number): Promise<void> {
  const from = Math.floor((now - 3 * DAY) / MINUTE) * MINUTE
  const signal = new AbortController().signal
  const values = Array.from({ length: (3 * DAY) / MINUTE }, (_, n) => {
    const hours = (now - (from + n * MINUTE)) / HOUR
    return BUSY.find((one) => hours <= one.hours && hours > one.hours - 1)?.kw ?? 0.1
  })
  for (let n = 0; n < values.length; n += 240) {
    const readings = values.slice(n, n + 240).map((kw, place) => ({ kw, at: from + (n + place) * MINUTE }))
    const batch = batchOf(n + 1, [])
    const wire = readings.map(({ kw, at }) => {
      return { point: 'active-power', quantity: 'power', value: kw * 1_000, quality: 'good', at } as const
    })
    await history.write(
      [{ ...batch, readings: z.array(z.custom<(typeof batch.readings)[number]>()).parse(wire) }],
      signal,
    )
  }
}

/** The alarm that was really raised in a busy hour, and its end. */
export function realAlarm(now: number, hours: number): AlarmTransition[] {
  const raise = AlarmTransition.parse(JSON.parse(Buffer.from(edge().alarm().payload).toString()))
  const at = now - hours * HOUR + 2 * MINUTE
  const one = {
    ...raise,
    occurrence: `east-pit.busy.${hours}`,
    rule: 'busy',
    ruleType: 'high-limit',
    point: POINT,
    n: 1,
  }
  return [
    AlarmTransition.parse({ ...one, kind: 'raise', at }),
    AlarmTransition.parse({ ...one, n: 2, kind: 'clear', at: at + 50 * MINUTE, readings: [], evidence: [] }),
  ]
}

/** A control room that knows this site, with two days of its history. */
export async function openRehearsedRoom() {
  const web = await openControlWeb()
  const now = Date.now()
  await writePower(web.history, now)
  web.running.take(told(CONTENT))
  await web.running.settled()
  const leader = await web.signedIn('duty-leader')
  const second = await web.signedIn('administrator')
  const ask = (path: string, body?: object, as = leader.cookie) =>
    web.ask(`/api/sites/east-pit/${path}`, {
      headers: { ...(body === undefined ? {} : { 'content-type': 'application/json' }), cookie: as },
      ...(body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) }),
    })
  const rehearsed = async (edit: object): Promise<Rehearsal> => {
    const asked = Rehearsal.parse((await ask('rules/busy/rehearsals', edit)).json)
    return until('the end of the rehearsal', async () => {
      const one = Rehearsal.parse((await ask(`rehearsals/${asked.id}`)).json)
      return one.state === 'waiting' || one.state === 'running' ? null : one
    })
  }
  const end = (path: string) =>
    web.ask(`/api/sites/east-pit/${path}`, { method: 'DELETE', headers: { cookie: leader.cookie } })
  return { ...web, now, end, leader, second, ask, rehearsed, dispose: () => web[Symbol.asyncDispose]() }
}
