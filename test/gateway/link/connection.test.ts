import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { HouseError } from '../../../core/kit/errors.ts'
import { type Channel, type Connect, CONNECT_WITHIN_MS } from '../../../platform/serial/channel.ts'
import { Connection } from '../../../gateway/link/connection.ts'
import { RECONNECT_PAUSES } from '../../../gateway/link/line.ts'
import { quietLog } from '../../support/quiet-log.ts'
import { World } from './wire-world.ts'

const never = new AbortController().signal
const POLL_MS = 250
const BACK_WITHIN_MS = 2_000
/** What is left of the two seconds for the exchange itself. */
const EXCHANGE_MS = 150
const down = () => new HouseError('link/down', 'not there')

/** What an attempt comes to while the other side is gone. */
const anyGone = fc.constantFrom('refused' as const, 'black hole' as const)

describe('a connection that was lost', () => {
  it('is back in two seconds by its numbers: an attempt just begun, the longest pause, and the next poll', () => {
    expect(CONNECT_WITHIN_MS + RECONNECT_PAUSES.most + POLL_MS).toBeLessThanOrEqual(BACK_WITHIN_MS - EXCHANGE_MS)
  })

  it('is open again in time for an answer within two seconds of the other side, whatever it did and for however long', async () => {
    const outage = fc.record({ gone: anyGone, forMs: fc.integer({ min: 1, max: 60_000 }), bus: fc.string() })
    await fc.assert(
      fc.asyncProperty(outage, async ({ gone, forMs, bus }) => {
        const world = new World()
        const backAt = world.clock.mono() + forMs
        const channel: Channel = { write: () => undefined, close: () => undefined }
        const connect: Connect = async () => {
          if (world.clock.mono() >= backAt) return channel
          if (gone === 'black hole') await world.clock.sleep(CONNECT_WITHIN_MS)
          throw down()
        }
        const log = quietLog()
        const events = { received: () => undefined, lost: () => undefined }
        const options = { bus, connect, events, pauses: RECONNECT_PAUSES, tally: { reconnects: 0 }, log }
        const connection = new Connection({ ...options, clock: world.clock })
        const poll = async () => {
          for (;;) {
            const open = await connection.open(never).catch(() => null)
            if (open !== null) return world.clock.mono()
            await world.clock.sleep(POLL_MS)
          }
        }
        const openAt = await world.until(poll())
        expect(openAt - backAt).toBeLessThanOrEqual(BACK_WITHIN_MS - EXCHANGE_MS)
        expect(log.lines.map(({ message }) => message)).toEqual(['bus is down', 'bus is back'])
      }),
      { numRuns: 100 },
    )
  })
})
