import fc from 'fast-check'
import type { Dlt645Answer, Dlt645Request } from '../../../core/decode/dlt645.ts'

/** An exchange as it may happen: a request, and what a meter may say to it. */
export interface Exchange {
  readonly request: Dlt645Request
  readonly answer: Dlt645Answer
}

const digits = (count: number) => fc.stringMatching(new RegExp(`^[0-9]{${count}}$`))
export const anyAddress = digits(12)
const anyItem = fc.stringMatching(/^[0-9A-F]{8}$/)

export const anyRequest: fc.Arbitrary<Dlt645Request> = fc.oneof(
  fc.record({ kind: fc.constant('read' as const), address: anyAddress, item: anyItem }),
  fc.record({
    kind: fc.constant('next' as const),
    address: anyAddress,
    item: anyItem,
    sequence: fc.integer({ min: 1, max: 255 }),
  }),
  fc.constant({ kind: 'address' as const }),
)

/** Any request with any answer that fits it. */
export const anyExchange: fc.Arbitrary<Exchange> = fc
  .tuple(
    anyRequest,
    anyAddress,
    fc.uint8Array({ maxLength: 195 }),
    fc.boolean(),
    fc.nat({ max: 255 }),
    fc.nat({ max: 9 }),
  )
  .map(([request, own, data, more, error, chance]): Exchange => {
    if (request.kind === 'address') return { request, answer: { kind: 'address', address: own } }
    const { address } = request
    if (chance === 0) return { request, answer: { kind: 'refused', address, error } }
    return { request, answer: { kind: 'data', address, data, more } }
  })

/** The frame a meter would send, built from the standard's tables and not by the codec. */
export function replyFrame(request: Dlt645Request, answer: Dlt645Answer): Uint8Array {
  const backwards = (text: string) => (text.match(/../g) ?? []).reverse().map((pair) => Number.parseInt(pair, 16))
  const code = { read: 0x91, next: 0x92, address: 0x93 }[request.kind]
  const item = request.kind === 'address' ? [] : backwards(request.item)
  const sequence = request.kind === 'next' ? [request.sequence] : []
  const [control, data] =
    answer.kind === 'address'
      ? [code, backwards(answer.address)]
      : answer.kind === 'refused'
        ? [code + 0x40, [answer.error]]
        : [answer.more ? code + 0x20 : code, [...item, ...answer.data, ...sequence]]
  const shifted = data.map((byte) => (byte + 0x33) % 256)
  const body = [0x68, ...backwards(answer.address), 0x68, control, data.length, ...shifted]
  return Uint8Array.from([...body, body.reduce((sum, byte) => sum + byte, 0) % 256, 0x16])
}
