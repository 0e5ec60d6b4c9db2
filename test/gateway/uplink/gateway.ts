import type { AlarmTransition } from '../../../core/contract/alarm.ts'
import { type Dating, BootId } from '../../../core/contract/clock.ts'
import type { Reading } from '../../../core/contract/reading.ts'
import { UtcMs } from '../../../core/contract/time.ts'
import type { Picture } from '../../../gateway/driver.ts'
import { openGatewayStore } from '../../../gateway/store/open.ts'
import type { GatewayStore, StoreOptions } from '../../../gateway/store/store.ts'
import type { BirthDevice } from '../../../gateway/uplink/births.ts'
import { openUplink, type Uplink, type UplinkOptions } from '../../../gateway/uplink/uplink.ts'
import { systemClock } from '../../../platform/clock.ts'
import { keptLog } from './county.ts'

export const T0 = 1_760_000_000_000

export const DATING: Dating = {
  boot: BootId.parse('00000000000000aa'),
  offsetMs: T0,
  uncertaintyMs: 40,
  source: 'ntp',
}

const name = { 'zh-CN': '东坑', en: 'East pit' }

/** The feeder meter with these points; `active-power` alone when none are given. */
export function meterWith(points: readonly string[] = ['active-power'], device = 'feeder-meter'): BirthDevice {
  const common = { device, name, quantity: 'power', unit: 'W', range: [0, 1e6], validForMs: 2_500 } as const
  return {
    device,
    name,
    profile: 'demo/meter',
    source: 'made for tests',
    points: points.map((point) => ({ ...common, range: [0, 1e6] as [number, number], point })),
  }
}

export const SITE = {
  id: 'east-pit',
  name,
  kind: 'closed-pit',
  area: name,
  zone: 'Asia/Shanghai',
  place: { x: 1, y: 1 },
  simulated: true,
} as const

export function openStore(folder: string, dating: () => Dating = () => DATING): GatewayStore {
  const options: StoreOptions = { site: SITE.id, clock: systemClock, dating, log: keptLog() }
  return openGatewayStore(folder, options)
}

/** A gateway without drivers: its store and its uplink. */
export class Gateway {
  readonly store: GatewayStore
  readonly log = keptLog()
  readonly uplink: Uplink
  readonly #stop = new AbortController()
  readonly #running: Promise<void>
  #kept = Promise.resolve()

  constructor(url: string, store: GatewayStore, options: Partial<UplinkOptions> = {}) {
    this.store = store
    this.uplink = openUplink({
      group: 'demo',
      site: SITE.id,
      about: () => ({ site: SITE, version: '1', stream: store.stream, dating: DATING, rules: [] }),
      devices: [meterWith()],
      access: { url },
      primaryHost: false,
      bitRate: null,
      store,
      datingOf: (boot) => (boot === DATING.boot ? DATING : null),
      clock: systemClock,
      log: this.log,
      health: () => ({
        site: SITE.id,
        at: UtcMs.parse(T0),
        startedAt: UtcMs.parse(T0),
        version: '1',
        outbox: store.capacity(),
        clock: { ...DATING, systemAheadMs: 0 },
        buses: [],
        devices: [],
        rssBytes: 1,
      }),
      mqtt: { pauseMs: { first: 30, most: 100 }, keepaliveS: 2 },
      ...options,
      timing: {
        alarmResendMs: 150,
        evidenceResendMs: 300,
        rangeMs: 300,
        rangeAloneMs: 600,
        tickMs: 50,
        ...options.timing,
      },
    })
    this.#running = this.uplink.run(this.#stop.signal)
  }

  commit(
    readings: readonly Reading[],
    transitions: readonly AlarmTransition[] = [],
    pictures: readonly Picture[] = [],
  ): void {
    const device = readings[0]?.device ?? null
    const [committed] = this.store.commit([{ device, readings, transitions, pictures }])
    this.#kept = this.#kept.then(async () => {
      await this.store.durable()
      this.uplink.committed({ ...committed!, uncertaintyMs: DATING.uncertaintyMs }, transitions)
    })
  }

  /** Resolves when the uplink has been told of everything that was committed. */
  async told(): Promise<void> {
    await this.#kept
  }

  /** Whether nothing waits for a receipt any more, and all readings are in ranges. */
  isEmpty(): boolean {
    const { readings, alarm, evidence } = this.store.capacity()
    return readings + alarm + evidence === 0 && this.store.links().length === 0
  }

  async end(): Promise<void> {
    await this.#kept
    this.#stop.abort()
    await this.#running
    this.store.close()
  }
}
