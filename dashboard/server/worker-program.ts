import type { KeyObject } from 'node:crypto'
import { join, resolve } from 'node:path'
import { chainFilters } from '../../core/contract/topics.ts'
import { HouseError, messageOf } from '../../core/kit/errors.ts'
import { type Clock, systemClock } from '../../platform/clock.ts'
import type { Log } from '../../platform/log.ts'
import { readSecret } from '../../platform/secrets.ts'
import { together } from '../../platform/together.ts'
import { openArchive } from './archive/archive.ts'
import { openExternalBroker } from './broker/external.ts'
import type { BrokerLink } from './broker/link.ts'
import type { ControlConfig } from './config.ts'
import { type Database, openDatabase } from './db/database.ts'
import { openHistory } from './history/open.ts'
import { authorityOf, clientTlsOf } from './identity/open.ts'
import { allCertificates } from './identity/register.ts'
import { openIngestWorker } from './ingest/worker.ts'

/** Certificates that were issued meanwhile are looked for this often. */
const KEYS_EVERY_MS = 10_000

export interface WorkerProgramDeps {
  readonly clock: Clock
  readonly log: Log
  readonly signal: AbortSignal
  /** Folder that relative paths of the configuration count from. */
  readonly baseFolder: string
  /** Tells this worker from others: each remembers for itself what it has stored. */
  readonly name: string
  readonly onReady?: () => void
}

/**
 * A worker beside a control room, with its configuration and on its machine: takes a share of links and trends, and nothing else.
 * Runs until `signal` aborts. Throws `config/invalid`, `config/unreadable`, `store/failed`, `store/newer`.
 */
export async function runIngestWorker(config: ControlConfig, deps: WorkerProgramDeps): Promise<void> {
  const { clock, log, baseFolder, name } = deps
  const { broker, group } = config
  if (broker.kind !== 'external' || broker.share === undefined || config.history.kind === 'embedded') {
    throw new HouseError(
      'config/invalid',
      'a worker needs broker.kind external with broker.share, and a history on a server: the embedded ones are inside one program',
    )
  }
  const folder = resolve(baseFolder, config.store)
  await using closing = new AsyncDisposableStack()
  const db = closing.adopt(openDatabase(join(folder, 'control.sqlite')), (opened) => opened.close())
  const archive = closing.adopt(openArchive(folder), (opened) => opened.close())
  const own = join(folder, 'workers', name)
  const history = closing.adopt(await openHistory(config, own, { clock, log, baseFolder }), (opened) => opened.close())
  const keys = await openKeys(db, log)
  const opened: { link: BrokerLink | null } = { link: null }
  const worker = openIngestWorker({
    ...{ group, history, archive, clock, log },
    keysOf: (site) => keys.of(site),
    publish: (topic, payload, how) => opened.link?.publish(topic, payload, how) ?? Promise.resolve(),
  })
  const password = readSecret(broker, 'password of the broker', { baseFolder })
  const tls = clientTlsOf(config, authorityOf(config, { baseFolder, folder }))
  opened.link = openExternalBroker(
    { access: { url: broker.url, user: broker.user, password, tls }, isShared: true, log },
    {
      filters: chainFilters(group, broker.share),
      onMessage: (message) => worker.take(message),
      onConnected: () => Promise.resolve(deps.onReady?.()),
    },
  )
  closing.adopt(opened.link, (link) => link.close())
  await together(deps.signal, [(signal) => worker.run(signal), (signal) => keys.run(signal)])
}

/** The public keys of all gateways, as the control room's database has them. */
async function openKeys(db: Database, log: Log) {
  let known = new Map<string, KeyObject[]>()
  const load = async () => {
    const certificates = await db.read(allCertificates)
    known = new Map()
    for (const { site, publicKey } of certificates) known.set(site, [...(known.get(site) ?? []), publicKey])
  }
  await load()
  return {
    of: (site: string): readonly KeyObject[] => known.get(site) ?? [],
    run: async (signal: AbortSignal) => {
      let isOk = true
      while (!signal.aborted) {
        await systemClock.sleep(KEYS_EVERY_MS, signal).catch(() => undefined)
        try {
          await load()
          isOk = true
        } catch (error) {
          if (isOk)
            log.warn(
              { code: 'store/failed', why: messageOf(error) },
              'keys of gateways cannot be read; those known stay',
            )
          isOk = false
        }
      }
    },
  }
}
