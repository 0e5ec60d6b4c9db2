import type { RecordedEvent } from '../../core/decode/bus-recording.ts'

/** One byte of a transaction id inside an event's bytes. */
export interface Patch {
  readonly at: number
  readonly half: 'high' | 'low'
  /** The recorded id. */
  readonly id: number
}

const HEADER_BYTES = 6
const MAX_LENGTH = 254

interface Place {
  readonly index: number
  readonly at: number
  readonly byte: number
}

/**
 * Where transaction ids stand in what came in over Modbus/TCP, by the event's place in the recording. A stream that is not
 * Modbus/TCP any more is left as it is until the next connection.
 */
export function messagesOf(events: readonly RecordedEvent[]): ReadonlyMap<number, readonly Patch[]> {
  const found = new Map<number, Patch[]>()
  let stream: Place[] = []
  const end = () => {
    for (const { index, ...patch } of patchesOf(stream)) found.set(index, [...(found.get(index) ?? []), patch])
    stream = []
  }
  for (const [index, event] of events.entries()) {
    if (event.kind === 'opened') end()
    if (event.kind === 'in') for (const [at, byte] of event.bytes.entries()) stream.push({ index, at, byte })
  }
  end()
  return found
}

function patchesOf(stream: readonly Place[]): readonly (Patch & { readonly index: number })[] {
  const patches: (Patch & { readonly index: number })[] = []
  const word = (at: number) => ((stream[at]?.byte ?? 0) << 8) | (stream[at + 1]?.byte ?? 0)
  for (let start = 0; start + HEADER_BYTES <= stream.length;) {
    const [high, low] = [stream[start], stream[start + 1]]
    const length = word(start + 4)
    if (high === undefined || low === undefined || word(start + 2) !== 0 || length < 2 || length > MAX_LENGTH) break
    const id = word(start)
    patches.push(
      { index: high.index, at: high.at, half: 'high', id },
      { index: low.index, at: low.at, half: 'low', id },
    )
    start += HEADER_BYTES + length
  }
  return patches
}
