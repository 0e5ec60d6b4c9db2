import { QUANTITIES } from '../core/contract/quantity.ts'
import { later } from '../core/kit/time.ts'
import { systemClock, type Clock } from '../platform/clock.ts'
import { SELF, type Sign, SIGNS } from '../platform/site/self-points.ts'
import type { HonestClock } from './clock/honest-clock.ts'
import type { Batch, Driver } from './driver.ts'
import type { GatewayStore } from './store/store.ts'
import type { BirthDevice } from './uplink/births.ts'

/** It says how it is so often, ms, and at once when that changes. */
const EVERY_MS = 60_000
const LOOK_EVERY_MS = 1_000
const VALID_FOR_MS = 150_000

/** The gateway among the devices of its births. */
export function selfBirth(): BirthDevice {
  const { unit } = QUANTITIES.fault
  return {
    device: SELF,
    name: { 'zh-CN': '网关', en: 'Gateway' },
    profile: 'pitwatch/gateway',
    points: SIGNS.map(({ point, name }) => {
      return { device: SELF, point, name, quantity: 'fault', unit, range: null, validForMs: VALID_FOR_MS }
    }),
  }
}

/** A time that may be further off than this does not bear out when somebody was where, ms. */
const SURE_MS = 60_000

/** How its store and its time are, as what the gateway says of itself. */
export function selfSigns(
  store: Pick<GatewayStore, 'hasFault' | 'hasReduced'>,
  clock: Pick<HonestClock, 'dating'>,
): Readonly<Record<Sign, () => boolean>> {
  return {
    'store-fault': () => store.hasFault(),
    'store-reduced': () => store.hasReduced(),
    'clock-unsure': () => (clock.dating().uncertaintyMs ?? Infinity) > SURE_MS,
  }
}

/** Reads the gateway itself: each minute, and as soon as something it says changes. */
export function selfDriver(signs: Readonly<Record<Sign, () => boolean>>, clock: Clock): Driver {
  const batchOf = (values: ReadonlyMap<Sign, boolean>): Batch => {
    const [at, mono] = [clock.now(), clock.mono()]
    const stamp = { at, mono, validUntil: later(at, VALID_FOR_MS) }
    const readings = Array.from(values, ([point, value]) => {
      return { device: SELF, point, value, quality: 'good' as const, reason: null, ...stamp }
    })
    return { device: SELF, readings, pictures: [] }
  }
  return {
    device: SELF,
    batches: async function* (signal) {
      const told = { text: '', mono: -Infinity }
      while (!signal.aborted) {
        const values = new Map(SIGNS.map(({ point }) => [point, signs[point]()]))
        const text = [...values.values()].join()
        const mono = clock.mono()
        if (told.text !== text || mono - told.mono >= EVERY_MS) {
          Object.assign(told, { text, mono })
          yield batchOf(values)
        }
        const pauses = [clock.sleep(LOOK_EVERY_MS, signal), systemClock.sleep(50, signal)]
        await Promise.all(pauses).catch(() => undefined)
      }
    },
  }
}
