import type { ReasonCode } from '../../../core/contract/reading.ts'
import {
  type Dlt645Answer,
  type Dlt645Request,
  encodeDlt645,
  FRAME_BYTES,
  ITEM_BYTES,
  MAX_DATA,
  scanDlt645,
} from '../../../core/decode/dlt645.ts'
import { isHouseError } from '../../../core/kit/errors.ts'
import type { Asking, FieldBus, Question } from '../../link/field-bus.ts'

/** What came of asking a meter for an item. `lost`: the line is not there, so nobody was asked. */
export type Outcome =
  | { readonly kind: 'data'; readonly data: Uint8Array }
  /** `error` is the meter's error word. */
  | { readonly kind: 'refused'; readonly error: number }
  | { readonly kind: 'missed'; readonly reason: Extract<ReasonCode, 'timeout' | 'malformed'> }
  | { readonly kind: 'lost' }

/** One item of one meter. */
export interface ItemQuestion extends Asking {
  /** 12 digits. */
  readonly address: string
  readonly item: string
  /** Bytes of the item where they are known, so that its time on the wire is. */
  readonly bytes?: number
}

const PREAMBLE_BYTES = 4
/** Frames of the longest item that is followed to its end; no table of the standard comes near. */
const MOST_FRAMES = 32

/** Whose turn a question to this meter takes. */
export function stationOf(address: string): string {
  return `dlt645/${address}`
}

/** A request as the bus asks it. `bytes` is the longest data the answer may carry, without the item's name. */
export function dlt645Question(
  request: Dlt645Request,
  station: string,
  bytes: number = MAX_DATA - ITEM_BYTES,
): Question<Dlt645Answer> {
  return {
    station,
    frame: encodeDlt645(request),
    answerBytes: PREAMBLE_BYTES + FRAME_BYTES + ITEM_BYTES + bytes,
    find: (seen) => {
      const scan = scanDlt645(seen, request)
      return scan.kind === 'nothing' ? null : scan
    },
  }
}

/** Reads an item, all of its frames. Throws only the signal's reason, or what is a fault of our own. */
export async function askItem(
  bus: Pick<FieldBus, 'ask'>,
  { address, item, bytes, ...asking }: ItemQuestion,
  signal: AbortSignal,
): Promise<Outcome> {
  const ask = (request: Dlt645Request) => bus.ask(dlt645Question(request, stationOf(address), bytes), asking, signal)
  const parts: Uint8Array[] = []
  try {
    let answer = await ask({ kind: 'read', address, item })
    for (let sequence = 1; answer.kind === 'data'; sequence += 1) {
      parts.push(answer.data)
      if (!answer.more) return { kind: 'data', data: Uint8Array.from(parts.flatMap((part) => [...part])) }
      if (sequence >= MOST_FRAMES) break
      answer = await ask({ kind: 'next', address, item, sequence })
    }
    return answer.kind === 'refused' ? answer : { kind: 'missed', reason: 'malformed' }
  } catch (error) {
    return missed(error, signal)
  }
}

/** The address of the only meter on a line; null when none answers, or more than one. Throws as `askItem` does. */
export async function askAddress(
  bus: Pick<FieldBus, 'ask'>,
  { station, ...asking }: Asking & { readonly station: string },
  signal: AbortSignal,
): Promise<string | null> {
  try {
    return (await bus.ask(dlt645Question({ kind: 'address' }, station), asking, signal)).address
  } catch (error) {
    missed(error, signal)
    return null
  }
}

function missed(error: unknown, signal: AbortSignal): Outcome {
  signal.throwIfAborted()
  if (isHouseError(error, 'link/timeout')) return { kind: 'missed', reason: 'timeout' }
  if (isHouseError(error, 'modbus/malformed')) return { kind: 'missed', reason: 'malformed' }
  if (isHouseError(error, 'link/down', 'link/busy')) return { kind: 'lost' }
  throw error
}
