import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { topicOf } from '../../../../core/contract/topics.ts'
import type { BrokerMessage } from '../../../../dashboard/server/broker/link.ts'
import {
  type NodeSession,
  openNodeSession,
  type SparkplugTopic,
} from '../../../../dashboard/server/ingest/node-session.ts'
import { decodePayload } from '../../../../platform/sparkplug.ts'
import { edge } from './edge.ts'

function take(session: NodeSession, { topic, payload }: BrokerMessage) {
  return session.take(topicOf(topic) as SparkplugTopic, decodePayload(payload))
}

describe('the session of an edge node', () => {
  it('reads data by the births before it', () => {
    const [session, gateway] = [openNodeSession(), edge()]
    expect(take(session, gateway.nodeBirth())).toMatchObject({ kind: 'node-born', about: { stream: 's0000000' } })
    expect(take(session, gateway.deviceBirth())).toMatchObject({ kind: 'device-born', gap: false })
    expect(
      take(
        session,
        gateway.data(5, [
          { point: 'active-power', value: 12.5 },
          { point: 'door', value: true },
        ]),
      ),
    ).toMatchObject({
      kind: 'data',
      stream: 's0000000',
      gap: false,
      readings: [
        { point: 'active-power', value: 12.5, seq: 5, historical: false },
        { point: 'door', value: true, seq: 6 },
      ],
    })
  })

  it('knows nothing of data whose birth it has not seen', () => {
    const [session, gateway] = [openNodeSession(), edge()]
    const birth = gateway.nodeBirth()
    const deviceBirth = gateway.deviceBirth()
    const data = gateway.data(1, [{ point: 'voltage', value: 230 }])
    expect(take(session, deviceBirth)).toEqual({ kind: 'unborn' })
    expect(take(session, data)).toEqual({ kind: 'unborn' })
    take(session, birth)
    expect(take(session, data)).toEqual({ kind: 'unborn' })
  })

  it('forgets its devices at the next birth of the node', () => {
    const [session, gateway] = [openNodeSession(), edge()]
    for (const message of [gateway.nodeBirth(), gateway.deviceBirth(), gateway.nodeBirth()]) take(session, message)
    expect(take(session, gateway.data(1, [{ point: 'voltage', value: 230 }]))).toEqual({ kind: 'unborn' })
  })

  it('ends with the death of its own birth and not with that of an earlier one', () => {
    const [session, gateway] = [openNodeSession(), edge()]
    take(session, gateway.nodeBirth())
    take(session, gateway.nodeBirth())
    expect(take(session, gateway.death(0))).toEqual({ kind: 'late-death' })
    expect(session.isBorn()).toBe(true)
    expect(take(session, gateway.death(1))).toEqual({ kind: 'node-died' })
    expect(session.isBorn()).toBe(false)
  })

  it('sees that messages are missing, over the wrap from 255 to 0 too', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 600 }), fc.nat(3), (before, lost) => {
        const [session, gateway] = [openNodeSession(), edge()]
        take(session, gateway.nodeBirth())
        take(session, gateway.deviceBirth())
        const next = () => take(session, gateway.nodeData())
        for (let n = 0; n < before; n++) expect(next()).toEqual({ kind: 'node-data', gap: false })
        for (let n = 0; n < lost; n++) gateway.nodeData()
        expect(next()).toEqual({ kind: 'node-data', gap: lost > 0 })
        expect(next()).toEqual({ kind: 'node-data', gap: false })
      }),
      { numRuns: 30 },
    )
  })

  it("refuses a birth that is about another site's", () => {
    const [session, west] = [openNodeSession(), edge({ site: 'west-pit' })]
    const { payload } = west.nodeBirth()
    expect(() => take(session, { topic: 'spBv1.0/county/NBIRTH/east-pit', payload })).toThrow(/west-pit/)
    expect(session.isBorn()).toBe(false)
  })
})
