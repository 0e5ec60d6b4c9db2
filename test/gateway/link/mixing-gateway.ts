import { encodeTcp, type TcpMessage } from '../../../core/decode/modbus-tcp.ts'
import { join } from '../../core/decode/modbus-arbitraries.ts'
import { type MemoryGateway, trueAnswer } from './memory-gateway.ts'
import { TIMEOUT_MS } from './tcp-bench.ts'

/** Answers late, twice, cut short, in pieces, with another header, or with something else in front. */
export function mix(
  question: TcpMessage,
  gateway: MemoryGateway,
  how: { chance: (below: number) => number; copiesUnit: boolean },
): void {
  const { chance, copiesUnit } = how
  const whole = trueAnswer(question)
  const { pdu } = messageOf(whole)
  // Where whole headers are copied there must be lengths left that no unit owes an answer of.
  const fault = chance(copiesUnit ? 150 : 60)
  const lateMs = 2 + (fault < 8 ? (fault + 1) * chance(TIMEOUT_MS) : chance(40))
  const header = () => (copiesUnit ? gateway.newest : { transaction: gateway.newest.transaction, unit: question.unit })
  const isNewest = chance(2) === 0
  const bytes = () => (isNewest ? encodeTcp({ ...header(), pdu }) : whole)
  switch (fault) {
    case 8:
      return
    case 9:
      gateway.send(bytes, lateMs)
      gateway.send(() => whole, lateMs + chance(8 * TIMEOUT_MS))
      return
    case 10: {
      // The line's own double comes at once, but after the next question.
      const { unit } = question
      gateway.send(bytes, lateMs)
      gateway.send(() => encodeTcp({ transaction: gateway.newest.transaction, unit, pdu }), lateMs + 1)
      return
    }
    case 11:
      gateway.send(() => bytes().slice(0, chance(whole.length)), lateMs)
      return
    case 12:
      gateway.send(() => encodeTcp({ transaction: chance(65_536), unit: question.unit, pdu }), lateMs)
      return
    case 13:
      gateway.send(() => encodeTcp({ transaction: question.transaction, unit: question.unit + 1, pdu }), lateMs)
      return
    case 14:
      gateway.send(() => Uint8Array.from({ length: 1 + chance(20) }, () => chance(256)), lateMs)
      return
    case 15:
      for (const [index, byte] of whole.entries()) gateway.send(() => Uint8Array.of(byte), lateMs + index)
      return
    case 16:
      gateway.send(() => join(bytes(), bytes()), lateMs)
      return
    case 17:
      gateway.send(() => encodeTcp({ ...header(), pdu: Uint8Array.of(0x83, 10 + chance(2)) }), lateMs)
      gateway.send(bytes, lateMs + chance(3 * TIMEOUT_MS))
      return
    default:
      gateway.send(bytes, lateMs)
  }
}

export function messageOf(bytes: Uint8Array): TcpMessage {
  return { transaction: (bytes[0]! << 8) | bytes[1]!, unit: bytes[6]!, pdu: bytes.slice(7) }
}

/** Whole numbers below a limit, always the same ones for one seed. */
export function seeded(seed: number): (below: number) => number {
  let state = seed
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return Math.floor((state / 2 ** 32) * below)
  }
}
