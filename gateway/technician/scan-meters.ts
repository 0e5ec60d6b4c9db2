import type { Dlt645Profile, LineSettings } from '../../core/contract/device-profile.ts'
import {
  type Dlt645Answer,
  type Dlt645Request,
  encodeDlt645,
  FRAME_BYTES,
  isUnknownItem,
  MAX_DATA,
  scanDlt645,
} from '../../core/decode/dlt645.ts'
import { isHouseError } from '../../core/kit/errors.ts'
import type { AskedBus } from './lasting-bus.ts'
import { type ItemOutcome, type MeterCandidate, meterItems, rankMeters } from './identify-meter.ts'

/** A DL/T 645 meter that answered. */
export interface FoundMeter {
  readonly kind: 'meter'
  readonly line: LineSettings
  /** 12 digits, as printed on it. */
  readonly address: string
  readonly candidates: readonly MeterCandidate[]
  /** Other settings on which the same meter answered: the port has none, or the meter takes any. */
  readonly alsoAt: readonly LineSettings[]
}

/** What looking for meters on one line came to. `crowded`: several answered at once, and not all could be told apart. */
export interface MeterSearch {
  readonly addresses: readonly string[]
  readonly crowded: boolean
}

/** Meters may think this long. (DL/T 645-2007 §5.2: 20–500 ms) */
const WITHIN_MS = 600
const ADDRESS_ANSWER_BYTES = FRAME_BYTES + 6 + 4
const TRIES = 2

/**
 * The addresses of all meters on a line. One alone says its address; where several spoil one another's answers they are
 * called by the last two digits of their address, as long as `mayGoOn`. Reads only. Throws `link/down` and `link/busy`.
 */
export async function findMeters(bus: AskedBus, mayGoOn: () => boolean, signal: AbortSignal): Promise<MeterSearch> {
  const found = new Set<string>()
  let disturbed = false
  for (let attempt = 0; attempt < TRIES && mayGoOn(); attempt += 1) {
    const seen = await listen(bus, { kind: 'address' }, signal)
    for (const address of seen.addresses) found.add(address)
    disturbed ||= seen.rest > 0
    if (seen.addresses.length === 0 && seen.rest === 0) break
  }
  if (!disturbed && found.size <= 1) return { addresses: [...found], crowded: false }
  for (let pair = 0; pair < 100; pair += 1) {
    if (!mayGoOn()) return { addresses: [...found].sort(), crowded: true }
    const address = `AAAAAAAAAA${String(pair).padStart(2, '0')}`
    const seen = await listen(bus, { kind: 'read', address, item: '00010000' }, signal)
    for (const one of seen.addresses) found.add(one)
  }
  return { addresses: [...found].sort(), crowded: false }
}

/** Which profiles explain what the meter gives. Reads only. Throws `link/down` and `link/busy`. */
export async function identifyMeter(
  { bus, address }: { readonly bus: AskedBus; readonly address: string },
  profiles: readonly Dlt645Profile[],
  signal: AbortSignal,
): Promise<readonly MeterCandidate[]> {
  const asked = new Map<string, ItemOutcome>()
  for (const item of meterItems(profiles)) asked.set(item, await askItem(bus, { kind: 'read', address, item }, signal))
  return rankMeters(profiles, asked)
}

async function askItem(
  bus: AskedBus,
  request: Dlt645Request & { kind: 'read' },
  signal: AbortSignal,
): Promise<ItemOutcome> {
  try {
    const answer = await bus.ask(
      {
        station: `dlt645/${request.address}`,
        frame: encodeDlt645(request),
        answerBytes: FRAME_BYTES + 64,
        find: (seen) => {
          const scan = scanDlt645(seen, request)
          return scan.kind === 'nothing' ? null : scan
        },
      },
      { purpose: 'command', withinMs: WITHIN_MS },
      signal,
    )
    if (answer.kind === 'data') return 'given'
    return answer.kind === 'refused' && isUnknownItem(answer.error) ? 'refused' : 'silent'
  } catch (error) {
    if (isHouseError(error, 'link/timeout', 'modbus/malformed')) return 'silent'
    throw error
  }
}

/** Everything that comes within the time a meter may take: whole answers, and how many bytes were none. */
async function listen(
  bus: AskedBus,
  request: Dlt645Request,
  signal: AbortSignal,
): Promise<{ addresses: string[]; rest: number }> {
  let all: Uint8Array = new Uint8Array()
  try {
    await bus.ask<Dlt645Answer>(
      {
        station: 'dlt645/any',
        frame: encodeDlt645(request),
        answerBytes: ADDRESS_ANSWER_BYTES,
        // Nothing is taken: the first answer is not the last where there are several meters.
        find: (seen) => {
          all = seen.slice(0, 4 * (FRAME_BYTES + MAX_DATA))
          return null
        },
      },
      { purpose: 'command', withinMs: WITHIN_MS },
      signal,
    )
  } catch (error) {
    if (!isHouseError(error, 'link/timeout', 'modbus/malformed')) throw error
  }
  return answersIn(all, request)
}

function answersIn(bytes: Uint8Array, request: Dlt645Request): { addresses: string[]; rest: number } {
  const addresses: string[] = []
  let rest = 0
  let left = withoutEcho(bytes, encodeDlt645(request))
  for (;;) {
    const scan = scanDlt645(left, request)
    if (scan.kind === 'nothing') return { addresses, rest: rest + left.length }
    addresses.push(scan.answer.address)
    rest += scan.start
    left = left.slice(scan.end)
  }
}

/** Some adapters hear what they send themselves. */
function withoutEcho(bytes: Uint8Array, sent: Uint8Array): Uint8Array {
  return sent.every((byte, index) => bytes[index] === byte) ? bytes.slice(sent.length) : bytes
}
