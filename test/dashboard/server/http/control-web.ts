import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { AlarmTransition } from '../../../../core/contract/alarm.ts'
import { type Role, type Scope } from '../../../../core/contract/access.ts'
import { Roster } from '../../../../core/contract/roster.ts'
import { openAccess } from '../../../../dashboard/server/access/access.ts'
import { networksOf } from '../../../../dashboard/server/access/networks.ts'
import { addUser } from '../../../../dashboard/server/access/users.ts'
import { openAlarmDesk } from '../../../../dashboard/server/alarms/desk.ts'
import { openArchive } from '../../../../dashboard/server/archive/archive.ts'
import { openConfigDesk } from '../../../../dashboard/server/configs/config-desk.ts'
import { openDatabase } from '../../../../dashboard/server/db/database.ts'
import { openDutyBook } from '../../../../dashboard/server/duty/duty-book.ts'
import { openAuthority } from '../../../../dashboard/server/identity/authority.ts'
import { IdentityConfig } from '../../../../dashboard/server/identity/config.ts'
import { openIdentity } from '../../../../dashboard/server/identity/identity.ts'
import { openFeedbackDesk } from '../../../../dashboard/server/feedback/feedback-desk.ts'
import { openHandoverDesk } from '../../../../dashboard/server/handover/handover-desk.ts'
import { openSitePapers } from '../../../../dashboard/server/handover/site-papers.ts'
import { openEmbeddedHistory } from '../../../../dashboard/server/history/embedded.ts'
import { buildApp, openHttpServer } from '../../../../dashboard/server/http/server.ts'
import type { HttpServices } from '../../../../dashboard/server/http/services.ts'
import { openCounty } from '../../../../dashboard/server/ingest/county.ts'
import { openEvidenceStore } from '../../../../dashboard/server/ingest/evidence-store.ts'
import { openAlarmBoard } from '../../../../dashboard/server/live/alarm-board.ts'
import { openLiveFeed } from '../../../../dashboard/server/live/feed.ts'
import { openHello } from '../../../../dashboard/server/live/hello.ts'
import { systemClock } from '../../../../platform/clock.ts'
import { openSiteRegister } from '../../../../dashboard/server/register/register.ts'
import { openMapDesk } from '../../../../dashboard/server/map/map-desk.ts'
import { openRules } from '../../../../dashboard/server/rules/open.ts'
import { machineSource } from '../../../../dashboard/server/system/machine.ts'
import { openLinkSeen } from '../../../../dashboard/server/notify/link-seen.ts'
import { openProofDesk } from '../../../../dashboard/server/proof/proof-desk.ts'
import { testFolder } from '../../../support/processes.ts'
import { quietLog } from '../../../support/quiet-log.ts'
import { smallRoster } from '../../../support/roster.ts'
import { edge } from '../ingest/edge.ts'
import { openControlChannels } from './control-channels.ts'

export interface Answer {
  readonly status: number
  readonly headers: Headers
  readonly text: string
  readonly json: unknown
}

/** A web server over real stores, with one site and one user of each role. */
export async function openControlWeb(
  part: Partial<Pick<HttpServices, 'flows' | 'publicUrl' | 'proxies'>> = {},
  fromConfig: Roster = Roster.parse(smallRoster([{ id: 'officer', url: 'http://127.0.0.1:1/' }]).duty),
) {
  const folder = await testFolder()
  const log = quietLog()
  const clock = systemClock
  const db = openDatabase(join(folder.path, 'control.sqlite'))
  const desk = openAlarmDesk({ db, clock, log, prefix: 'PW' })
  const services = [{ name: 'flows', token: 'flows-token' }]
  const access = await openAccess({ db, desk, services, clock, log })
  const county = openCounty([])
  county.nodeBorn(edge().about())
  county.deviceBorn('east-pit', {
    ...{ device: 'feeder', name: { 'zh-CN': '电表', en: 'meter' }, profile: 'a/b' },
    points: [
      { device: 'feeder', point: 'active-power', name: null, quantity: 'power', unit: 'W', range: null, latest: null },
    ],
  })
  const history = await openEmbeddedHistory(folder.path)
  const archive = openArchive(folder.path)
  const board = await openAlarmBoard(desk, log)
  const ways = await openControlChannels({ db, desk, folder: folder.path, log })
  const hello = await openHello(folder.path)
  const feed = openLiveFeed({ county, board, clock, hello, status: () => ways.board.current(), desk: ways.pages })
  const evidence = openEvidenceStore(folder.path)
  const place = { folder: join(folder.path, 'identity'), group: 'county', clock }
  const authority = openAuthority({ ...place, baseFolder: folder.path, config: IdentityConfig.parse({}) })
  const places = () => ({ url: 'http://127.0.0.1:8080', broker: null })
  const publish = () => Promise.resolve()
  const configs = openConfigDesk({ db, desk, group: 'demo', sign: () => null, publish, clock, log })
  const rules = await openRules({
    ...{ group: 'demo', db, desk, configs, publish, log },
    place: { is: 'embedded', path: join(folder.path, 'history.sqlite') },
  })
  const feedback = openFeedbackDesk({ db, desk, group: 'county', sign: () => null, publish, log })
  const proof = openProofDesk({ db, desk, archive })
  const duty = await openDutyBook({
    ...{ db, desk, clock, log, calendar: null, channels: [{ id: 'phone', kind: 'webhook', with: {} }] },
    ...{ ownAlarms: { set: () => Promise.resolve() }, memos: () => Promise.resolve(), chance: () => 0 },
    fromConfig,
  })
  const handovers = openHandoverDesk({
    ...{ db, desk, duty, county, archive, folder: folder.path, papers: openSitePapers(), clockWithinMs: () => null },
    ...{ lamps: () => ways.acts.lamps(), watchman: () => 'absent' },
  })
  const identity = await openIdentity({ ...place, db, desk, authority, log, places, changed: () => undefined })
  const pageFolder = join(folder.path, 'page')
  await mkdir(pageFolder)
  const stop = new AbortController()
  const running = feed.run(stop.signal)
  const health: HttpServices['health'] = async () => ({
    ...{ ok: true, version: '0.1.0', startedAt: clock.now(), broker: 'connected', refusedMessages: 0 },
    ...{ refusals: {}, unknownReadings: 0, rejectedReadings: 0 },
    history: { kind: 'embedded', ok: true, waiting: 0 },
    noticesWaiting: await desk.noticesWaiting(),
  })
  const all: HttpServices = {
    ...{ access, desk, county, board, history, archive, evidence, feed, clock, log, pageFolder },
    ...{
      publicUrl: null,
      proxies: networksOf([]),
      flows: null,
      identity,
      refusals: () => ({ publish: 2 }),
      configs,
      feedback,
      proof,
      duty,
      handovers,
    },
    channels: ways.acts,
    linkSeen: openLinkSeen({ db, desk }),
    register: await openSiteRegister({ db, desk }),
    map: openMapDesk({ db, desk, folder: folder.path }),
    rules: rules.desk,
    health,
    machine: machineSource({
      ...{ health, folder: folder.path, database: join(folder.path, 'control.sqlite') },
      ...{ clockWithinMs: () => null, pages: () => feed.clients() },
    }),
    ...part,
  }
  const server = await openHttpServer(all, { host: '127.0.0.1', port: 0 })
  const url = `http://127.0.0.1:${server.port}`

  const ask = async (path: string, init: RequestInit = {}): Promise<Answer> => {
    const answer = await fetch(`${url}${path}`, { redirect: 'manual', ...init })
    const text = await answer.text()
    return { status: answer.status, headers: answer.headers, text, json: parsed(text) }
  }
  /** The cookie of a signed-in user of this role. */
  const signedIn = async (role: Role, scope: Scope = { of: 'county' }) => {
    const user = `${role}-${Math.random().toString(36).slice(2)}`
    const password = await addUser(db, user, { role, scope, clock })
    const { headers } = await ask('/api/session', { method: 'POST', ...jsonBody({ user, password }) })
    return { user, password, cookie: (headers.get('set-cookie') ?? '').split(';')[0] ?? '' }
  }
  return {
    ...{
      url,
      server,
      ask,
      signedIn,
      desk,
      db,
      county,
      history,
      archive,
      evidence,
      feed,
      log,
      pageFolder,
      services: all,
      ways,
      running: rules.running,
      folder: folder.path,
    },
    app: () => buildApp(all),
    raise: () => desk.receive(AlarmTransition.parse(parsed(Buffer.from(edge().alarm().payload).toString()))),
    /** Changes what lies in the archive behind its back. */
    spoilArchive: (sql: string) => {
      const sqlite = new DatabaseSync(join(folder.path, 'archive.sqlite'))
      sqlite.exec(sql)
      sqlite.close()
    },
    page: (name: string, text: string) => writeFile(join(pageFolder, name), text),
    [Symbol.asyncDispose]: async () => {
      stop.abort()
      await running
      await server.close()
      await rules.close()
      await history.close()
      archive.close()
      await db.close()
      await folder[Symbol.asyncDispose]()
    },
  }
}

export function jsonBody(value: unknown): { body: string; headers: Record<string, string> } {
  return { body: JSON.stringify(value), headers: { 'content-type': 'application/json' } }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
