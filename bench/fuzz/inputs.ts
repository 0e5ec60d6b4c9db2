import { topicText } from '../../core/contract/topics.ts'
import type { Chance } from '../../platform/clock.ts'
import { picturePart } from '../../platform/picture-parts.ts'
import { GROUP } from '../../test/dashboard/server/ingest/edge.ts'
import { openForger } from './forger.ts'
import { oddJson, oddPayload } from './odd.ts'
import type { RealSite } from './truth.ts'
import type { FuzzWorld } from './world.ts'

/** Chance in the forms it is needed in. */
export interface Dice {
  readonly below: (most: number) => number
  readonly oneOf: <T>(list: readonly T[]) => T
  readonly chance: Chance
  readonly bytes: (most: number) => Uint8Array
}

export interface FuzzInput {
  readonly topic: string
  readonly payload: Uint8Array
  /** It cannot be right, and that shows at once. */
  readonly mustRefuse: boolean
}

/** Inputs one after the other, the same for the same chance. */
export function openInputs({ sites, picture }: FuzzWorld, chance: Chance): () => FuzzInput {
  const below = (most: number) => Math.floor(chance() * most)
  const oneOf = <T>(list: readonly T[]): T => list[below(list.length)] as T
  const site = () => oneOf(sites)
  const bytes = (most: number) => Uint8Array.from({ length: below(most) }, () => below(256))
  const maybe = (topic: string, payload: Uint8Array): FuzzInput => ({ topic, payload, mustRefuse: false })
  const never = (topic: string, payload: Uint8Array): FuzzInput => ({ topic, payload, mustRefuse: true })

  /** A message that its gateway could have sent now. */
  const real = (from: RealSite = site()): { readonly topic: string; readonly payload: Uint8Array } => {
    const { gateway, chain, told } = from
    switch (below(9)) {
      case 0:
        return gateway.nodeBirth()
      case 1:
        return gateway.deviceBirth()
      case 2:
        return gateway.data(below(100_000), [
          { point: 'active-power', value: chance() * 1e4, at: below(1e6) },
          { point: 'door', value: chance() < 0.5, bad: chance() < 0.2 },
        ])
      case 3:
        return gateway.deviceDeath()
      case 4:
        return gateway.death(below(3))
      case 5:
        return gateway.alarm({ n: 1 + below(5) })
      case 6:
        return gateway.health(below(1_000))
      case 7:
        return {
          topic: `pitwatch/v1/${GROUP}/${gateway.site}/evidence/${picture.sha256}`,
          ...picturePart(picture.bytes, 0),
        }
      default:
        return gateway.range(chain.message(oneOf(told)))
    }
  }
  const bent = (payload: Uint8Array): Uint8Array => {
    const made = Uint8Array.from(payload)
    switch (below(6)) {
      case 0:
        return made.subarray(0, below(made.length + 1))
      case 1:
        return Buffer.concat([made, bytes(64)])
      case 2: {
        const at = below(made.length + 1)
        return Buffer.concat([made.subarray(0, at), bytes(16), made.subarray(at)])
      }
      case 3: {
        const at = below(made.length + 1)
        return Buffer.concat([made.subarray(0, at), real().payload.subarray(below(40))])
      }
      default:
        for (let count = 1 + below(4); count > 0; count--) {
          const at = below(made.length)
          made[at] = chance() < 0.5 ? (made[at] ?? 0) ^ (1 << below(8)) : below(256)
        }
        return made
    }
  }
  const dice: Dice = { below, oneOf, chance, bytes }
  const forged = openForger(dice, bent)
  const kinds: readonly (() => FuzzInput)[] = [
    () => maybe(real().topic, bytes(200)),
    () => {
      const { topic, payload } = real()
      return maybe(topic, bent(payload))
    },
    () => {
      const { topic, payload } = real()
      return maybe(topic, bent(bent(payload)))
    },
    () => {
      const { topic, payload } = real()
      return maybe(topic, payload)
    },
    () => {
      const from = site()
      return maybe(ownTopic('range', from.gateway.site), forged(from))
    },
    () => {
      const { gateway, chain } = site()
      return maybe(ownTopic('range', gateway.site), bent(chain.message(oneOf(chain.links))))
    },
    () => never(alienTopic(dice), real().payload),
    () => {
      const [here, there] = chance() < 0.5 ? [sites[0], sites[1]] : [sites[1], sites[0]]
      const { payload } = oneOf([here?.gateway.nodeBirth(), here?.gateway.alarm(), here?.gateway.health()])!
      const lane = oneOf(['alarm', 'health', 'range', 'trend', 'clock-ask'] as const)
      // What one gateway says, on a topic of the other.
      return never(ownTopic(lane, there?.gateway.site ?? ''), payload)
    },
    () => never(ownTopic(oneOf(['range', 'alarm', 'health', 'trend', 'clock-ask'] as const), 'east-pit'), LARGE),
    () => {
      const { topic, payload } = oneOf([site().gateway.alarm(), site().gateway.health()])
      return maybe(topic, Buffer.from(oddJson(Buffer.from(payload).toString(), dice)))
    },
    () => {
      const { gateway } = site()
      const { topic, payload } = oneOf([
        gateway.nodeBirth(),
        gateway.deviceBirth(),
        gateway.data(1, [{ point: 'door', value: 1 }]),
      ])
      return maybe(topic, oddPayload(payload, dice))
    },
    () => {
      const sha256 = oneOf([picture.sha256, 'f'.repeat(64)])
      return maybe(
        `pitwatch/v1/${GROUP}/${site().gateway.site}/evidence/${sha256}`,
        bent(picturePart(picture.bytes, 0).payload),
      )
    },
  ]
  return () => oneOf(kinds)()
}

/** Longer than any message of the lanes it is sent on. */
const LARGE = new Uint8Array(300 << 10)

function ownTopic(lane: 'alarm' | 'health' | 'range' | 'trend' | 'clock-ask', site: string): string {
  return topicText({ kind: lane, group: GROUP, site })
}

function alienTopic({ oneOf, bytes }: Dice): string {
  return oneOf([
    '',
    '/',
    'spBv1.0',
    `spBv2.0/${GROUP}/NBIRTH/east-pit`,
    'spBv1.0/other/NBIRTH/east-pit',
    `spBv1.0/${GROUP}/XBIRTH/east-pit`,
    `spBv1.0/${GROUP}/NBIRTH/East Pit`,
    `spBv1.0/${GROUP}/DDATA/east-pit`,
    `spBv1.0/${GROUP}/NBIRTH/east-pit/feeder`,
    `pitwatch/v2/${GROUP}/east-pit/range`,
    'pitwatch/v1/other/east-pit/alarm',
    `pitwatch/v1/${GROUP}/east-pit`,
    `pitwatch/v1/${GROUP}/east-pit/range/0`,
    `pitwatch/v1/${GROUP}/../alarm`,
    `pitwatch/v1/${GROUP}/${'x'.repeat(65)}/alarm`,
    `pitwatch/v1/${GROUP}/east-pit/evidence/../../control.sqlite`,
    Buffer.from(bytes(40))
      .toString('latin1')
      .replace(/^(spBv1|pitwatch)/, ''),
  ])
}
