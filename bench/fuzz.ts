import { seededChance } from '../sim/chance.ts'
import type { Bench } from './bench.ts'
import { openInputs } from './fuzz/inputs.ts'
import { openFuzzWorld } from './fuzz/world.ts'

const SEED = 20_264
const LINKS = 400
const TELL_EVERY = 100_000

/** Inputs handed over before what waits is stored; fewer than a site may have waiting. */
const AT_ONCE = 1_000

/**
 * The real ingest with its decoders, judge and archive, given what a broken, foreign or hostile gateway may send: noise, bent messages,
 * wrong versions, alien topics, what is too long, bombs, forged heads, doubles and things out of order. Everything true is known
 * beforehand, so that whatever else is accepted is accepted wrongly.
 */
export const bench: Bench = {
  name: 'fuzz',
  about: 'wrong messages given to the control room: none may end it, none may be taken for right.',
  aim: [
    { figure: 'inputs', atLeast: 50_000 },
    { figure: 'crashes', atMost: 0 },
    { figure: 'acceptedWrongly', atMost: 0 },
    { figure: 'refusedWrongly', atMost: 0 },
  ],
  run: async ({ quick }) => {
    const wanted = quick ? 50_000 : 1_000_000
    const startedAt = performance.now()
    await using world = await openFuzzWorld(LINKS)
    const next = openInputs(world, seededChance(SEED))
    const before = sumOf(world.refusals())
    for (let count = 0; count < wanted; count++) {
      const { topic, payload, mustRefuse } = next()
      world.take(topic, payload, mustRefuse)
      if (count % AT_ONCE === AT_ONCE - 1) await world.settled()
      if (count % TELL_EVERY === TELL_EVERY - 1)
        console.error(`${count + 1} of ${wanted}: ${JSON.stringify(world.found)}`)
    }
    await world.settled()
    await world.inspect()
    console.error(JSON.stringify({ refusals: world.refusals(), examples: world.found.examples }))
    const { crashes, acceptedWrongly, refusedWrongly } = world.found
    const refused = sumOf(world.refusals()) - before
    const seconds = Math.round((performance.now() - startedAt) / 1_000)
    return {
      inputs: wanted,
      crashes,
      acceptedWrongly,
      refusedWrongly,
      refused,
      reasons: Object.keys(world.refusals()).length,
      seconds,
    }
  },
}

function sumOf(counts: Readonly<Record<string, number>>): number {
  return Object.values(counts).reduce((sum, count) => sum + count, 0)
}
