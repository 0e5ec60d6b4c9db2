import { z } from 'zod'
import { Alarm } from '../../../core/contract/alarm.ts'
import { Certificate } from '../../../core/contract/chain.ts'
import {
  Acknowledge,
  AddNote,
  AlarmList,
  AlarmQuery,
  CertificateQuery,
  GatewayReport,
  Health,
  History,
  HistoryQuery,
  JudgeAlarm,
  LedgerPage,
  LedgerQuery,
  LedgerVerdict,
  RulePrecision,
  Session,
  SignIn,
  SiteDetail,
  SiteSummary,
} from '../../../core/contract/http.ts'
import {
  EnrolAnswer,
  EnrolRequest,
  Identities,
  IssuedToken,
  IssueToken,
  RenewAnswer,
  RenewRequest,
  Revoke,
  Serial,
} from '../../../core/contract/identity.ts'
import { OccurrenceId } from '../../../core/contract/alarm.ts'
import { ConfigContent, ConfigDetail, ConfigPushed, SiteConfigs } from '../../../core/contract/config-lane.ts'
import { Id, Sha256 } from '../../../core/contract/text.ts'
import type { Role } from '../access/users.ts'

/** Who may use a route. `anyone` needs no session; every other route does. */
export type Allowed = 'anyone' | readonly Role[]

/** One route of the API as data: what it takes, what it answers, who may use it. The server and the OpenAPI document are made from it. */
export interface Route<P extends z.ZodType, Q extends z.ZodType, B extends z.ZodType, A extends z.ZodType> {
  readonly method: 'GET' | 'POST' | 'DELETE'
  /** Path with `:name` parameters. */
  readonly path: string
  readonly about: string
  readonly allowed: Allowed
  readonly params: P
  readonly query: Q
  readonly body: B
  /** What comes back with 200. */
  readonly answer: A
  /** Media type of the answer when it is not JSON. */
  readonly media?: string
  /** Bytes a body may have where that is more than what every route takes. */
  readonly mostBytes?: number
}

export type AnyRoute = Route<z.ZodType, z.ZodType, z.ZodType, z.ZodType>

const EVERYBODY: Allowed = ['administrator', 'operator', 'viewer']
const OPERATORS: Allowed = ['administrator', 'operator']
const ADMINISTRATORS: Allowed = ['administrator']

const none = z.object({})
const nothing = z.null().or(z.undefined()).or(z.object({}).strict())
const done = z.object({ done: z.literal(true) }).strict()
const alarmId = z.object({ id: OccurrenceId })
const siteId = z.object({ site: Id })
const siteVersion = siteId.extend({ version: z.coerce.number().int().positive() })
const token = z.object({ token: z.string().regex(/^[\w-]{16,64}$/, 'expected the token of a message') })

function route<P extends z.ZodType, Q extends z.ZodType, B extends z.ZodType, A extends z.ZodType>(
  made: Route<P, Q, B, A>,
): Route<P, Q, B, A> {
  return made
}

/** Every route of the HTTP API. */
export const API = {
  signIn: route({
    method: 'POST',
    path: '/api/session',
    about: 'Signs in; the session comes as an HttpOnly cookie.',
    allowed: 'anyone',
    params: none,
    query: none,
    body: SignIn,
    answer: Session,
  }),
  whoAmI: route({
    method: 'GET',
    path: '/api/session',
    about: 'Who is signed in.',
    allowed: EVERYBODY,
    params: none,
    query: none,
    body: nothing,
    answer: Session,
  }),
  signOut: route({
    method: 'DELETE',
    path: '/api/session',
    about: 'Signs out.',
    allowed: EVERYBODY,
    params: none,
    query: none,
    body: nothing,
    answer: done,
  }),
  sites: route({
    method: 'GET',
    path: '/api/sites',
    about: 'All sites of the county.',
    allowed: EVERYBODY,
    params: none,
    query: none,
    body: nothing,
    answer: z.array(SiteSummary),
  }),
  site: route({
    method: 'GET',
    path: '/api/sites/:site',
    about: 'One site with its devices, points and limits.',
    allowed: EVERYBODY,
    params: z.object({ site: Id }),
    query: none,
    body: nothing,
    answer: SiteDetail,
  }),
  gateway: route({
    method: 'GET',
    path: '/api/sites/:site/gateway',
    about: "What the site's gateway last said of itself: its buses, its devices, what waits to be sent.",
    allowed: EVERYBODY,
    params: z.object({ site: Id }),
    query: none,
    body: nothing,
    answer: GatewayReport,
  }),
  history: route({
    method: 'GET',
    path: '/api/sites/:site/points/:device/:point/history',
    about: 'A point over time: minimum, mean and maximum of each column.',
    allowed: EVERYBODY,
    params: z.object({ site: Id, device: Id, point: Id }),
    query: HistoryQuery,
    body: nothing,
    answer: History,
  }),
  certificate: route({
    method: 'GET',
    path: '/api/sites/:site/certificate',
    about:
      "What can be proved of a site's readings between two instants: that they are complete, or each hole with its cause. It begins with the first record; without one it is of no time.",
    allowed: EVERYBODY,
    params: siteId,
    query: CertificateQuery,
    body: nothing,
    answer: Certificate,
  }),
  certificateExport: route({
    method: 'GET',
    path: '/api/sites/:site/certificate/export',
    about:
      'The same with everything that bears it out, one JSON value a line, for `pitwatch verify`. It is written into the ledger.',
    allowed: OPERATORS,
    params: siteId,
    query: CertificateQuery,
    body: nothing,
    answer: z.string(),
    media: 'application/x-ndjson',
  }),
  alarms: route({
    method: 'GET',
    path: '/api/alarms',
    about: 'Alarms, newest first.',
    allowed: EVERYBODY,
    params: none,
    query: AlarmQuery,
    body: nothing,
    answer: AlarmList,
  }),
  alarm: route({
    method: 'GET',
    path: '/api/alarms/:id',
    about: 'One alarm.',
    allowed: EVERYBODY,
    params: alarmId,
    query: none,
    body: nothing,
    answer: Alarm,
  }),
  acknowledge: route({
    method: 'POST',
    path: '/api/alarms/:id/acknowledge',
    about: 'Acknowledges an alarm. Red and orange need a note of at least 4 characters.',
    allowed: OPERATORS,
    params: alarmId,
    query: none,
    body: Acknowledge,
    answer: Alarm,
  }),
  addNote: route({
    method: 'POST',
    path: '/api/alarms/:id/notes',
    about: 'Adds a note to an alarm.',
    allowed: OPERATORS,
    params: alarmId,
    query: none,
    body: AddNote,
    answer: Alarm,
  }),
  judgeAlarm: route({
    method: 'POST',
    path: '/api/alarms/:id/feedback',
    about:
      "Says what an alarm was: confirmed, authorised work (until, at most 1 day), a known appliance (power in W, at most 6500, and until, at most 30 days), or a sensor at fault (point and until, at most 7 days). The site's gateway learns it; what it made of that comes with the alarm.",
    allowed: OPERATORS,
    params: alarmId,
    query: none,
    body: JudgeAlarm,
    answer: Alarm,
  }),
  precision: route({
    method: 'GET',
    path: '/api/rules/precision',
    about: 'What rules were worth in the last 90 days, by what people said of their alarms.',
    allowed: EVERYBODY,
    params: none,
    query: none,
    body: nothing,
    answer: RulePrecision,
  }),
  evidence: route({
    method: 'GET',
    path: '/api/evidence/:sha256',
    about: 'A picture by the hash of its bytes.',
    allowed: EVERYBODY,
    params: z.object({ sha256: Sha256 }),
    query: none,
    body: nothing,
    answer: z.string(),
    media: 'image/jpeg',
  }),
  ledger: route({
    method: 'GET',
    path: '/api/ledger',
    about: 'Entries of the ledger, oldest first.',
    allowed: EVERYBODY,
    params: none,
    query: LedgerQuery,
    body: nothing,
    answer: LedgerPage,
  }),
  ledgerVerdict: route({
    method: 'GET',
    path: '/api/ledger/verdict',
    about: 'Checks the chain of the whole ledger.',
    allowed: EVERYBODY,
    params: none,
    query: none,
    body: nothing,
    answer: LedgerVerdict,
  }),
  noticePage: route({
    method: 'GET',
    path: '/api/notices/:token/acknowledge',
    about: 'A small page on which the receiver of a message acknowledges. The token is the key.',
    allowed: 'anyone',
    params: token,
    query: none,
    body: nothing,
    answer: z.string(),
    media: 'text/html',
  }),
  noticeAcknowledge: route({
    method: 'POST',
    path: '/api/notices/:token/acknowledge',
    about: 'Acknowledges as the receiver of a message. The token is the key. JSON, or the form of the page.',
    allowed: 'anyone',
    params: token,
    query: none,
    body: Acknowledge,
    answer: Alarm,
  }),
  configs: route({
    method: 'GET',
    path: '/api/sites/:site/configs',
    about: "The configurations sent to a site's gateway, newest first, and what it says of them.",
    allowed: ADMINISTRATORS,
    params: siteId,
    query: none,
    body: nothing,
    answer: SiteConfigs,
  }),
  config: route({
    method: 'GET',
    path: '/api/sites/:site/configs/:version',
    about: 'One configuration with its text.',
    allowed: ADMINISTRATORS,
    params: siteVersion,
    query: none,
    body: nothing,
    answer: ConfigDetail,
  }),
  pushConfig: route({
    method: 'POST',
    path: '/api/sites/:site/configs',
    about:
      "Sends a site's gateway another configuration; it checks it, applies it, and gives it up again when it loses us.",
    allowed: ADMINISTRATORS,
    params: siteId,
    query: none,
    body: ConfigContent,
    answer: ConfigPushed,
    mostBytes: 2 << 20,
  }),
  restoreConfig: route({
    method: 'POST',
    path: '/api/sites/:site/configs/:version/restore',
    about: 'Sends an old configuration again, as the next version.',
    allowed: ADMINISTRATORS,
    params: siteVersion,
    query: none,
    body: nothing,
    answer: ConfigPushed,
  }),
  identities: route({
    method: 'GET',
    path: '/api/identities',
    about: 'Who may connect with a certificate, and who has been asked to.',
    allowed: ADMINISTRATORS,
    params: none,
    query: none,
    body: nothing,
    answer: Identities,
  }),
  issueToken: route({
    method: 'POST',
    path: '/api/identities/tokens',
    about: 'Issues a token with which one gateway can be enrolled, shown once. Older ones of the site become void.',
    allowed: ADMINISTRATORS,
    params: none,
    query: none,
    body: IssueToken,
    answer: IssuedToken,
  }),
  revoke: route({
    method: 'POST',
    path: '/api/identities/revoke',
    about: 'Takes back a certificate of a site, or all of them and its token; their connections end.',
    allowed: ADMINISTRATORS,
    params: none,
    query: none,
    body: Revoke,
    answer: z.object({ serials: z.array(Serial) }).strict(),
  }),
  enrol: route({
    method: 'POST',
    path: '/api/enrol',
    about: 'A gateway exchanges a token for its certificate. The token is the key.',
    allowed: 'anyone',
    params: none,
    query: none,
    body: EnrolRequest,
    answer: EnrolAnswer,
  }),
  renew: route({
    method: 'POST',
    path: '/api/renew',
    about: 'A gateway asks for its next certificate. The key of the one it has is the key.',
    allowed: 'anyone',
    params: none,
    query: none,
    body: RenewRequest,
    answer: RenewAnswer,
  }),
  health: route({
    method: 'GET',
    path: '/api/health',
    about: 'How the control room itself is doing.',
    allowed: 'anyone',
    params: none,
    query: none,
    body: nothing,
    answer: Health,
  }),
  openapi: route({
    method: 'GET',
    path: '/api/openapi.json',
    about: 'This document.',
    allowed: 'anyone',
    params: none,
    query: none,
    body: nothing,
    answer: z.record(z.string(), z.unknown()),
  }),
  live: route({
    method: 'GET',
    path: '/api/live',
    about: 'The live feed, as a WebSocket: see LiveMessage and LiveRequest in docs/schemas.',
    allowed: EVERYBODY,
    params: none,
    query: none,
    body: nothing,
    answer: z.never(),
  }),
} as const
