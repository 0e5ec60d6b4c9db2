import type { z } from 'zod'
import type { Medium, NoticeMessage } from '../../core/contract/notice.ts'
import type { Clock } from '../clock.ts'
import type { Log } from '../log.ts'

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
  | { readonly kind: 'reply'; readonly from: string; readonly text: string; readonly medium: Medium }

/** A channel that is open: one account at one provider, one mail server, one modem. */
export interface OpenChannel {
  /**
   * Hands a message over for `address`. Resolves only when the provider has taken it: HTTP 200 is no proof, its body is read. Throws
   * `notify/temporary` (trying again can help), `notify/throttled` (not for `penaltyMs` of its facts), `notify/refused` (never).
   */
  send(message: NoticeMessage, address: string, signal: AbortSignal): Promise<Handed>
  /** Asks whether it stands without bothering anybody, where that can be asked; throws as `send` does. */
  probe?(signal: AbortSignal): Promise<{ readonly answer: string; readonly signalDbm?: number }>
  /** Follows what comes back until `signal` aborts; only where something can. */
  listen?(heard: (what: Heard) => Promise<void>, signal: AbortSignal): Promise<void>
  close?(): Promise<void>
}

/** What a channel is opened with. */
export interface ChannelDeps {
  /** Id of the channel, for messages about it. */
  readonly id: string
  /** Folder that relative paths of the configuration count from. */
  readonly baseFolder: string
  /** Where the control room keeps what is its own, such as the keys of push messages. */
  readonly folder: string
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
  /** Throws `config/invalid` for a secret that is not there. Does not wait for the provider. */
  open(params: P, deps: ChannelDeps): OpenChannel
}

/** One kind of channel. */
export interface Notifier {
  readonly kind: string
  readonly medium: Medium
  readonly mostBytes: number
  /** Every fault of a channel's parameters; empty = they can be used. */
  check(params: unknown): readonly ParameterFault[]
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
    check: (params) => faultsOf(schema.safeParse(params)),
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
