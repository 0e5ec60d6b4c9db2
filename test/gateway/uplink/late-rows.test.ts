import { describe, expect, it } from 'vitest'
import { StreamId } from '../../../core/contract/chain.ts'
import { LateRows } from '../../../gateway/uplink/late-rows.ts'
import type { NodeSession } from '../../../gateway/uplink/node-session.ts'
import { powerAt } from './county.ts'

/** Open rows from `from` on, ten readings each, and what was sent of them. */
function rows(from: number, nextSeq: number) {
  const store = { stream: StreamId.parse('streamone'), from, nextSeq: () => nextSeq, openRows }
  function openRows(fromSeq: number, limit: number) {
    const readings = Array.from({ length: 10 }, () => powerAt(0, 1))
    const all = Array.from({ length: (nextSeq - from) / 10 }, (_, row) => from + row * 10)
    const found = all.filter((firstSeq) => firstSeq >= fromSeq).slice(0, limit)
    return found.map((firstSeq) => ({ device: 'feeder-meter', firstSeq, readings }))
  }
  const sent: number[] = []
  const session = {
    data: ({ firstSeq }: { firstSeq: number }, historical: boolean) => {
      expect(historical).toBe(true)
      sent.push(firstSeq)
      return Promise.resolve(true)
    },
  } as unknown as NodeSession
  const late = new LateRows(store)
  const run = async (rate: number | null): Promise<readonly number[]> => {
    late.begin(rate)
    while (await late.send(session));
    return sent.splice(0)
  }
  return { late, run }
}

describe('readings that no range holds yet', () => {
  it('go late when there was no session, each once', async () => {
    const { run } = rows(100, 400)
    expect(await run(null)).toEqual(Array.from({ length: 30 }, (_, row) => 100 + row * 10))
    expect(await run(null)).toEqual([])
  })

  it('go late only from where they did not go out live', async () => {
    const { late, run } = rows(100, 400)
    late.wentLive(350)
    expect(await run(1e6)).toEqual([350, 360, 370, 380, 390])
  })

  it('are left to their range on a line that would take long for them', async () => {
    expect(await rows(0, 4_000).run(8_000)).toEqual([])
    expect(await rows(0, 4_000).run(80_000)).toHaveLength(400)
    expect(await rows(0, 400).run(8_000)).toHaveLength(40)
  })
})
