import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { connectAsync } from 'mqtt'
import { describe, expect, it } from 'vitest'
import { Receipt } from '../../../../core/contract/lanes.ts'
import { openArchive } from '../../../../dashboard/server/archive/archive.ts'
import { issueCertificate } from '../../../../dashboard/server/archive/certify.ts'
import { ControlConfig } from '../../../../dashboard/server/config.ts'
import { runIngestWorker } from '../../../../dashboard/server/worker-program.ts'
import { systemClock } from '../../../../platform/clock.ts'
import { testFolder } from '../../../support/processes.ts'
import { quietLog } from '../../../support/quiet-log.ts'
import { smallRoster } from '../../../support/roster.ts'
import { startMosquitto, startVictoria } from '../../../support/servers.ts'
import { until } from '../../../support/until.ts'
import { type ChainMaker, chainMaker, T0 } from '../archive/chain-maker.ts'
import { edge, GROUP } from './edge.ts'

const SITES = ['east-pit', 'west-pit', 'north-pit'] as const
const LINKS = 40

function configOf(broker: string, history: string): ControlConfig {
  return ControlConfig.parse({
    group: GROUP,
    store: 'control',
    broker: { kind: 'external', url: broker, share: 'ingest' },
    history: { kind: 'influxdb', url: history, database: 'county' },
    ...smallRoster([{ id: 'officer', name: '值班员', url: 'http://127.0.0.1:9' }]),
  })
}

function chainOf(site: string): ChainMaker {
  const made = chainMaker({ site })
  made.start(0, null)
  for (let index = 1; index < LINKS; index++) made.range(index === 1 ? { mono: 0 } : {})
  return made
}

/** Of how many streams a worker has stored something. */
function streamsOf(folder: string): number {
  const sqlite = new DatabaseSync(join(folder, 'streams.sqlite'), { readOnly: true })
  try {
    return Number(sqlite.prepare('select count(*) as n from streams').get()?.n)
  } finally {
    sqlite.close()
  }
}

describe('two workers at one broker', () => {
  it(
    'split the links of a fleet, take each once, and the chain is whole whoever took what',
    { timeout: 60_000 },
    async () => {
      await using folder = await testFolder()
      await using broker = await startMosquitto()
      await using victoria = await startVictoria()
      const archive = openArchive(join(folder.path, 'control'))
      for (const site of SITES) archive.rememberPoints(site, [{ point: 'feeder/active-power', quantity: 'power' }])
      const stop = new AbortController()
      let ready = 0
      const workers = ['a', 'b'].map((name) =>
        runIngestWorker(configOf(broker.url, victoria.url), {
          ...{ clock: systemClock, log: quietLog(), signal: stop.signal, baseFolder: folder.path, name },
          onReady: () => {
            ready++
          },
        }),
      )
      await until('both workers to listen', () => ready === 2)

      const gateway = await connectAsync(broker.url)
      const accepted = new Map<string, number>()
      gateway.on('message', (topic, payload) => {
        const receipt = Receipt.parse(JSON.parse(payload.toString()))
        const site = topic.split('/')[3] ?? ''
        if (receipt.lane === 'range' && receipt.verdict === 'accept') {
          accepted.set(`${site}/${receipt.n}`, (accepted.get(`${site}/${receipt.n}`) ?? 0) + 1)
        }
      })
      await gateway.subscribeAsync(`pitwatch/v1/${GROUP}/+/receipt`, { qos: 1 })
      const chains = SITES.map(chainOf)
      for (let n = LINKS - 1; n >= 0; n--) {
        for (const [index, chain] of chains.entries()) {
          const { topic, payload } = edge({ site: SITES[index]! }).range(chain.message(chain.links[n]!))
          await gateway.publishAsync(topic, Buffer.from(payload), { qos: 1 })
        }
      }
      await until('every receipt', () => accepted.size === SITES.length * LINKS)
      expect([...accepted.values()].every((count) => count === 1)).toBe(true)
      await gateway.endAsync()
      stop.abort()
      await Promise.all(workers)

      for (const site of SITES) {
        const query = { site, from: T0, to: T0 + 389_000, now: T0 + 1_000_000, waiting: null }
        const issued = await issueCertificate(archive, query)
        expect(issued?.certificate).toMatchObject({ complete: true, readings: 389, missing: 0 })
      }
      archive.close()
      for (const name of ['a', 'b']) expect(streamsOf(join(folder.path, 'control', 'workers', name))).toBeGreaterThan(0)
    },
  )
})
