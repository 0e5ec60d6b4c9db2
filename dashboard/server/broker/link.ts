/** A message that came over MQTT. */
export interface BrokerMessage {
  readonly topic: string
  readonly payload: Uint8Array
}

export interface BrokerPublish {
  readonly qos?: 0 | 1
  readonly retain?: boolean
}

/** What the control room wants of a broker it speaks through. */
export interface BrokerListener {
  /** Topic filters to hear. */
  readonly filters: readonly string[]
  /** Must be quick and must not throw. */
  readonly onMessage: (message: BrokerMessage) => void
  /** Called whenever messages can flow, at first and after each loss, with the way to publish on the new connection. */
  readonly onConnected: (publish: BrokerLink['publish']) => Promise<void>
}

/** The control room's place at an MQTT broker: its own inside this program, or one elsewhere. */
export interface BrokerLink {
  /** Where gateways connect, such as mqtt://127.0.0.1:1883. */
  readonly url: string
  isConnected(): boolean
  /** Throws `mqtt/refused` when the broker cannot be reached now. */
  readonly publish: (topic: string, payload: Uint8Array | string, how?: BrokerPublish) => Promise<void>
  close(): Promise<void>
}
