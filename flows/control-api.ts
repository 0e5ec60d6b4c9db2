import { z } from 'zod'
import type { Alarm } from '../core/contract/alarm.ts'
import { Alarm as AlarmSchema } from '../core/contract/alarm.ts'
import { AlarmList, Refusal, SiteDetail, SiteSummary } from '../core/contract/http.ts'
import type { ControlAccess } from './environment.ts'

const TIMEOUT_MS = 10_000

/** The control room's HTTP API as far as flows use it. Every call throws Error with the control room's own words. */
export interface ControlApi {
  sites(): Promise<SiteSummary[]>
  site(id: string): Promise<SiteDetail>
  /** Alarms, newest first; closed ones too. */
  alarms(): Promise<Alarm[]>
  /** Adds a note to an alarm and answers the alarm as it then is. */
  addNote(alarm: string, text: string): Promise<Alarm>
}

/** Whether an error of the API says that what was asked for is not there. */
export function isNotFound(error: unknown): boolean {
  const refusal = Refusal.safeParse(error instanceof Error ? error.cause : null)
  return refusal.success && refusal.data.code === 'http/not-found'
}

/** The API under `controlUrl`, with the service's bearer token. */
export function controlApi({ controlUrl, token }: Pick<ControlAccess, 'controlUrl' | 'token'>): ControlApi {
  const call = async <T>(path: string, schema: z.ZodType<T>, body?: unknown): Promise<T> => {
    const response = await fetch(new URL(path, controlUrl), {
      method: body === undefined ? 'GET' : 'POST',
      headers: {
        authorization: `Bearer ${token}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(TIMEOUT_MS),
    })
    const answer: unknown = await response.json().catch(() => null)
    if (response.ok) return schema.parse(answer)
    const refusal = Refusal.safeParse(answer)
    const why = refusal.success ? `${refusal.data.code}: ${refusal.data.message}` : `HTTP ${response.status}`
    throw new Error(why, { cause: refusal.data })
  }
  return {
    sites: () => call('/api/sites', z.array(SiteSummary)),
    site: (id) => call(`/api/sites/${encodeURIComponent(id)}`, SiteDetail),
    alarms: () => call('/api/alarms?state=all&limit=1000', AlarmList).then((answer) => answer.alarms),
    addNote: (alarm, text) => call(`/api/alarms/${encodeURIComponent(alarm)}/notes`, AlarmSchema, { text }),
  }
}
