import { z } from 'zod'
import { Session, type SignIn } from '../../../core/contract/access.ts'
import { Alarm } from '../../../core/contract/alarm.ts'
import { Certificate } from '../../../core/contract/chain.ts'
import {
  AlarmList,
  type CertificateQuery,
  GatewayReport,
  History,
  type HistoryQuery,
  type JudgeAlarm,
  LedgerPage,
  LedgerVerdict,
  Refusal,
  RulePrecision,
  SiteDetail,
} from '../../../core/contract/http.ts'
import { type Acknowledge, type AddNote } from '../../../core/contract/acts.ts'
import { type ConfigContent, ConfigDetail, ConfigPushed, SiteConfigs } from '../../../core/contract/config-lane.ts'
import { Identities, IssuedToken, type IssueToken, type Revoke } from '../../../core/contract/identity.ts'
import { ERROR_CODES, HouseError, messageOf, type ErrorCode } from '../../../core/kit/errors.ts'

/** The control room's HTTP interface as the page uses it. Every answer is checked. Throws HouseError with the code of the refusal. */
export interface Api {
  session(signal: AbortSignal): Promise<Session>
  signIn(body: SignIn, signal: AbortSignal): Promise<Session>
  signOut(signal: AbortSignal): Promise<void>
  site(site: string, signal: AbortSignal): Promise<SiteDetail>
  gateway(site: string, signal: AbortSignal): Promise<GatewayReport>
  certificate(site: string, query: CertificateQuery, signal: AbortSignal): Promise<Certificate>
  history(site: string, point: string, query: HistoryQuery, signal: AbortSignal): Promise<History>
  alarms(query: { state: 'open' | 'all'; site?: string; limit?: number }, signal: AbortSignal): Promise<Alarm[]>
  alarm(id: string, signal: AbortSignal): Promise<Alarm>
  acknowledge(id: string, body: Acknowledge, signal: AbortSignal): Promise<Alarm>
  addNote(id: string, body: AddNote, signal: AbortSignal): Promise<Alarm>
  judge(id: string, body: JudgeAlarm, signal: AbortSignal): Promise<Alarm>
  /** Asks any other route of the API; the answer is checked against `answer`. */
  ask<T>(path: string, call: Call<T>): Promise<T>
  /** Any other act about an alarm; `path` is the last part of its route. */
  act(id: string, path: string, body: unknown, signal: AbortSignal): Promise<Alarm>
  precision(signal: AbortSignal): Promise<RulePrecision>
  ledger(query: { after: number; limit: number; subject?: string }, signal: AbortSignal): Promise<LedgerPage>
  verdict(signal: AbortSignal): Promise<LedgerVerdict>
  configs(site: string, signal: AbortSignal): Promise<SiteConfigs>
  config(site: string, version: number, signal: AbortSignal): Promise<ConfigDetail>
  pushConfig(site: string, body: ConfigContent, signal: AbortSignal): Promise<ConfigPushed>
  restoreConfig(site: string, version: number, signal: AbortSignal): Promise<ConfigPushed>
  identities(signal: AbortSignal): Promise<Identities>
  issueToken(body: z.input<typeof IssueToken>, signal: AbortSignal): Promise<IssuedToken>
  revoke(body: z.input<typeof Revoke>, signal: AbortSignal): Promise<void>
}

/** Where a picture is to be had. */
export function pictureUrl(sha256: string): string {
  return `/api/evidence/${sha256}`
}

/** Where a proof of completeness is to be had with everything that bears it out. */
export function certificateUrl(site: string, query: CertificateQuery): string {
  return `/api/sites/${encodeURIComponent(site)}/certificate/export?${queryText(query)}`
}

/** A request and what its answer must be. */
export interface Call<T> {
  readonly method?: 'GET' | 'POST' | 'DELETE'
  /** JSON, or a file that is sent as it is. */
  readonly body?: unknown
  readonly answer: z.ZodType<T>
  readonly signal: AbortSignal
  /** Goes on when the page is left. */
  readonly keepalive?: boolean
}

const Nothing = z.unknown().transform(() => undefined)

/** What the interface has to know of the session. */
export interface SessionEnds {
  /** The control room no longer knows the session. */
  expire(): void
  /** The control room wants the session's password. Resolves when it has it: what was asked for is asked for again. */
  lock(signal: AbortSignal): Promise<void>
}

/** The interface over `fetch`, which tells the session what becomes of it. */
export function openApi(fetch: typeof globalThis.fetch, session: SessionEnds): Api {
  const call = async <T>(path: string, asked: Call<T>): Promise<T> => {
    const { method = 'GET', body, answer, signal, keepalive = false } = asked
    const response = await fetch(path, {
      method,
      signal,
      keepalive,
      credentials: 'same-origin',
      headers:
        body === undefined
          ? {}
          : { 'content-type': body instanceof Blob ? 'application/octet-stream' : 'application/json' },
      ...(body === undefined ? {} : { body: body instanceof Blob ? body : JSON.stringify(body) }),
    }).catch((error: unknown) => {
      signal.throwIfAborted()
      throw new HouseError('link/down', `expected an answer of the control room, came ${messageOf(error)}`, { path })
    })
    const json: unknown = await response.json().catch(() => null)
    if (!response.ok) {
      const error = refusalOf(response.status, json)
      if (error.code === 'http/locked') {
        await session.lock(signal)
        return call(path, asked)
      }
      if (error.code === 'http/unauthenticated') session.expire()
      throw error
    }
    const checked = answer.safeParse(json)
    if (checked.success) return checked.data
    throw new HouseError('message/malformed', `${path}: ${z.prettifyError(checked.error)}`, { path })
  }
  return {
    session: (signal) => call('/api/session', { answer: Session, signal }),
    signIn: (body, signal) => call('/api/session', { method: 'POST', body, answer: Session, signal }),
    signOut: (signal) => call('/api/session', { method: 'DELETE', answer: Nothing, signal }),
    site: (site, signal) => call(`/api/sites/${encodeURIComponent(site)}`, { answer: SiteDetail, signal }),
    gateway: (site, signal) =>
      call(`/api/sites/${encodeURIComponent(site)}/gateway`, { answer: GatewayReport, signal }),
    certificate: (site, query, signal) =>
      call(`/api/sites/${encodeURIComponent(site)}/certificate?${queryText(query)}`, { answer: Certificate, signal }),
    history: (site, point, query, signal) =>
      call(`/api/sites/${encodeURIComponent(site)}/points/${point}/history?${queryText(query)}`, {
        answer: History,
        signal,
      }),
    alarms: async (query, signal) =>
      (await call(`/api/alarms?${queryText(query)}`, { answer: AlarmList, signal })).alarms,
    alarm: (id, signal) => call(alarmPath(id), { answer: Alarm, signal }),
    acknowledge: (id, body, signal) =>
      call(`${alarmPath(id)}/acknowledge`, { method: 'POST', body, answer: Alarm, signal }),
    addNote: (id, body, signal) => call(`${alarmPath(id)}/notes`, { method: 'POST', body, answer: Alarm, signal }),
    judge: (id, body, signal) => call(`${alarmPath(id)}/feedback`, { method: 'POST', body, answer: Alarm, signal }),
    ask: call,
    act: (id, path, body, signal) => call(`${alarmPath(id)}/${path}`, { method: 'POST', body, answer: Alarm, signal }),
    precision: (signal) => call('/api/rules/precision', { answer: RulePrecision, signal }),
    ledger: (query, signal) => call(`/api/ledger?${queryText(query)}`, { answer: LedgerPage, signal }),
    verdict: (signal) => call('/api/ledger/verdict', { answer: LedgerVerdict, signal }),
    configs: (site, signal) => call(configPath(site), { answer: SiteConfigs, signal }),
    config: (site, version, signal) => call(`${configPath(site)}/${version}`, { answer: ConfigDetail, signal }),
    pushConfig: (site, body, signal) => call(configPath(site), { method: 'POST', body, answer: ConfigPushed, signal }),
    restoreConfig: (site, version, signal) =>
      call(`${configPath(site)}/${version}/restore`, { method: 'POST', answer: ConfigPushed, signal }),
    identities: (signal) => call('/api/identities', { answer: Identities, signal }),
    issueToken: (body, signal) => call('/api/identities/tokens', { method: 'POST', body, answer: IssuedToken, signal }),
    revoke: (body, signal) => call('/api/identities/revoke', { method: 'POST', body, answer: Nothing, signal }),
  }
}

function configPath(site: string): string {
  return `/api/sites/${encodeURIComponent(site)}/configs`
}

function alarmPath(id: string): string {
  return `/api/alarms/${encodeURIComponent(id)}`
}

function queryText(values: Readonly<Record<string, string | number>>): string {
  return new URLSearchParams(Object.entries(values).map(([key, value]) => [key, String(value)])).toString()
}

const CODE_OF_STATUS: Readonly<Record<number, ErrorCode>> = {
  401: 'http/unauthenticated',
  403: 'http/forbidden',
  404: 'http/not-found',
  409: 'http/conflict',
  429: 'http/too-many',
  503: 'history/unavailable',
}

function refusalOf(status: number, json: unknown): HouseError {
  const refusal = Refusal.safeParse(json)
  if (refusal.success && isErrorCode(refusal.data.code)) {
    return new HouseError(refusal.data.code, refusal.data.message, { status, because: refusal.data.because ?? null })
  }
  const message = refusal.success ? refusal.data.message : `the control room answered ${status}`
  return new HouseError(CODE_OF_STATUS[status] ?? (status >= 500 ? 'link/down' : 'http/invalid'), message, { status })
}

function isErrorCode(code: string): code is ErrorCode {
  return Object.hasOwn(ERROR_CODES, code)
}
