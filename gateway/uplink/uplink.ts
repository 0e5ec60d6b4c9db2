import type { AlarmTransition } from '../../core/contract/alarm.ts'
import type { GatewayHealth, Receipt, SiteAbout } from '../../core/contract/lanes.ts'
import type { OwnLane } from '../../core/contract/topics.ts'
import type { Clock } from '../../platform/clock.ts'
import type { Log } from '../../platform/log.ts'
import type { MqttAccess, MqttOptions } from '../../platform/mqtt.ts'
import type { BirthDevice } from './births.ts'
import type { DatingOf } from './redate.ts'
import { UplinkLoop } from './uplink-loop.ts'
import type { CommittedReadings, UplinkStore } from './uplink-store.ts'

/** A lane of another part of the gateway over the uplink's connection. */
export interface FurtherLane {
  /** What it hears; all commands of the site where it is `command`. */
  readonly hears: OwnLane | 'command'
  /** Throws `message/malformed` for what it refuses. */
  hear(payload: Uint8Array): void
  /** Told of every receipt that was not forged. */
  receipted?(receipt: Receipt): void
  /**
   * Runs on each connection when the lane is heard, and before the births: they wait for it, so it must not take long. It may go on to
   * use `say` until `signal` aborts; `say` throws `mqtt/refused` after that.
   */
  connected?(say: Say, signal: AbortSignal): Promise<void>
}

/** Publishes on a lane of this site, or of one command, at QoS 1; resolves when the broker has it. Throws `mqtt/refused`. */
export type Say = (
  to: OwnLane | { readonly command: string },
  text: string,
  options?: { readonly retain?: boolean },
) => Promise<void>

export interface UplinkOptions {
  readonly group: string
  readonly site: string
  /** What the site is at the time of a birth. */
  readonly about: () => SiteAbout
  readonly devices: readonly BirthDevice[]
  readonly access: MqttAccess
  /** Say births only while the control room is there, as it tells by its STATE. */
  readonly primaryHost: boolean
  /** Most that pictures, trends and ranges may take, bit a second; null = all. */
  readonly bitRate: number | null
  readonly store: UplinkStore
  readonly datingOf: DatingOf
  readonly lanes?: readonly FurtherLane[]
  /** Stamps messages. Resends and pauses run by the system's clock, whatever speed this one has. */
  readonly clock: Clock
  readonly log: Log
  readonly health: () => GatewayHealth
  readonly timing?: Partial<UplinkTiming>
  readonly mqtt?: Pick<MqttOptions, 'keepaliveS' | 'pauseMs' | 'chance'>
}

/** Milliseconds of real time. */
export interface UplinkTiming {
  readonly healthEveryMs: number
  readonly alarmResendMs: number
  readonly evidenceResendMs: number
  /** Readings are closed into a range when they are so old, with a connection and without. */
  readonly rangeMs: number
  readonly rangeAloneMs: number
  /** A device of which nothing is heard for so long is told dead: a lost round or a cable plugged anew is no death. */
  readonly goneAfterMs: number
  /** Between two looks at what time alone brings about. */
  readonly tickMs: number
}

const TIMING: UplinkTiming = {
  healthEveryMs: 10_000,
  alarmResendMs: 10_000,
  evidenceResendMs: 20_000,
  rangeMs: 60_000,
  rangeAloneMs: 600_000,
  goneAfterMs: 60_000,
  tickMs: 1_000,
}

/** What an uplink has done since it was built. */
export interface UplinkCounts {
  /** Links the control room has taken, refused for good, and put off. */
  readonly accepted: number
  readonly rejected: number
  readonly kept: number
  /** Batches not sent live because the line was full. */
  readonly heldBack: number
  /** Messages that were refused, by kind. */
  readonly refused: ReadonlyMap<string, number>
}

/** The gateway's way to the control room: Sparkplug telemetry and the lanes of its own over one connection. */
export interface Uplink {
  /** Takes notice of a commit: live readings go out at once, alarms and pictures are queued. Quick, never throws. */
  committed(committed: CommittedReadings, transitions: readonly AlarmTransition[]): void
  /** The site or its devices are others from here on: the births are told again, with what was read last of devices that stay. */
  changed(devices: readonly BirthDevice[]): void
  counts(): UplinkCounts
  /** Connects, sends and hears receipts until `signal` aborts; then says NDEATH and disconnects. */
  run(signal: AbortSignal): Promise<void>
}

/** Builds the uplink; nothing is sent before `run`. What waits in the store from an earlier run is sent first. */
export function openUplink(options: UplinkOptions): Uplink {
  return new UplinkLoop(options, { ...TIMING, ...options.timing })
}
