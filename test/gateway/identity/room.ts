import { fastify } from 'fastify'
import { openEmbeddedBroker } from '../../../dashboard/server/broker/embedded.ts'
import { openAccounts } from '../../../dashboard/server/broker/accounts.ts'
import type { BrokerMessage } from '../../../dashboard/server/broker/link.ts'
import { openHttps } from '../../../dashboard/server/http/https.ts'
import { serveIdentity } from '../../../dashboard/server/http/identity-routes.ts'
import { refusalOf, sendProblem } from '../../../dashboard/server/http/refusals.ts'
import { openAuthority } from '../../../dashboard/server/identity/authority.ts'
import { IdentityConfig } from '../../../dashboard/server/identity/config.ts'
import { openIdentity } from '../../../dashboard/server/identity/identity.ts'
import { openAlarmDesk } from '../../../dashboard/server/alarms/desk.ts'
import { openDatabase } from '../../../dashboard/server/db/database.ts'
import { Id } from '../../../core/contract/text.ts'
import { join } from 'node:path'
import type { Clock } from '../../../platform/clock.ts'
import { testFolder } from '../../support/processes.ts'
import { quietLog } from '../../support/quiet-log.ts'

const BY = { kind: 'person', name: 'admin' } as const

/** What of a control room a gateway meets when it enrols and renews: the API, plain and encrypted, and the broker. */
export async function openRoom(clock: Clock, names: readonly string[] = ['localhost', '127.0.0.1']) {
  const folder = await testFolder()
  const log = quietLog()
  const db = openDatabase(join(folder.path, 'control.sqlite'))
  const desk = openAlarmDesk({ db, clock, log, prefix: 'PW' })
  const place = { folder: join(folder.path, 'identity'), group: 'county', clock }
  const authority = openAuthority({ ...place, baseFolder: folder.path, config: IdentityConfig.parse({ names }) })
  const at = { url: '', broker: '' }
  const running: { look?: () => void } = {}
  const changed = () => running.look?.()
  const identity = await openIdentity({ ...place, db, desk, authority, log, places: () => at, changed })
  const app = fastify()
  app.setValidatorCompiler(() => () => true)
  app.setSerializerCompiler(() => (value) => JSON.stringify(value))
  app.decorateRequest('caller', null)
  app.decorateRequest('address', '127.0.0.1')
  app.setErrorHandler(async (error, _request, reply) => {
    return sendProblem(reply, refusalOf(error))
  })
  serveIdentity(app, { identity, refusals: () => ({}) })
  const plain = await app.listen({ host: '127.0.0.1', port: 0 })
  const https = openHttps(app, () => authority.pair('server'))
  const encrypted = `https://127.0.0.1:${await https.listen({ host: '127.0.0.1', port: 0 })}`
  const messages: BrokerMessage[] = []
  const broker = await openEmbeddedBroker(
    {
      ...{ host: '127.0.0.1', port: 0, group: 'county', log, accounts: openAccounts([], [], '.') },
      tls: {
        ...{ host: '127.0.0.1', port: 0 },
        pair: () => authority.pair('server'),
        judge: (certificate) => identity.judge(certificate),
        seen: (certificate) => void identity.seen(certificate),
      },
    },
    {
      filters: ['pitwatch/v1/county/+/alarm'],
      onMessage: (message) => void messages.push(message),
      onConnected: () => Promise.resolve(),
    },
  )
  running.look = () => broker.look()
  Object.assign(at, { url: encrypted, broker: broker.tlsUrl ?? '' })
  return {
    ...{ folder, authority, identity, broker, messages, log, plain, encrypted },
    /** A token's text; `url` is told in it. */
    token: async (site = 'east-pit', url = encrypted) => {
      at.url = url
      const { text } = await identity.issueToken({ site: Id.parse(site), validFor: 3_600_000 }, BY)
      return text
    },
    revoke: (site: string) => identity.revoke({ site: Id.parse(site), serial: null, reason: 'a trial' }, BY),
    [Symbol.asyncDispose]: async () => {
      await broker.close()
      await https.close()
      await app.close()
      await db.close()
      await folder[Symbol.asyncDispose]()
    },
  }
}

export type Room = Awaited<ReturnType<typeof openRoom>>
