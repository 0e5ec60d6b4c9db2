import type { RecordedEvent, Recording } from '../../core/decode/bus-recording.ts'
import { joined } from './framing.ts'
import { messagesOf, type Patch } from './recorded-messages.ts'

/** What the recorded other side did, and when, counted from what the master did before it. */
export interface Reaction {
  readonly afterMs: number
  readonly kind: 'in' | 'lost'
  readonly bytes: Uint8Array
}

/** A master that asks something else than it did when the recording was made. */
export interface Divergence {
  /** Number of the request in the recording, from 1; past the last one when the recording is over. */
  readonly request: number
  /** What comes next in the recording; null when it is over. */
  readonly expected: Uint8Array | null
  readonly came: Uint8Array
  /** How many recorded requests are passed over for now to play the one that came; null when it does not come any more. */
  readonly skipped: number | null
}

export type Step =
  | { readonly kind: 'play'; readonly reactions: readonly Reaction[] }
  | { readonly kind: 'divergence'; readonly divergence: Divergence }

/** The other side of a recorded line: it knows what comes next, and waits for the master to ask it. */
export interface Replayer {
  /** The master has opened the line. */
  opened(): readonly Step[]
  /** The master has sent bytes, in whatever pieces. */
  heard(bytes: Uint8Array): readonly Step[]
  /** Requests played so far, and all of them. */
  progress(): { readonly played: number; readonly requests: number }
}

/** What the master did, and all that followed until it did something again. */
interface Scene {
  readonly begins: RecordedEvent
  readonly reactions: readonly { readonly index: number; readonly event: RecordedEvent }[]
}

/**
 * So many requests that were passed over can still be asked: devices that are polled side by side do not always come in the same
 * order.
 */
const WINDOW = 8

/**
 * Plays a recording to a master that does the same again. Requests are compared byte by byte; transaction ids of Modbus/TCP, which
 * each run numbers anew, are not, and the recorded answers get the ids of this run. A request that comes before its turn is told, and
 * played all the same; one that does not come any more is told and gets no answer.
 */
export function replayer({ header, events }: Recording): Replayer {
  const isTcp = header.kind === 'tcp'
  const scenes = scenesOf(events)
  const requests = scenes.filter(({ begins }) => begins.kind === 'out').length
  const patches = isTcp ? messagesOf(events) : new Map<number, readonly Patch[]>()
  /** Transaction ids of this run by those of the recording. */
  const ids = new Map<number, number>()
  /** Places of requests that were passed over, oldest first. */
  let passed: readonly number[] = []
  let heard: Uint8Array = new Uint8Array()
  let next = 0
  let played = 0

  const play = ({ begins, reactions }: Scene): Step => ({
    kind: 'play',
    reactions: reactions.map(({ index, event }) => ({
      afterMs: (event.atUs - begins.atUs) / 1_000,
      kind: event.kind === 'in' ? 'in' : 'lost',
      bytes: patched(event.bytes, patches.get(index) ?? [], ids),
    })),
  })
  const playRequest = (scene: Scene, came: Uint8Array): Step => {
    if (isTcp) ids.set(idOf(scene.begins.bytes), idOf(came))
    played += 1
    return play(scene)
  }
  const requestsFrom = (from: number): readonly number[] => {
    return scenes.flatMap(({ begins }, at) => (at >= from && begins.kind === 'out' ? [at] : []))
  }
  const bytesAt = (at: number | undefined) => (at === undefined ? null : (scenes[at]?.begins.bytes ?? null))
  /** The request that `came`, taken out of those still to come. */
  const take = (at: number, came: Uint8Array): readonly Step[] => {
    const scene = scenes[at]
    if (scene === undefined) return []
    if (passed.includes(at)) {
      passed = passed.filter((other) => other !== at)
      return [playRequest(scene, came)]
    }
    const ahead = requestsFrom(next).filter((place) => place < at)
    const isOutOfTurn = ahead.length > 0
    const expected = isOutOfTurn ? bytesAt(ahead[0]) : null
    const divergence: Divergence = { request: numberOf(ahead[0] ?? at), expected, came, skipped: ahead.length }
    passed = [...passed, ...ahead].slice(-WINDOW)
    next = at + 1
    const step = playRequest(scene, came)
    return isOutOfTurn ? [{ kind: 'divergence', divergence }, step] : [step]
  }
  const numberOf = (at: number) => requests - requestsFrom(at).length + 1
  const look = (): readonly Step[] => {
    const open = [...passed, ...requestsFrom(next)]
    const [first] = requestsFrom(next)
    const fits = (at: number) => startsWith(heard, bytesAt(at), isTcp)
    const found = [...passed, ...(first === undefined ? [] : [first])].find(fits) ?? open.find(fits)
    if (found === undefined) {
      const expected = bytesAt(first)
      if (expected !== null && startsWith(expected, heard, isTcp)) return []
      const came = heard
      heard = new Uint8Array()
      const request = first === undefined ? requests + 1 : numberOf(first)
      return [{ kind: 'divergence', divergence: { request, expected, came, skipped: null } }]
    }
    const length = bytesAt(found)?.length ?? 0
    const steps = take(found, heard.slice(0, length))
    heard = heard.slice(length)
    return heard.length === 0 ? steps : [...steps, ...look()]
  }
  return {
    opened: () => {
      heard = new Uint8Array()
      const scene = scenes[next]
      if (scene?.begins.kind !== 'opened') return []
      next += 1
      return [play(scene)]
    },
    heard: (bytes) => {
      heard = joined(heard, bytes)
      return look()
    },
    progress: () => ({ played, requests }),
  }
}

/** What came in before the master did anything is left out: nobody knows when to play it. */
function scenesOf(events: readonly RecordedEvent[]): readonly Scene[] {
  const scenes: { begins: RecordedEvent; reactions: { index: number; event: RecordedEvent }[] }[] = []
  for (const [index, event] of events.entries()) {
    if (event.kind === 'out' || event.kind === 'opened') scenes.push({ begins: event, reactions: [] })
    else scenes.at(-1)?.reactions.push({ index, event })
  }
  return scenes
}

/** Whether `bytes` begin as `start` does, transaction ids left aside. */
function startsWith(bytes: Uint8Array, start: Uint8Array | null, isTcp: boolean): boolean {
  const from = isTcp ? 2 : 0
  if (start === null || bytes.length < start.length) return false
  return start.every((byte, index) => index < from || byte === bytes[index])
}

function idOf(bytes: Uint8Array): number {
  return ((bytes[0] ?? 0) << 8) | (bytes[1] ?? 0)
}

function patched(bytes: Uint8Array, patches: readonly Patch[], ids: ReadonlyMap<number, number>): Uint8Array {
  const copy = bytes.slice()
  for (const { at, half, id } of patches) {
    const other = ids.get(id)
    if (other !== undefined) copy[at] = half === 'high' ? other >> 8 : other & 0xff
  }
  return copy
}
