import type { z } from 'zod'
import type { NoticeMessage } from '../../core/contract/http.ts'

/** Something wrong with a channel's parameters, at its place below `with`. */
export interface ParameterFault {
  readonly path: readonly (string | number)[]
  readonly message: string
}

/** One kind of channel a person can be reached through. */
export interface Notifier {
  readonly kind: string
  /** Every fault of a channel's parameters; empty = they can be used. */
  check(params: unknown): readonly ParameterFault[]
  /**
   * Hands the message over and answers with the receiver's own words, shortened. It resolves only when the receiver
   * has taken it. Throws `notify/temporary` (trying again can help) or `notify/refused` (it cannot).
   */
  send(params: unknown, message: NoticeMessage, signal: AbortSignal): Promise<{ readonly answer: string }>
}

/** What a file in this folder says of its kind; `params` validates the configuration of a channel. */
export interface NotifierDefinition<P> {
  readonly kind: string
  readonly params: z.ZodType<P>
  send(params: P, message: NoticeMessage, signal: AbortSignal): Promise<{ readonly answer: string }>
}

/** A notifier from its definition. */
export function defineNotifier<P>(definition: NotifierDefinition<P>): Notifier {
  return {
    kind: definition.kind,
    check: (params) => {
      const parsed = definition.params.safeParse(params)
      if (parsed.success) return []
      return parsed.error.issues.flatMap((issue) => {
        const path = issue.path.map((part) => (typeof part === 'symbol' ? String(part) : part))
        if (issue.code !== 'unrecognized_keys') return [{ path, message: issue.message }]
        return issue.keys.map((key) => ({ path: [...path, key], message: 'expected no such key' }))
      })
    },
    send: async (params, message, signal) => await definition.send(definition.params.parse(params), message, signal),
  }
}

/** A receiver's answer on one line, at most 200 characters. */
export function shortened(answer: string): string {
  const line = answer.replaceAll(/\s+/g, ' ').trim()
  return line.length <= 200 ? line : `${line.slice(0, 199)}…`
}
