/** A message with how it was published. */
export interface TappedMessage {
  readonly topic: string
  readonly payload: Uint8Array
  readonly qos: number
  readonly retain: boolean
}

/** What one MQTT packet says, as far as Sparkplug speaks of it. */
export type Said =
  | {
      readonly kind: 'connect'
      readonly clientId: string
      /** 3 and 4 are MQTT 3.1 and 3.1.1. */
      readonly version: number
      readonly clean: boolean
      /** MQTT 5; 0 when not told. */
      readonly sessionExpiryS: number
      readonly will: TappedMessage | null
    }
  | { readonly kind: 'connack'; readonly accepted: boolean }
  | { readonly kind: 'subscribe'; readonly filters: readonly { readonly filter: string; readonly qos: number }[] }
  | { readonly kind: 'suback' }
  | ({ readonly kind: 'publish'; readonly by: 'node' | 'broker' } & TappedMessage)
  /** 0 for MQTT 3.1.1, which has no reasons. */
  | { readonly kind: 'disconnect'; readonly reason: number }
  /** The TCP connection has ended. */
  | { readonly kind: 'end' }

/** One entry of a timeline. */
export interface Heard {
  /** From 1, in the order they were heard. */
  readonly index: number
  /** ms since the tap began. */
  readonly atMs: number
  /** One number a TCP connection. */
  readonly connection: number
  readonly said: Said
}

/** What a tap has heard. */
export interface Timeline {
  /** `wire`: both directions of each connection; `subscriber`: only what the broker delivers to one. */
  readonly tap: 'wire' | 'subscriber'
  /** Wall time at the beginning, ms since 1970. */
  readonly beganAt: number
  readonly heard: readonly Heard[]
  /** How long it listened, ms. */
  readonly lastedMs: number
}
