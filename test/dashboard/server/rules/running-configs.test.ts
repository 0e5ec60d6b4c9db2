import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { ConfigContent } from '../../../../core/contract/config-lane.ts'
import { LedgerQuery } from '../../../../core/contract/http.ts'
import { openRunningConfigs, type RunningConfigs } from '../../../../dashboard/server/configs/running-configs.ts'
import { type ContentReader, openContentReader } from '../../../../dashboard/server/rules/content-reader.ts'
import { changesOf, runningHead, sheetsOfSite } from '../../../../dashboard/server/rules/rule-rows.ts'
import { DEMO_METER, siteText } from '../../../gateway/runtime/sites.ts'
import { openWorld, type World } from '../alarms/world.ts'
import { told } from './told.ts'

function content(limit: number, more: readonly string[] = []): ConfigContent {
  const rules = [
    `id: busy, type: high-limit, point: meter/active-power, priority: red, with: { limit: ${limit} }`,
    ...more,
  ]
  const buses = ['id: main, kind: tcp, host: 127.0.0.1, port: 1502']
  return {
    site: siteText({ buses, devices: ['id: meter, profile: demo/meter, bus: main, unit: 1'], rules }),
    profiles: [DEMO_METER],
  }
}

describe('what gateways run with', () => {
  let world: World
  let reader: ContentReader
  let running: RunningConfigs
  let said: unknown[]

  const take = async (message: ReturnType<typeof told>) => {
    running.take(message)
    await running.settled()
  }
  const rules = async () =>
    (await world.db.read((q) => sheetsOfSite(q, 'east-pit'))).map(({ rule, limit }) => [rule, limit])
  const head = () => world.db.read((q) => runningHead(q, 'east-pit'))

  beforeEach(() => {
    world = openWorld()
    reader = openContentReader()
    said = []
    const { db, desk, log } = world
    const publish = (_topic: string, payload: Uint8Array | string) => {
      said.push(JSON.parse(String(payload)))
      return Promise.resolve()
    }
    running = openRunningConfigs({ db, desk, group: 'demo', reader, publish, log })
  })
  afterEach(async () => {
    await reader.close()
    await world.end()
  })

  it('are asked for when their hash is not known, and not again', async () => {
    await take(told(content(100), { body: false }))
    expect(said).toMatchObject([{ lane: 'running-config', verdict: 'keep' }])
    expect(await head()).toBeNull()
    await take(told(content(100)))
    await take(told(content(100), { body: false }))
    expect(said).toMatchObject([{ verdict: 'keep' }, { verdict: 'accept' }, { verdict: 'accept' }])
    expect(await rules()).toContainEqual(['busy', 100])
  })

  it('make known what was changed in a rule, by whom and in which version; the first telling is no change', async () => {
    await take(told(content(100)))
    expect(await world.db.read((q) => changesOf(q, 'east-pit', 'busy'))).toEqual([])
    const second = 'id: full, type: high-limit, point: meter/active-power, priority: blue, with: { limit: 9 }'
    await take(told(content(120, [second])))
    expect(await world.db.read((q) => changesOf(q, 'east-pit', 'busy'))).toMatchObject([
      { by: null, version: 0, before: { with: { limit: 100 } }, after: { with: { limit: 120 } } },
    ])
    await take(told(content(120)))
    expect(await world.db.read((q) => changesOf(q, 'east-pit', 'full'))).toMatchObject([
      { before: { with: { limit: 9 } }, after: null },
      { before: null, after: { priority: 'blue' } },
    ])
    const { entries } = await world.desk.ledger(LedgerQuery.parse({ subject: 'east-pit' }))
    expect(entries.map(({ act, detail }) => [act, detail.changed])).toEqual([
      ['configuration-told', []],
      ['configuration-told', ['busy', 'full']],
      ['configuration-told', ['full']],
    ])
  })

  it('are not taken where the text does not fit its hash, or is about another site', async () => {
    await take(told(content(100), { sha256: 'a'.repeat(64) }))
    await take({ ...told(content(100)), topic: 'pitwatch/v1/demo/west-pit/running-config' })
    await take({ ...told(content(100)), payload: Buffer.from('{"siteId":"east-pit"}') })
    expect(await head()).toBeNull()
    expect(said).toEqual([])
  })

  it('are not unpacked beyond what a configuration may be', async () => {
    const large = { ...content(100), site: `${content(100).site}# ${'x'.repeat(6 << 20)}\n` }
    await take(told(large))
    expect(await head()).toBeNull()
  })

  it('are told as unreadable, with the faults, where this program cannot read them', async () => {
    await take(told(content(100)))
    await take(told({ ...content(100), site: content(100).site.replace('high-limit', 'higher-limit') }))
    expect(await head()).toMatchObject({ faults: [expect.stringMatching(/^site\.yaml:\d+:\d+: rules\[0\]\.type/)] })
  })

  it('are not known any more when a gateway takes back what it told', async () => {
    await take(told(content(100)))
    await take({ topic: told(content(1)).topic, payload: Buffer.alloc(0) })
    expect(await head()).toMatchObject({ isTold: false })
    await take(told(content(100), { body: false }))
    expect(await head()).toMatchObject({ isTold: true })
  })
})
