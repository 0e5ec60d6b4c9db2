import { isGatewayException } from '../../core/decode/modbus-pdu.ts'
import { isHouseError } from '../../core/kit/errors.ts'
import { type Candidate, type Evidence, nextQuestion, type Outcome, rank, rawOf, serialQuestion } from './identify.ts'
import type { Library, Question } from './identify-library.ts'
import type { AskedBus } from './lasting-bus.ts'

/** A unit on a bus that a technician's tool speaks with. */
export interface AskedUnit {
  readonly bus: AskedBus
  readonly unit: number
}

/** Time a device is given once it has shown that it is there, in ms. */
export const PATIENT_MS = 500
/** What every device has something to say to, if only an exception. */
export const PROBE: Question = { table: 'holding-register', address: 0, quantity: 1 }
/** Asked of a unit whose answer to the probe may still come: an answer to this one is longer. */
export const SECOND_PROBE: Question = { table: 'holding-register', address: 0, quantity: 2 }
const NO_ROOM = { before: 0, after: 0 }
/** From so sure a profile on the device is asked for its serial number. */
const SURE = 0.5

/** What a unit makes of a probe: an answer, bytes that are none, or nothing within `withinMs`. Throws `link/down`, `link/busy`. */
export async function probeUnit(
  { bus, unit }: AskedUnit,
  { question, withinMs }: { readonly question: Question; readonly withinMs: number },
  signal: AbortSignal,
): Promise<Outcome | 'garbled' | null> {
  try {
    const answer = await bus.read({ ...question, unit, purpose: 'probe', withinMs, room: NO_ROOM }, signal)
    return answer.kind === 'exception' && isGatewayException(answer.code) ? null : answer
  } catch (error) {
    if (isHouseError(error, 'link/timeout')) return null
    if (isHouseError(error, 'modbus/malformed')) return 'garbled'
    throw error
  }
}

/**
 * Asks a unit what tells the profiles of the library apart, beginning with what is known of it; `learned` hears of everything new.
 * Answers its serial number where the best profile says where it stands. Throws `link/down`, `link/busy`.
 */
export async function learnUnit(
  asked: AskedUnit,
  { library, known, msPerCell, learned }: LearnOptions,
  signal: AbortSignal,
): Promise<string | null> {
  let evidence: Evidence = { ...known, texts: await textsOf(asked, signal) }
  learned(evidence)
  for (;;) {
    const question = nextQuestion(library, evidence, msPerCell)
    if (question === null) break
    evidence = await withAnswer(asked, { question, evidence }, signal)
    learned(evidence)
  }
  return serialOf(asked, { evidence, best: rank(library, evidence)[0] }, signal)
}

/** What a unit is to be learned by. */
export interface LearnOptions {
  readonly library: Library
  readonly known: Evidence
  readonly msPerCell: number
  readonly learned: (evidence: Evidence) => void
}

async function serialOf(
  asked: AskedUnit,
  { evidence, best }: { readonly evidence: Evidence; readonly best: Candidate | undefined },
  signal: AbortSignal,
): Promise<string | null> {
  const register = best?.profile.identity?.serial
  const question = best === undefined || best.confidence < SURE ? null : serialQuestion(best.profile)
  if (register === undefined || question === null) return null
  const raw = rawOf(register, (await withAnswer(asked, { question, evidence }, signal)).asked)
  return raw === null || raw === 0 ? null : String(raw)
}

async function withAnswer(
  asked: AskedUnit,
  { question, evidence }: { readonly question: Question; readonly evidence: Evidence },
  signal: AbortSignal,
): Promise<Evidence> {
  const outcome = await ask(asked, question, signal)
  return { ...evidence, asked: [...evidence.asked, { question, outcome }] }
}

async function ask({ bus, unit }: AskedUnit, question: Question, signal: AbortSignal): Promise<Outcome> {
  // Once more in another shape when nothing came: a frame that is lost now and then proves nothing.
  for (const room of [{ room: NO_ROOM }, {}]) {
    try {
      return await bus.read({ ...question, unit, purpose: 'command', withinMs: PATIENT_MS, ...room }, signal)
    } catch (error) {
      if (!isHouseError(error, 'link/timeout', 'modbus/malformed')) throw error
    }
  }
  return { kind: 'silent' }
}

async function textsOf({ bus, unit }: AskedUnit, signal: AbortSignal): Promise<ReadonlyMap<number, string> | null> {
  try {
    return await bus.identify(unit, { purpose: 'command', withinMs: PATIENT_MS / 2 }, signal)
  } catch (error) {
    if (isHouseError(error, 'link/timeout', 'modbus/malformed')) return null
    throw error
  }
}
