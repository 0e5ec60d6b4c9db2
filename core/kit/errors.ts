/**
 * Every error Pitwatch raises on purpose. Codes are words and never change their meaning; `retry` says whether doing the
 * same again later can help.
 */
export const ERROR_CODES = {
  'config/invalid': { retry: false, about: 'A configuration file has faults; all of them are listed.' },
  'config/unreadable': { retry: false, about: 'A configuration file is missing or cannot be read.' },
  'link/timeout': { retry: true, about: 'A device gave no answer in time.' },
  'link/down': { retry: true, about: 'The serial port or connection is not there.' },
  'link/busy': { retry: true, about: 'Another program owns the bus.' },
  'modbus/malformed': { retry: true, about: 'An answer came that is no answer to the request.' },
  'camera/refused': { retry: true, about: 'The camera refused the request, for example its password.' },
  'store/failed': { retry: true, about: 'The store could not be read or written.' },
  'store/newer': { retry: false, about: 'The store was written by a newer version of Pitwatch.' },
  'rules/failed': {
    retry: false,
    about: 'A rule could not judge what came; the rules began anew, with their alarms as they were.',
  },
  'mqtt/refused': { retry: true, about: 'The broker refused the connection or a message.' },
  'identity/invalid': {
    retry: false,
    about: 'A key, certificate or enrolment token is missing, out of date, or does not fit.',
  },
  'message/malformed': { retry: false, about: 'A received message does not follow its schema.' },
  'history/unavailable': { retry: true, about: 'The history (InfluxDB or embedded) does not answer.' },
  'notify/temporary': { retry: true, about: 'A receiver could not take a message now.' },
  'notify/throttled': {
    retry: true,
    about: 'A provider takes no more messages for a while; what waits goes another way.',
  },
  'notify/refused': { retry: false, about: 'A receiver refused a message for good.' },
  'http/unauthenticated': { retry: false, about: 'No valid session or token came with the request.' },
  'http/forbidden': { retry: false, about: 'This user may not do that.' },
  'http/locked': {
    retry: false,
    about: 'Nobody did anything in this session for a while; it wants its password again.',
  },
  'http/second-factor': { retry: false, about: 'A code of the second factor is missing, wrong, or was used before.' },
  'http/no-second-factor': { retry: false, about: 'That needs a second factor, and this user has set up none.' },
  'http/not-found': { retry: false, about: 'There is no such thing.' },
  'http/invalid': { retry: false, about: 'The request does not follow its schema.' },
  'http/conflict': { retry: false, about: 'The thing has changed in the meantime, or is not in a state for that.' },
  'http/too-many': { retry: true, about: 'Too many attempts; wait before the next.' },
} as const satisfies Record<string, { retry: boolean; about: string }>

export type ErrorCode = keyof typeof ERROR_CODES

export type ErrorFacts = Readonly<Record<string, string | number | boolean | null>>

/** An error with a code. The message says what was expected, what came, and what to do where that is known. */
export class HouseError extends Error {
  readonly code: ErrorCode
  readonly facts: ErrorFacts

  constructor(code: ErrorCode, message: string, facts: ErrorFacts = {}, cause?: unknown) {
    super(message, cause === undefined ? {} : { cause })
    this.name = 'HouseError'
    this.code = code
    this.facts = facts
  }

  /** Whether doing the same again later can help. */
  get retry(): boolean {
    return ERROR_CODES[this.code].retry
  }
}

/** True for a HouseError, of any of `codes` where some are given. */
export function isHouseError(error: unknown, ...codes: readonly ErrorCode[]): error is HouseError {
  return error instanceof HouseError && (codes.length === 0 || codes.includes(error.code))
}

/** The message of anything that was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
