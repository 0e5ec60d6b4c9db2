import { createPublicKey, generateKeyPairSync } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import type { Receipt } from '../../../../core/contract/lanes.ts'
import { openArchive } from '../../../../dashboard/server/archive/archive.ts'
import { issueCertificate } from '../../../../dashboard/server/archive/certify.ts'
import { checkExport } from '../../../../dashboard/server/archive/check-export.ts'
import { exportLines } from '../../../../dashboard/server/archive/export.ts'
import { openEmbeddedHistory } from '../../../../dashboard/server/history/embedded.ts'
import { openHistoryLane } from '../../../../dashboard/server/ingest/history-lane.ts'
import { openRefusals } from '../../../../dashboard/server/ingest/refusals.ts'
import { openGatewayStore } from '../../../../gateway/store/open.ts'
import { linkSigner } from '../../../../platform/link-signature.ts'
import { decodeLinkMessage, encodeLinkMessage } from '../../../../platform/chain.ts'
import { read, readingAt, sealAll, storeOptions, T0 } from '../../../gateway/store/world.ts'
import { handClock } from '../../../support/hand-clock.ts'
import { testFolder } from '../../../support/processes.ts'
import { quietLog } from '../../../support/quiet-log.ts'
import { until } from '../../../support/until.ts'

describe('a gateway and a control room', () => {
  it('understand one another: what the store has chained is taken, stored, deleted at the edge, and proved', async () => {
    await using folder = await testFolder()
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
    const clock = handClock(T0)
    const options = storeOptions({ clock, sign: linkSigner(privateKey) })
    let mono = 0
    const run = async (seconds: number) => {
      using store = openGatewayStore(`${folder.path}/gateway`, options)
      for (let second = 0; second < seconds; second++, mono += 1_000) {
        read(store, readingAt(mono, mono / 1_000))
        await clock.advance(1_000)
      }
      await sealAll(store)
      store.close()
      mono += 10_000
      await clock.advance(10_000)
    }
    await run(50)
    await run(70)

    const archive = openArchive(folder.path)
    archive.rememberPoints('east-pit', [{ point: 'feeder-meter/active-power', quantity: 'power' }])
    const history = await openEmbeddedHistory(folder.path)
    const log = quietLog()
    const receipts: Receipt[] = []
    const lane = openHistoryLane({
      ...{ history, archive, clock, log, refusals: openRefusals(log), isBorn: () => true },
      keysOf: () => [createPublicKey(privateKey)],
      receipt: (_, one) => Promise.resolve(void receipts.push(one)),
    })
    const stop = new AbortController()
    const running = lane.run(stop.signal)
    using store = openGatewayStore(`${folder.path}/gateway`, options)
    await store.durable()
    const waiting = store.links()
    for (const ref of waiting.toReversed()) {
      const { head, body } = store.link(ref)!
      lane.add({ site: 'east-pit', kind: 'link', link: decodeLinkMessage(encodeLinkMessage({ head, body })) })
    }
    await until('all receipts', () => receipts.length === waiting.length)
    for (const one of receipts) {
      expect(one.verdict).toBe('accept')
      if (one.lane === 'range') expect(store.receipt(one, one.hash, one.verdict)).toBe('done')
    }
    expect(store.links()).toEqual([])

    const query = { site: 'east-pit', from: T0, to: T0 + 130_000, now: T0 + 10_000_000, waiting: null }
    const issued = await issueCertificate(archive, query)
    expect(issued?.certificate).toMatchObject({ readings: 120, missing: 0, chains: [{ first: 0, signed: true }] })
    expect(issued?.certificate.holes).toMatchObject([
      { cause: 'stopped', from: T0 + 50_000, to: T0 + 60_000, readings: null },
    ])
    const lines: string[] = []
    for await (const line of exportLines(archive, issued!, null)) lines.push(line)
    expect(await checkExport(lines, [createPublicKey(privateKey)])).toMatchObject({ faults: [], unsigned: 0 })
    const power = { site: 'east-pit', point: 'feeder-meter/active-power', quantity: 'power' } as const
    const shown = await history.query(power, { from: T0, to: T0 + 200_000, columns: 1 }, new AbortController().signal)
    expect(shown).toMatchObject({ readings: 120, min: [0], max: [129] })
    stop.abort()
    await running
    archive.close()
    await history.close()
  })
})
