import type { Dlt645Point, Dlt645Profile, ModbusPoint, ModbusProfile } from '../../core/contract/device-profile.ts'
import { QUANTITIES, type Quantity, type Unit, UNITS } from '../../core/contract/quantity.ts'
import type { ReasonCode } from '../../core/contract/reading.ts'
import type { BusDevice } from '../../core/contract/site.ts'
import type { Bilingual } from '../../core/contract/text.ts'
import type { MonoMs, UtcMs } from '../../core/contract/time.ts'
import { type BusProfile, polledPoints } from '../../core/decode/device-points.ts'
import {
  type Dlt645Answer,
  encodeDlt645,
  FRAME_BYTES,
  ITEM_BYTES,
  refusalText,
  scanDlt645,
} from '../../core/decode/dlt645.ts'
import { bcdNumber } from '../../core/decode/dlt645-bcd.ts'
import { decodeDlt645, dlt645PointsOf } from '../../core/decode/dlt645-points.ts'
import { explainPoint, type Step } from '../../core/decode/explain-point.ts'
import {
  exceptionName,
  isAddressException,
  isGatewayException,
  type ReadAnswer,
  type ReadRequest,
} from '../../core/decode/modbus-pdu.ts'
import { bad, type Decoded, decodeBit, decodeRegisters, type Span } from '../../core/decode/point.ts'
import { cellsOf } from '../../core/decode/readings.ts'
import { type HouseError, isHouseError } from '../../core/kit/errors.ts'
import type { Clock } from '../../platform/clock.ts'
import { planReads } from '../drivers/modbus/plan.ts'
import type { FieldBus } from '../link/field-bus.ts'
import { ASSUMED_LATENCY_MS } from './bus-plan.ts'
import type { Ear } from './ear.ts'
import { hexText, wordsText } from './hex.ts'

/** One question to a device and what came of it. */
export interface LiveExchange {
  /** What was asked, in words of the protocol: `FC 4 @ 0x0000 × 18`, `DI 02010100`. */
  readonly asked: string
  /** Bytes as they stood on the wire, as hex pairs. */
  readonly sent: string
  readonly came: string
  /** From the question to its whole answer, in ms. */
  readonly tookMs: number
  /** Why no usable answer came; null when one did. */
  readonly error: HouseError | null
  /** What the device said when it refused: `exception 2 (illegal data address)`; null when it did not. */
  readonly refusal: string | null
}

/** A step from what came to a value. */
export type LiveStep =
  | Step
  /** A meter's BCD digits, and how many of them stand behind the point. */
  | { readonly key: 'digits'; readonly digits: string; readonly decimals: number }
  /** The number they make, as the meter means it. */
  | { readonly key: 'read'; readonly value: number; readonly unit: Unit }

/** A point as it was read just now. */
export interface LivePoint {
  readonly point: string
  readonly name: Bilingual | null
  readonly quantity: Quantity
  readonly decoded: Decoded
  readonly at: UtcMs
  readonly mono: MonoMs
  /** The bytes it was decoded from, as hex pairs; a bit as 0 or 1; null when none came. */
  readonly raw: string | null
  /** How the value came about; empty when nothing came. */
  readonly steps: readonly LiveStep[]
  readonly exchange: LiveExchange
}

/** What is needed to read a device once. */
export interface LiveDeps {
  readonly bus: FieldBus
  readonly clock: Clock
  /** Hears the bytes on the wire. */
  readonly ear: Ear
}

const METER_WITHIN_MS = 600

/**
 * Reads points of a device once, each as its profile says, request by request. A request that fails makes its own points bad
 * and no others. `points` are ids; all that the device reads when null. Throws `link/down` and `link/busy`.
 */
export async function* readLive(
  { device, profile }: { readonly device: BusDevice; readonly profile: BusProfile },
  { points, ...deps }: LiveDeps & { readonly points: readonly string[] | null },
  signal: AbortSignal,
): AsyncGenerator<readonly LivePoint[]> {
  const wanted = ({ point }: { readonly point: string }) => points === null || points.includes(point)
  if (profile.driver === 'modbus') yield* readUnit({ device, profile, wanted }, deps, signal)
  else yield* readMeter({ device, profile, wanted }, deps, signal)
}

interface Wanted<Profile> {
  readonly device: BusDevice
  readonly profile: Profile
  readonly wanted: (point: { readonly point: string }) => boolean
}

async function* readUnit(
  { device, profile, wanted }: Wanted<ModbusProfile>,
  deps: LiveDeps,
  signal: AbortSignal,
): AsyncGenerator<readonly LivePoint[]> {
  const { bus, clock } = deps
  const { maxRegisters, restMs } = profile
  const due = polledPoints(device, profile).filter(wanted)
  const options = { maxRegisters, timing: bus.timing, latencyMs: ASSUMED_LATENCY_MS }
  const waiting = planReads(due, options)
  for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
    const { points } = next
    const asked = { ...next.request, unit: device.unit ?? 1 }
    const { answer, exchange } = await readTable(asked, deps, signal)
    const isRefused = answer?.kind === 'exception' && isAddressException(answer.code)
    if (isRefused && points.length > 1) {
      // One of several points is not there, or something between them: each gets a question of its own.
      waiting.unshift(...points.flatMap((point) => planReads([point], options)))
    } else {
      const stamp = { at: clock.now(), mono: clock.mono(), exchange }
      yield points.map((point) => ({
        ...pick(point),
        ...stamp,
        ...unitPoint(point, { request: asked, answer, error: exchange.error }, device.spans[point.point] ?? null),
      }))
    }
    if (restMs > 0) await clock.sleep(restMs, signal)
  }
}

/** One read of a table, with its bytes. What the device did not answer is told in `exchange.error`. Throws `link/down`, `link/busy`. */
export async function readTable(
  request: ReadRequest,
  { bus, clock, ear }: LiveDeps,
  signal: AbortSignal,
): Promise<{ answer: ReadAnswer | null; exchange: LiveExchange }> {
  const asked = tableText(request)
  return exchanged({ asked, refusalOf: tableRefusal }, { clock, ear }, () =>
    bus.read({ ...request, purpose: 'command', room: { before: 0, after: 0 } }, signal),
  )
}

async function* readMeter(
  { device, profile, wanted }: Wanted<Dlt645Profile>,
  deps: LiveDeps,
  signal: AbortSignal,
): AsyncGenerator<readonly LivePoint[]> {
  const { bus, clock, ear } = deps
  const address = device.address ?? ''
  const due = dlt645PointsOf(device, profile).filter((point) => point.derive === undefined && wanted(point))
  for (const item of new Set(due.map((point) => point.item))) {
    const request = { kind: 'read', address, item } as const
    const question = {
      station: `dlt645/${address}`,
      frame: encodeDlt645(request),
      answerBytes: FRAME_BYTES + ITEM_BYTES + 64,
      find: (seen: Uint8Array) => {
        const scan = scanDlt645(seen, request)
        return scan.kind === 'nothing' ? null : scan
      },
    }
    const { answer, exchange } = await exchanged({ asked: `DI ${item}`, refusalOf: meterRefusal }, { clock, ear }, () =>
      bus.ask(question, { purpose: 'command', withinMs: METER_WITHIN_MS }, signal),
    )
    const stamp = { at: clock.now(), mono: clock.mono(), exchange }
    yield due
      .filter((point) => point.item === item)
      .map((point) => ({ ...pick(point), ...stamp, ...meterPoint(point, answer, device, exchange.error) }))
  }
}

async function exchanged<A>(
  { asked, refusalOf }: { readonly asked: string; readonly refusalOf: (answer: A) => string | null },
  { clock, ear }: Pick<LiveDeps, 'clock' | 'ear'>,
  ask: () => Promise<A>,
): Promise<{ answer: A | null; exchange: LiveExchange }> {
  ear.clear()
  const startedAt = clock.mono()
  const told = (error: HouseError | null, refusal: string | null): LiveExchange => ({
    asked,
    ...ear.heard(),
    tookMs: clock.mono() - startedAt,
    error,
    refusal,
  })
  try {
    const answer = await ask()
    return { answer, exchange: told(null, refusalOf(answer)) }
  } catch (error) {
    if (!isHouseError(error, 'link/timeout', 'modbus/malformed')) throw error
    return { answer: null, exchange: told(error, null) }
  }
}

function tableRefusal(answer: ReadAnswer): string | null {
  return answer.kind === 'exception' ? `exception ${answer.code} (${exceptionName(answer.code)})` : null
}

function meterRefusal(answer: Dlt645Answer): string | null {
  return answer.kind === 'refused' ? `error ${answer.error} (${refusalText(answer.error)})` : null
}

function pick({ point, name, quantity }: ModbusPoint | Dlt645Point) {
  return { point, name: name ?? null, quantity }
}

function unitPoint(
  point: ModbusPoint,
  came: { readonly request: ReadRequest; readonly answer: ReadAnswer | null; readonly error: HouseError | null },
  span: Span | null,
): Pick<LivePoint, 'decoded' | 'raw' | 'steps'> {
  const { request, answer, error } = came
  const from = point.address - request.address
  const none = (reason: ReasonCode) => ({ decoded: bad(reason), raw: null, steps: [] })
  if (answer === null) return none(reasonOf(error))
  switch (answer.kind) {
    case 'exception':
      return none(isGatewayException(answer.code) ? 'timeout' : 'exception')
    case 'bits': {
      const bit = answer.bits[from]
      if (bit === undefined) return none('malformed')
      return { decoded: decodeBit(point, bit), raw: bit ? '1' : '0', steps: explainPoint(point, bit, span) }
    }
    case 'registers': {
      const words = answer.words.slice(from, from + cellsOf(point))
      return {
        decoded: decodeRegisters(point, words, span),
        raw: wordsText(words),
        steps: explainPoint(point, words, span),
      }
    }
  }
}

function meterPoint(
  point: Dlt645Point,
  answer: Dlt645Answer | null,
  device: BusDevice,
  error: HouseError | null,
): Pick<LivePoint, 'decoded' | 'raw' | 'steps'> {
  if (answer === null) return { decoded: bad(reasonOf(error)), raw: null, steps: [] }
  if (answer.kind !== 'data') return { decoded: bad('exception'), raw: null, steps: [] }
  const decoded = decodeDlt645(point, point.item, answer.data, device.spans[point.point] ?? null)
  const bytes = answer.data.slice(point.offset, point.offset + point.bytes)
  return { decoded, raw: hexText(bytes), steps: meterSteps(point, bytes, decoded, device.spans[point.point] ?? null) }
}

function meterSteps(point: Dlt645Point, bytes: Uint8Array, decoded: Decoded, span: Span | null): readonly LiveStep[] {
  const { decimals, unit, quantity } = point
  const own = QUANTITIES[quantity].unit
  const result = { key: 'result', unit: own, ...decoded } as const
  const digits = { key: 'digits', digits: hexText(bytes.toReversed()).replaceAll(' ', ''), decimals } as const
  const measured = bytes.every((byte) => byte === 0xff) ? null : bcdNumber(bytes, point)
  if (measured === null) return [digits, result]
  const [low, high] = point.range
  const inside = measured >= low && measured <= high
  const read = { key: 'read', value: measured, unit } as const
  const range = { key: 'range', value: measured, low, high, unit, inside } as const
  return [digits, read, range, ...(inside ? meantSteps(point, decoded, span) : []), result]
}

/** From the meter's unit to that of the quantity. */
function meantSteps({ unit, quantity }: Dlt645Point, { value }: Decoded, span: Span | null): readonly Step[] {
  const own = QUANTITIES[quantity].unit
  const { factor } = UNITS[unit]
  if (typeof value !== 'number') return []
  if (span !== null) return [{ key: 'span', from: span.from, to: span.to, value, unit: own }]
  return factor === 1 ? [] : [{ key: 'converted', from: unit, factor, value, unit: own }]
}

function reasonOf(error: HouseError | null): ReasonCode {
  return error?.code === 'modbus/malformed' ? 'malformed' : 'timeout'
}

function tableText({ table, address, quantity }: ReadRequest): string {
  const code = { coil: 1, 'discrete-input': 2, 'holding-register': 3, 'input-register': 4 }[table]
  return `FC ${code} @ ${address} (0x${address.toString(16).toUpperCase().padStart(4, '0')}) × ${quantity}`
}
