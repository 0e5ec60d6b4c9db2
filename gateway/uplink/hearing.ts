import { Receipt } from '../../core/contract/lanes.ts'
import { topicOf } from '../../core/contract/topics.ts'
import { HouseError, isHouseError, messageOf } from '../../core/kit/errors.ts'
import { hostStateTopic, type HostState, readHostState } from '../../platform/host-state.ts'
import type { Log } from '../../platform/log.ts'
import type { MqttMessage } from '../../platform/mqtt.ts'
import { decodePayload } from '../../platform/sparkplug.ts'
import { isRebirthCommand } from '../../platform/telemetry.ts'

/** What may be said to a gateway. Each may throw `message/malformed` for what it refuses. */
export interface Ears {
  readonly rebirth: () => void
  readonly receipt: (receipt: Receipt) => void
  readonly host: (state: HostState) => void
  /** Messages of the lanes that are heard for other parts, by lane. */
  readonly lanes: ReadonlyMap<string, (payload: Uint8Array) => void>
}

/** Reads what comes over the line, and counts what is refused by what it was. */
export class Hearing {
  readonly #ears: Ears
  readonly #hostTopic: string
  readonly #log: Log
  readonly #refused = new Map<string, number>()

  constructor(ears: Ears, { group, log }: { readonly group: string; readonly log: Log }) {
    this.#ears = ears
    this.#hostTopic = hostStateTopic(group)
    this.#log = log
  }

  /** How many messages were refused, by kind. */
  get refused(): ReadonlyMap<string, number> {
    return this.#refused
  }

  /** Never throws `message/malformed`. */
  hear(message: MqttMessage): void {
    try {
      this.#heed(message)
    } catch (error) {
      this.#refuse(message.topic, error)
    }
  }

  #heed({ topic, payload }: MqttMessage): void {
    if (topic === this.#hostTopic) {
      this.#ears.host(readHostState(payload))
      return
    }
    const known = topicOf(topic)
    if (known?.kind === 'sparkplug-node' && known.type === 'NCMD') {
      if (isRebirthCommand(decodePayload(payload))) this.#ears.rebirth()
    } else if (known?.kind === 'sparkplug-device' && known.type === 'DCMD') {
      throw refusal('command to a device', 'this gateway writes to no device')
    } else if (known?.kind === 'receipt') this.#ears.receipt(receiptIn(payload))
    else {
      const lane = known === null ? undefined : this.#ears.lanes.get(known.kind)
      if (lane === undefined) throw refusal('alien topic', 'nothing is heard on this topic')
      lane(payload)
    }
  }

  #refuse(topic: string, error: unknown): void {
    const named = isHouseError(error) ? error.facts.refused : null
    const kind = typeof named === 'string' ? named : 'malformed message'
    const before = this.#refused.get(kind) ?? 0
    this.#refused.set(kind, before + 1)
    if (before > 0) return
    this.#log.warn(
      { code: 'message/malformed', topic, why: messageOf(error) },
      `${kind} refused; further ones are only counted`,
    )
  }
}

function receiptIn(payload: Uint8Array): Receipt {
  return Receipt.parse(JSON.parse(Buffer.from(payload).toString('utf8')))
}

function refusal(kind: string, why: string): HouseError {
  return new HouseError('message/malformed', why, { refused: kind })
}
