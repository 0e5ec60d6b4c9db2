import type { ModbusAnswer } from '../../core/decode/modbus-request.ts'
import { beginsMessage, holdsMessage, type IsOurs, scanTcp, type TcpMessage } from '../../core/decode/modbus-tcp.ts'

/** What a stream that is looked at is held against. */
export interface StreamView<Q> {
  /** All bytes that belong to no message yet. */
  readonly seen: Uint8Array
  /** So many of them had come before the last ones. */
  readonly begun: number
  /** Questions that have no answer at all. */
  readonly open: number
  /** Whether an answer with these ids may come. */
  readonly isOurs: IsOurs
  /** The question a message answers, and with what; null when it answers none. */
  readonly match: (message: TcpMessage) => Match<Q> | null
  /** Whether a question is to be told of a second answer to it. */
  readonly takesTwo: (question: Q) => boolean
}

export interface Match<Q> {
  readonly question: Q
  readonly answer: ModbusAnswer
}

/** A message that answers a question. */
export interface Hit<Q> extends Match<Q> {
  readonly pdu: Uint8Array
  /** Whether its bytes did not come all at once. */
  readonly isPieced: boolean
}

/** What the bytes of a stream come to. */
export interface Looked<Q> {
  readonly hits: readonly Hit<Q>[]
  /** Messages that answer nothing. */
  readonly strays: readonly TcpMessage[]
  readonly strayBytes: number
  /** Where the last whole message ends. */
  readonly end: number
  /** Why the stream can no longer be followed, or null. */
  readonly fault: string | null
}

/** Looks at all whole messages. None of them counts before it is known that each ended where it said it would. */
export function lookThrough<Q>({ seen, begun, open, isOurs, match, takesTwo }: StreamView<Q>): Looked<Q> {
  const hits: Hit<Q>[] = []
  const strays: TcpMessage[] = []
  let strayBytes = 0
  let end = 0
  const come = (fault: string | null) => ({ hits, strays, strayBytes, end, fault })
  if (begun > 0 && beginsMessage(seen, begun, isOurs)) {
    return come('a message began before the one before it had ended')
  }
  for (;;) {
    const scan = scanTcp(seen, end)
    if (scan.kind === 'malformed') return come(scan.why)
    if (scan.kind === 'incomplete') break
    const { message } = scan
    const found = match(message)
    const isOneTooMany =
      found !== null && !takesTwo(found.question) && hits.some(({ question }) => question === found.question)
    if (found !== null && !isOneTooMany) {
      if (holdsMessage(message.pdu, isOurs)) return come('a message was cut short and filled up by the next one')
      hits.push({ ...found, pdu: message.pdu, isPieced: end < begun })
    } else {
      strayBytes += scan.end - end
      strays.push(message)
    }
    end = scan.end
  }
  const isSurplus = end < seen.length && open > 0 && hits.length >= open
  return come(isSurplus ? 'more came behind the answer than was asked for' : null)
}
