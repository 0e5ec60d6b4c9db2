import type { UtcMs } from '../../core/contract/time.ts'

/** A text to be sent. */
export interface OutgoingText {
  /** The owner's own name for it, 1–64 characters; a delivery report is told under it. */
  readonly id: string
  /** International with a leading +, or as it is dialled in the country; digits only besides. */
  readonly to: string
  /** 1 character to as much as fits into 10 parts (670 characters with Chinese, 1,530 without). */
  readonly text: string
}

/** A text the network has taken: every part of it. What is still awaited of it can be written down as it is. */
export interface SentText {
  readonly id: string
  readonly to: string
  /** The reference of each part (0–255), in order; the network counts them round and round. */
  readonly refs: readonly number[]
  /** When the last part was taken. */
  readonly at: UtcMs
}

/** What became of a text after the network had taken it. */
export interface DeliveryReport {
  readonly id: string
  readonly to: string
  /** `delivered`: every part is on the phone. `failed`: one part will never be. */
  readonly outcome: 'delivered' | 'failed'
  /** TP-Status of the part that decided. (3GPP TS 23.040 §9.2.3.15) */
  readonly status: number
  /** When the service centre delivered that part or gave up, by its clock. */
  readonly at: UtcMs
}

/** A text that came. */
export interface IncomingText {
  /**
   * The same for the same message each time it is handed over. It is handed over again when the program ended between
   * the owner's word and the deletion: the owner takes each key once.
   */
  readonly key: string
  /** International with a leading + where the network says so; letters for senders that have a name. */
  readonly from: string
  readonly text: string
  /** When the service centre took it, by its clock. */
  readonly sentAt: UtcMs
  /** False when parts of it did not come in time; `text` then has … in their place. */
  readonly isWhole: boolean
}

/** A stored message that is no text a person wrote: a settings message, or bytes that follow no standard. */
export interface UnreadableText {
  readonly key: string
  /** As the modem gave it, in hex. */
  readonly pdu: string
  readonly why: string
}

/**
 * Who has the modem. Each function is called for one thing at a time, and waited for. One that rejects is called again with
 * the same thing later.
 */
export interface ModemOwner {
  /** Resolves once the text is stored for good: only then is it deleted from the SIM. */
  incoming(text: IncomingText): Promise<void>
  /** Resolves once that is written down: only then is it deleted from the SIM. */
  unreadable(text: UnreadableText): Promise<void>
  /** Never called before `send` of that text has answered. */
  reported(report: DeliveryReport): Promise<void>
  /** Called at each change of what `health` says, at most once per poll otherwise. Must not throw. */
  changed(health: ModemHealth): void
}

/**
 * `starting`: being set up · `ready`: in the network · `searching`: set up, no network · `no-sim`: no SIM, or one that cannot be
 * used · `pin-wrong`: the SIM wants a PIN that was not given, is wrong, or may not be tried any more · `no-answer`: the port is
 * there, the modem says nothing · `gone`: no such port, or another program has it.
 */
export type ModemState = 'starting' | 'ready' | 'searching' | 'no-sim' | 'pin-wrong' | 'no-answer' | 'gone'

/** How the modem is, as it was seen last. */
export interface ModemHealth {
  readonly state: ModemState
  /** Since when it is in that state. */
  readonly since: UtcMs
  /** Maker and model in the modem's own words; `SIMULATED` for a simulated one. Empty until it has answered. */
  readonly model: string
  readonly operator: string | null
  /** Received signal strength, −113…−51. */
  readonly signalDbm: number | null
  /** Places for stored messages; nothing comes in any more when all are used. */
  readonly storage: { readonly used: number; readonly total: number } | null
  /** Whether the modem tells of deliveries; where it does not, nothing is ever DELIVERED. */
  readonly tellsDelivery: boolean
  /** Why the last text or the last start failed; null after the next that did not. */
  readonly lastError: { readonly at: UtcMs; readonly why: ModemWhy; readonly message: string } | null
}

/**
 * The word `why` in the facts of an error, for the lamp and for choosing another way.
 *
 * Temporary (`notify/temporary`): `no-modem`, `no-network`, `no-answer` (facts.mayBeSent: it may have gone out all the same),
 * `sim`, `network` (congestion, receiver's service out of order), `memory`, `unknown`.
 * For good (`notify/refused`): `no-credit` (the operator does not let this SIM send), `number`, `text`, `service-centre`.
 */
export type ModemWhy =
  | 'no-modem'
  | 'no-network'
  | 'no-answer'
  | 'sim'
  | 'network'
  | 'memory'
  | 'unknown'
  | 'no-credit'
  | 'number'
  | 'text'
  | 'service-centre'

/** How long a call may take. */
export interface CallOptions {
  /** How long it may ring, in ms. */
  readonly ringForMs: number
  /** How long digits are listened for once it was answered, in ms; it ends at the first digit. */
  readonly listenForMs: number
}

/** `refused`: declined by the person, or by the network (wrong number, barred). */
export interface CallResult {
  readonly outcome: 'answered' | 'busy' | 'no-answer' | 'refused'
  /** Digits the person pressed, where the modem hears them; empty otherwise. */
  readonly digits: string
}

/**
 * A 4G modem on a serial port: SMS as PDUs with delivery reports, and calls that ring. It has no voice: who answers hears
 * nothing. One text and one call in the hand at a time; whoever asks meanwhile waits, texts before calls.
 */
export interface Modem {
  /**
   * Holds the port until `signal` aborts, through unplugging, silence and reboots. Never rejects for what the modem does.
   * To be called once.
   */
  run(signal: AbortSignal): Promise<void>
  /**
   * Answers when the network has taken every part. Throws `notify/temporary` or `notify/refused` with `ModemWhy`. Where a part
   * had been taken before that, sending the same `id` again completes the same message on the phone.
   */
  send(text: OutgoingText, signal: AbortSignal): Promise<SentText>
  /** Rings a number, listens for a digit when it is answered, and always hangs up. Throws as `send` does. */
  call(to: string, options: CallOptions, signal: AbortSignal): Promise<CallResult>
  health(): ModemHealth
}

/** What a modem is set up with. */
export interface ModemSettings {
  /** PIN of the SIM; null when it has none. Never tried when that could lock the SIM. */
  readonly pin: string | null
  /** Texts sent before this program started whose reports are still awaited. */
  readonly awaiting: readonly SentText[]
}
