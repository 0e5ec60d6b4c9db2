import type { z } from 'zod'
import type { Medium, NoticeMessage } from '../../core/contract/notice.ts'
import type { UtcMs } from '../../core/contract/time.ts'
import type { Clock } from '../clock.ts'
import type { Log } from '../log.ts'
import type { WatchLine } from '../watch-line/client.ts'
import { missingSecrets, type SecretNeed } from './secret-need.ts'
import type { Subscriptions } from './subscriptions.ts'

/** Something wrong with a channel's parameters or with an address, at its place below them. */
export interface ParameterFault {
  readonly path: readonly (string | number)[]
  readonly message: string
}

/** What a provider lets through one account of it. */
export interface Budget {
  /** Messages in any `perMs`. null = as many as one wants. */
  readonly most: number | null
  readonly perMs: number
  /** Of these, kept free for red (E14). */
  readonly reserved: number
  /** How long the provider takes nothing after it was asked too often. */
  readonly penaltyMs: number
}

/** What a provider says when it has taken a message: its own words, shortened, and what its delivery report will refer to. */
export interface Handed {
  readonly answer: string
  readonly ref?: string
}

/** What came back later: a delivery report, or a person's answer. */
export type Heard =
  /** `ref` as in `Handed`. */
  | { readonly kind: 'delivered' | 'undelivered'; readonly ref: string; readonly answer: string }
  /** Settles when the owner has it durably: only then does the channel forget it. */
  | {
      readonly kind: 'reply'
      /** The same each time the same reply is handed over; without it, sender and words are. */
      readonly key?: string
      readonly from: string
      readonly text: string
      readonly medium: Medium
    }

/**
 * Whom a refusal is about, as `why` in its facts: `address` or `number` = this receiver, `text` = this message; everything else
 * is the channel's own trouble: `account` (key, signature, rights), `no-credit`, and what a modem says.
 */
export type RefusedWhy = 'address' | 'number' | 'text' | 'account' | 'no-credit'

/** What a provider POSTs to us about what it was given. */
export interface Callback {
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string | undefined>>
  readonly query: Readonly<Record<string, string | undefined>>
  /** As it came: signatures are over the bytes. */
  readonly body: string
  readonly at: UtcMs
}

/** What came of a callback. `answer` is what the provider wants to read before it believes that we have it. */
export type Reported =
  | { readonly is: 'heard'; readonly what: readonly Heard[]; readonly answer: Readonly<Record<string, unknown>> }
  /** Not from who has the secret, or not as it should be. Nothing of it may be believed. */
  | { readonly is: 'refused'; readonly why: string }

/** A channel that is open: one account at one provider, one mail server, one modem. */
export interface OpenChannel {
  /**
   * Hands a message over for `address`. Resolves only when the provider has taken it: HTTP 200 is no proof, its body is read. Throws
   * `notify/temporary` (trying again can help), `notify/throttled` (not for `penaltyMs` of its facts; with `perAddress` only this
   * receiver has had too many), `notify/refused` (never; see RefusedWhy).
   */
  send(message: NoticeMessage, address: string, signal: AbortSignal): Promise<Handed>
  /** Asks whether it stands without bothering anybody, where that can be asked; throws as `send` does. */
  probe?(signal: AbortSignal): Promise<{ readonly answer: string; readonly signalDbm?: number }>
  /** Follows what comes back until `signal` aborts; only where something can. */
  listen?(heard: (what: Heard) => Promise<void>, signal: AbortSignal): Promise<void>
  /** Reads what the provider POSTs to `/api/channels/<id>/report`; only where it can prove that it is the provider. */
  report?(callback: Callback): Reported
  /** What its account lets through, where only the configuration beside the channel says so. */
  budget?(): Budget
  close?(): Promise<void>
}

/** Sounds outputs at sites by their gateways. */
export interface SiteSounds {
  /** Resolves when the gateway has seen the output sound. Throws as `OpenChannel.send` does. */
  sound(
    ask: {
      readonly site: string
      readonly output: string
      readonly seconds: number
      readonly occurrence: string | null
      readonly by: string
    },
    signal: AbortSignal,
  ): Promise<string>
}

/** What a channel is opened with. */
export interface ChannelDeps {
  /** Id of the channel, for messages about it. */
  readonly id: string
  /** Folder that relative paths of the configuration count from. */
  readonly baseFolder: string
  /** Where the control room keeps what is its own, such as the keys of push messages. */
  readonly folder: string
  /** To the watchman, for what goes over its modem; without one such a channel is down. */
  readonly line?: WatchLine
  /** Browsers that asked for push messages; without them such a channel refuses every message. */
  readonly subscriptions?: Subscriptions
  /** The gateways' sirens; without them such a channel is down. */
  readonly sites?: SiteSounds
  /** The time of the network, which signatures carry; also where the county's own time is played faster. */
  readonly clock: Clock
  readonly log: Log
}

/** What a file in this folder says of its kind. `params` validates the channel in `control.yaml`, `address` a person's contact. */
export interface NotifierDefinition<P> {
  readonly kind: string
  readonly medium: Medium
  readonly params: z.ZodType<P>
  readonly address: z.ZodType<string>
  budget(params: P): Budget
  /** Most bytes of text in one message; more is shortened by `short`, or told in several. */
  readonly mostBytes: number
  /** The secrets it needs, so that missing ones are told with all other faults. */
  secrets?(params: P): readonly SecretNeed[]
  /** Throws `config/invalid` for a secret that is not there. Does not wait for the provider. */
  open(params: P, deps: ChannelDeps): OpenChannel
}

/** One kind of channel. */
export interface Notifier {
  readonly kind: string
  readonly medium: Medium
  readonly mostBytes: number
  /** Every fault of a channel's parameters and of the secrets they name; empty = they can be used. */
  check(params: unknown, baseFolder?: string): readonly ParameterFault[]
  /** Every fault of an address. */
  checkAddress(address: string): readonly ParameterFault[]
  /** Both only for parameters without faults. */
  budget(params: unknown): Budget
  open(params: unknown, deps: ChannelDeps): OpenChannel
}

/** A notifier from its definition. */
export function defineNotifier<P>(definition: NotifierDefinition<P>): Notifier {
  const { kind, medium, mostBytes, params: schema } = definition
  return {
    ...{ kind, medium, mostBytes },
    check: (params, baseFolder = '.') => {
      const parsed = schema.safeParse(params)
      if (!parsed.success) return faultsOf(parsed)
      return missingSecrets(definition.secrets?.(parsed.data) ?? [], baseFolder)
    },
    checkAddress: (address) => faultsOf(definition.address.safeParse(address)),
    budget: (params) => definition.budget(schema.parse(params)),
    open: (params, deps) => definition.open(schema.parse(params), deps),
  }
}

function faultsOf(parsed: z.ZodSafeParseResult<unknown>): readonly ParameterFault[] {
  if (parsed.success) return []
  return parsed.error.issues.flatMap((issue) => {
    const path = issue.path.map((part) => (typeof part === 'symbol' ? String(part) : part))
    if (issue.code !== 'unrecognized_keys') return [{ path, message: issue.message }]
    return issue.keys.map((key) => ({ path: [...path, key], message: 'expected no such key' }))
  })
}

/** A receiver's answer on one line, at most 200 characters. */
export function shortened(answer: string): string {
  const line = answer.replaceAll(/\s+/g, ' ').trim()
  return line.length <= 200 ? line : `${line.slice(0, 199)}…`
}
