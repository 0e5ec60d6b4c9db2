import { describe, expect, it } from 'vitest'
import { RunningConfig } from '../../../core/contract/config-lane.ts'
import type { Receipt } from '../../../core/contract/lanes.ts'
import { remoteConfigLane } from '../../../gateway/remote-config/lane.ts'
import { RemoteConfig } from '../../../gateway/remote-config/remote-config.ts'
import { hashOfContent, unpackedContent } from '../../../platform/site-config.ts'
import { testFolder } from '../../support/processes.ts'
import { handClock } from '../../support/hand-clock.ts'
import { quietLog } from '../../support/quiet-log.ts'
import { siteOf } from '../runtime/sites.ts'

const LISTS = {
  buses: ['id: main, kind: tcp, host: 127.0.0.1, port: 1502'],
  devices: ['id: meter, profile: demo/meter, bus: main, unit: 1'],
}

/** The lane of a gateway with these keys in its own file, and what it said. */
async function opened(top: readonly string[]) {
  await using folder = await testFolder()
  const own = siteOf({ ...LISTS, top })
  const clock = handClock()
  const remote = new RemoteConfig({
    ...{ own, storeFolder: folder.path, verify: null, clock, real: clock, log: quietLog() },
    apply: () => Promise.reject(new Error('nothing is applied here')),
    onReport: () => undefined,
  })
  await remote.takeUp()
  const lane = remoteConfigLane(remote)
  const said: { lane: unknown; text: string; retain: boolean }[] = []
  const connect = () =>
    lane.connected?.((to, text, how) => {
      said.push({ lane: to, text, retain: how?.retain ?? false })
      return Promise.resolve()
    }, new AbortController().signal)
  const receipt = (sha256: string, verdict: Receipt['verdict']) =>
    lane.receipted?.({ lane: 'running-config', sha256, verdict })
  return { own, lane, said, connect, receipt }
}

describe('what a gateway tells of the configuration it runs with', () => {
  it('is its hash on each connection, and once on each', async () => {
    const { own, lane, said, connect } = await opened([])
    await connect()
    lane.tell()
    await connect()
    expect(said.map(({ lane: to, retain }) => [to, retain])).toEqual([
      ['running-config', true],
      ['running-config', true],
    ])
    const head = RunningConfig.parse(JSON.parse(said[0]?.text ?? ''))
    expect(head).toMatchObject({ siteId: 'east-pit', version: 0, body: null, sha256: hashOfContent(own.content) })
  })

  it('is the whole of it, with its own profiles, when the control room does not know that hash', async () => {
    const { own, said, connect, receipt } = await opened([])
    await connect()
    receipt('f'.repeat(64), 'keep')
    receipt(hashOfContent(own.content), 'accept')
    expect(said).toHaveLength(1)
    receipt(hashOfContent(own.content), 'keep')
    const whole = RunningConfig.parse(JSON.parse(said[1]?.text ?? ''))
    expect(said[1]?.retain).toBe(false)
    const content = unpackedContent(whole.body ?? '')
    expect(content.site).toContain('profile: demo/meter')
    expect(content.profiles.map(({ name }) => name)).toEqual(['demo/meter'])
    expect(hashOfContent(content)).toBe(whole.sha256)
  })

  it('is nothing where it takes nothing from the control room, and what was told before is taken back', async () => {
    const { own, said, connect, receipt } = await opened(['remoteConfig: off'])
    await connect()
    receipt(hashOfContent(own.content), 'keep')
    expect(said).toEqual([{ lane: 'running-config', text: '', retain: true }])
  })
})
