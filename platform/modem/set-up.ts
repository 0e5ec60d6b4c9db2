import { isHouseError } from '../../core/kit/errors.ts'
import type { Clock } from '../clock.ts'
import { type AtAnswer, type AtCommand, type AtPort, FREE, RANK } from './at-port.ts'
import { AT_TIMES, CARE_TIMES } from './times.ts'

/** A modem that is ready to be used, and what it can do. */
export interface SetUp {
  readonly is: 'set-up'
  readonly model: string
  readonly tellsDelivery: boolean
  /** Whether it wants to hear that a report was heard. (3GPP TS 27.005 §3.4.4) */
  readonly wantsAck: boolean
  /** Memories in which messages may lie; the first one is where new ones go. */
  readonly memories: readonly string[]
  /** What it answers when it is asked how it tells of messages; anything else later says that it began anew. */
  readonly telling: string
}

/** A modem that cannot be used, and what a person has to do. */
export interface NotSetUp {
  readonly is: 'no-sim' | 'pin-wrong'
  readonly model: string
  readonly message: string
}

/** What a PIN is tried with. One that was wrong is never tried again. */
export interface PinGate {
  readonly pin: string | null
  isWrong: boolean
}

/** Ways of telling, best first: what came is stored and told, reports come at once, or are stored, or not at all. (27.005 §3.4.1) */
const TELLING = ['2,1,0,1,0', '2,1,0,2,0', '1,1,0,1,0', '1,1,0,2,0', '2,1,0,0,0', '1,1,0,0,0'] as const
/** Memories a message can lie in, the SIM first: every modem can use it. */
const MEMORIES = ['SM', 'ME'] as const
const NO_REPORTS = ',0,0'
const LEAST_TRIES = 2
const SIM_TRIES = 8

/** Brings a modem into the state the driver counts on. Throws `link/timeout` when it says nothing. */
export async function setUp(port: AtPort, gate: PinGate, clock: Clock, signal: AbortSignal): Promise<SetUp | NotSetUp> {
  await untilAnswers(port, clock, signal)
  await ask(port, 'ATE0')
  await ask(port, 'AT+CMEE=1')
  const model = [await free(port, 'AT+CGMI'), await free(port, 'AT+CGMM')].join(' ').trim()
  const locked = await unlock(port, gate, clock, signal)
  if (locked !== null) return { ...locked, model }
  // Modems refuse these while the SIM is of no use to them, whatever they say of it.
  const unfit = (what: string): NotSetUp => ({ is: 'no-sim', model, message: `expected a modem that takes ${what}` })
  const memories = await firstMemories(port, clock, signal)
  if (memories.length === 0) return unfit('AT+CPMS')
  if ((await ask(port, 'AT+CMGF=0')).is !== 'ok') return unfit('AT+CMGF=0')
  await ask(port, 'AT+CSMS=0')
  for (const way of TELLING) {
    if ((await ask(port, `AT+CNMI=${way}`)).is !== 'ok') continue
    const tellsDelivery = !way.endsWith(NO_REPORTS)
    const service = /^\+CSMS: *(\d+)/.exec(await line(port, 'AT+CSMS?', '+CSMS:'))?.[1]
    const telling = await line(port, 'AT+CNMI?', '+CNMI:')
    const all = way.endsWith(',2,0') ? [...memories, 'SR'] : memories
    return { is: 'set-up', model, tellsDelivery, wantsAck: service === '1', memories: all, telling }
  }
  return unfit('AT+CNMI')
}

/** The one line a query is answered with; empty when it is not. */
export async function line(port: AtPort, text: string, answer: string): Promise<string> {
  const said = await ask(port, text, { answer })
  return said.is === 'ok' ? (said.lines[0] ?? '') : ''
}

/** Asks in the course of looking after the modem. Throws as `AtPort.ask` does. */
export function ask(port: AtPort, text: string, more: Partial<AtCommand> = {}): Promise<AtAnswer> {
  return port.ask({ text, rank: RANK.watch, ...more })
}

async function untilAnswers(port: AtPort, clock: Clock, signal: AbortSignal): Promise<void> {
  const until = clock.mono() + CARE_TIMES.startMs
  for (;;) {
    try {
      await ask(port, 'AT')
      return
    } catch (error) {
      if (!isHouseError(error, 'link/timeout') || clock.mono() >= until) throw error
      await clock.sleep(AT_TIMES.syncMs / 4, signal)
    }
  }
}

async function free(port: AtPort, text: string): Promise<string> {
  const said = await line(port, text, FREE)
  return said.replace(/^\+\w+: */, '').replaceAll('"', '')
}

type Locked = Pick<NotSetUp, 'is' | 'message'>

/** Null when the SIM can be used. */
async function unlock(port: AtPort, gate: PinGate, clock: Clock, signal: AbortSignal): Promise<Locked | null> {
  for (let tried = 0; tried < SIM_TRIES; tried += 1) {
    const answer = await ask(port, 'AT+CPIN?', { answer: '+CPIN:' })
    if (answer.is === 'ok') {
      const state = (answer.lines[0] ?? '').replace('+CPIN:', '').trim()
      if (state === 'READY') return null
      if (state !== 'SIM PIN') return { is: 'pin-wrong', message: `the SIM asks for ${state}: unlock it in a phone` }
      const wrong = await enterPin(port, gate)
      if (wrong !== null) return { is: 'pin-wrong', message: wrong }
    } else if (answer.kind !== 'cme' || answer.code !== SIM_BUSY) {
      return { is: 'no-sim', message: `there is no SIM that can be used (${answer.text})` }
    }
    await clock.sleep(AT_TIMES.syncMs / 2, signal)
  }
  return { is: 'no-sim', message: 'the SIM does not become ready' }
}

const SIM_BUSY = 14

/** What is wrong with the PIN, or null when the SIM took it. */
async function enterPin(port: AtPort, gate: PinGate): Promise<string | null> {
  if (gate.pin === null) return 'the SIM asks for a PIN: give one, or take it off the SIM'
  if (gate.isWrong) return 'the PIN is wrong: it is not tried again before it was changed'
  if (!/^\d{4,8}$/.test(gate.pin)) return 'the PIN is no PIN: expected 4–8 digits'
  const left = await triesLeft(port)
  // A SIM that is locked is of no use to anybody, and a modem that does not tell may be at its last.
  if (left === null) return 'the modem does not tell how many tries are left: take the PIN off the SIM'
  if (left < LEAST_TRIES) return `the SIM is locked after ${left} more tries: unlock it in a phone`
  const answer = await ask(port, `AT+CPIN=${gate.pin}`, { withinMs: AT_TIMES.slowCommandMs })
  if (answer.is === 'ok') return null
  gate.isWrong = true
  return `the SIM does not take the PIN; ${left - 1} tries are left`
}

/** Each maker has its own way of asking. */
async function triesLeft(port: AtPort): Promise<number | null> {
  const ways = [
    ['AT+CPINR="SIM PIN"', '+CPINR:', /^\+CPINR: *"?SIM PIN"? *, *(\d+)/],
    ['AT+SPIC', '+SPIC:', /^\+SPIC: *(\d+)/],
    ['AT+QPINC="SC"', '+QPINC:', /^\+QPINC: *"SC" *, *(\d+)/],
    ['AT^CPIN?', '^CPIN:', /^\^CPIN: *SIM PIN, *\d*, *\d+, *(\d+)/],
  ] as const
  for (const [text, answer, pattern] of ways) {
    const left = pattern.exec(await line(port, text, answer))?.[1]
    if (left !== undefined) return Number(left)
  }
  return null
}

/** Memories the modem has, the one for new messages first. A SIM that was just unlocked takes a moment. */
async function firstMemories(port: AtPort, clock: Clock, signal: AbortSignal): Promise<string[]> {
  for (let tried = 0; tried < SIM_TRIES; tried += 1) {
    const known = await line(port, 'AT+CPMS=?', '+CPMS:')
    const has = MEMORIES.filter((memory) => known.includes(`"${memory}"`))
    for (const memory of has) {
      const chosen = await ask(port, `AT+CPMS="${memory}","${memory}","${memory}"`, { answer: '+CPMS:' })
      if (chosen.is === 'ok') return [memory, ...has.filter((other) => other !== memory)]
    }
    await clock.sleep(AT_TIMES.syncMs / 2, signal)
  }
  return []
}
