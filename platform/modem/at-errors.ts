import { HouseError } from '../../core/kit/errors.ts'
import type { AtAnswer } from './at-port.ts'
import type { ModemWhy } from './modem.ts'

/** What the operator's refusals of this SIM are coded as: without credit, most send one of these. (3GPP TS 24.011 Annex E-2) */
const NOT_ALLOWED = new Set([8, 10, 21, 29, 50, 69, 193])
/** Numbers nobody has, or that may not be reached. (Annex E-2; TS 23.040 §9.2.3.22) */
const NO_SUCH_NUMBER = new Set([1, 28, 30, 195, 196])
/** Of the SIM. (3GPP TS 27.005 §3.2.5) */
const SIM = new Set([310, 311, 312, 313, 314, 315, 316, 317, 318])
const MEMORY = new Set([22, 208, 209, 211, 320, 321, 322])
const NO_NETWORK = new Set([331, 332])
const BAD_PDU = new Set([304, 305])
const NO_SERVICE_CENTRE = 330

/** The error of a text the modem did not take; SIM and network faults heal, a wrong number does not. */
export function sendError(answer: Extract<AtAnswer, { is: 'error' }>): HouseError {
  const { why, isForGood, message } = meaningOf(answer)
  const code = isForGood ? 'notify/refused' : 'notify/temporary'
  return new HouseError(code, `${message} (${answer.text})`, { why, cause: answer.code })
}

interface Meaning {
  readonly why: ModemWhy
  readonly isForGood: boolean
  readonly message: string
}

function meaningOf({ kind, code }: Extract<AtAnswer, { is: 'error' }>): Meaning {
  if (kind === 'cme') return code >= 10 && code <= 18 ? SIM_FAULT : code >= 30 && code <= 32 ? NETWORKLESS : UNKNOWN
  if (kind === 'plain') return UNKNOWN
  if (NOT_ALLOWED.has(code)) {
    return { why: 'no-credit', isForGood: true, message: 'the operator does not let this SIM send: top it up' }
  }
  if (NO_SUCH_NUMBER.has(code)) return { why: 'number', isForGood: true, message: 'the network knows no such number' }
  if (BAD_PDU.has(code)) return { why: 'text', isForGood: true, message: 'the modem does not take this message' }
  if (code === NO_SERVICE_CENTRE) {
    return { why: 'service-centre', isForGood: true, message: 'the SIM has no number of a service centre: put it in' }
  }
  if (SIM.has(code)) return SIM_FAULT
  if (MEMORY.has(code)) return { why: 'memory', isForGood: false, message: 'a memory is full' }
  if (NO_NETWORK.has(code)) return NETWORKLESS
  return code < 300 ? NETWORK : UNKNOWN
}

const SIM_FAULT: Meaning = { why: 'sim', isForGood: false, message: 'the SIM cannot be used now' }
const NETWORKLESS: Meaning = { why: 'no-network', isForGood: false, message: 'the modem has no network' }
const NETWORK: Meaning = { why: 'network', isForGood: false, message: 'the network did not take it' }
const UNKNOWN: Meaning = { why: 'unknown', isForGood: false, message: 'the modem did not say why' }
