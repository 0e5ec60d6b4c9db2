import { describe, expect, it } from 'vitest'
import { openInputs } from '../../../../bench/fuzz/inputs.ts'
import { openFuzzWorld } from '../../../../bench/fuzz/world.ts'
import { seededChance } from '../../../../sim/chance.ts'

const INPUTS = 4_000

describe('the control room among wrong messages', () => {
  it('takes none of them for right, refuses nothing true, and never ends', { timeout: 60_000 }, async () => {
    await using world = await openFuzzWorld(60)
    const next = openInputs(world, seededChance(7))
    for (let count = 1; count <= INPUTS; count++) {
      const { topic, payload, mustRefuse } = next()
      world.take(topic, payload, mustRefuse)
      if (count % 1_000 === 0) await world.settled()
    }
    await world.inspect()
    expect(world.found).toEqual({ crashes: 0, acceptedWrongly: 0, refusedWrongly: 0, examples: [] })
    expect(Object.keys(world.refusals()).sort()).toEqual(
      expect.arrayContaining([
        'body',
        'chain',
        'fork',
        'malformed',
        'other-site',
        'signature',
        'too-large',
        'unknown-topic',
      ]),
    )
  })
})
