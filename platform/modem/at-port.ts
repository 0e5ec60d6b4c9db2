import { HouseError } from '../../core/kit/errors.ts'
import type { Clock } from '../clock.ts'
import type { Channel } from '../serial/channel.ts'
import { AtLines, type AtToken } from './at-lines.ts'
import { AT_TIMES } from './times.ts'

/** One command. */
export interface AtCommand {
  readonly text: string
  /** Which lines are its answer: those with this in front, or `FREE` for any that is nothing else. None when absent. */
  readonly answer?: string
  /** Whether there may be no such line. */
  readonly mayBeEmpty?: boolean
  /** Whether each line of the answer is followed by a PDU. */
  readonly hasPdus?: boolean
  /** Sent behind the prompt, closed with Ctrl-Z. */
  readonly body?: string
  readonly withinMs?: number
  /** Lower ranks go first among those that wait. */
  readonly rank: number
}

/** Who goes first: what the network waits for, then texts, then what came, then looking after it, then calls. */
export const RANK = { urgent: 0, text: 1, mail: 2, watch: 3, call: 4 } as const

/** What a modem answered. */
export type AtAnswer =
  | { readonly is: 'ok'; readonly lines: readonly string[] }
  | { readonly is: 'error'; readonly kind: 'cms' | 'cme' | 'plain'; readonly code: number; readonly text: string }

/** What a modem says unasked; `pdu` belongs to the line in front of it. */
export interface Unasked {
  readonly line: string
  readonly pdu: string | null
}

interface Asked {
  readonly command: AtCommand
  readonly lines: string[]
  stage: 'prompt' | 'answer'
  readonly settle: (answer: AtAnswer) => void
  readonly refuse: (error: HouseError) => void
}

const CTRL_Z = '\u001a'
const ESC = '\u001b'
/**
 * Asked to find the beginning of an answer again, one after the other, so that the late answer to one is not taken for that to
 * the next. Asked for nothing else.
 */
const SYNCS: readonly [text: string, answer: string][] = [
  ['AT+CMEE?', '+CMEE:'],
  ['AT+CMGF?', '+CMGF:'],
  ['AT+CSCS?', '+CSCS:'],
]
const UNASKED =
  /^(\+(CMTI|CDSI?|CRING|CLIP|CGEV|CTZ\w+|CUSD|QIND|RXDTMF|DTMF|QTONEDET|CFUN|CPIN)|[\^*]|RING|RDY|NO CARRIER|BUSY|NO ANSWER)/
const HAS_PDU = '+CDS:'
/** In the place of a line that came unasked: the PDU belongs to the answer. */
const OF_ANSWER = ''
/** Any line is the answer that is nothing else. */
export const FREE = 'free'

/** One command at a time over a modem's line; what comes unasked is told, wherever it comes between the lines of an answer. */
export class AtPort {
  readonly #channel: Channel
  readonly #clock: Clock
  readonly #told: (unasked: Unasked) => void
  readonly #lines: AtLines
  #asked: Asked | null = null
  #waiting: { readonly rank: number; readonly start: () => void }[] = []
  #isTaken = false
  #lost: HouseError | null = null
  /** An answer may still come to a command that was given up. */
  #isUnsure = true
  #syncs = 0
  /** The lines whose PDU has not come yet, the newest last. */
  #open: string[] = []
  /** Monotonic time since when nothing was answered; null while things are. */
  #silentSince: number | null = null

  constructor(channel: Channel, clock: Clock, told: (unasked: Unasked) => void) {
    this.#channel = channel
    this.#clock = clock
    this.#told = told
    this.#lines = new AtLines(
      (token) => this.#take(token),
      () => this.#asked?.stage === 'prompt',
    )
  }

  /** How long nothing has been answered, ms. */
  get silentMs(): number {
    return this.#silentSince === null ? 0 : this.#clock.mono() - this.#silentSince
  }

  received(bytes: Uint8Array): void {
    this.#lines.push(bytes)
  }

  /** The line is gone, or the modem began anew: whatever is asked fails. */
  lost(error: HouseError): void {
    this.#lost = error
    const { asked, mayBeDone } = { asked: this.#asked, mayBeDone: this.#asked?.stage === 'answer' }
    this.#asked = null
    asked?.refuse(new HouseError(error.code, error.message, { ...error.facts, mayBeDone }, error))
  }

  /** Throws `link/timeout`, or `link/down` when the port is gone; `facts.mayBeDone` when the modem had all it needs. */
  async ask(command: AtCommand): Promise<AtAnswer> {
    await this.#turn(command.rank)
    try {
      if (this.#lost !== null) throw this.#lost
      if (this.#isUnsure) await this.#synchronise()
      return await this.#exchange(command)
    } finally {
      this.#isTaken = false
      this.#waiting.shift()?.start()
    }
  }

  /** Written without asking for an answer, when none is to be expected. */
  shout(text: string): void {
    this.#channel.write(Buffer.from(`${ESC}\r${text}\r`, 'latin1'))
  }

  #turn(rank: number): Promise<void> {
    if (!this.#isTaken) {
      this.#isTaken = true
      return Promise.resolve()
    }
    const { promise, resolve } = Promise.withResolvers<undefined>()
    const start = () => {
      this.#isTaken = true
      resolve(undefined)
    }
    this.#waiting = [...this.#waiting, { rank, start }].sort((a, b) => a.rank - b.rank)
    return promise
  }

  async #synchronise(): Promise<void> {
    this.#write(`${ESC}\r`)
    const [text, answer] = SYNCS[this.#syncs++ % SYNCS.length] ?? ['AT', '']
    await this.#exchange({ text, answer, rank: RANK.urgent, withinMs: AT_TIMES.syncMs })
    this.#isUnsure = false
  }

  async #exchange(command: AtCommand): Promise<AtAnswer> {
    const over = new AbortController()
    const { promise, resolve, reject } = Promise.withResolvers<AtAnswer>()
    const stage = command.body === undefined ? 'answer' : 'prompt'
    const asked: Asked = { command, lines: [], stage, settle: resolve, refuse: reject }
    this.#asked = asked
    this.#open = this.#open.filter((owner) => owner !== OF_ANSWER)
    try {
      this.#write(`${command.text}\r`)
      // A sleep that is cut short has nothing to tell.
      this.#clock.sleep(command.withinMs ?? AT_TIMES.commandMs, over.signal).then(
        () => this.#late(asked),
        () => undefined,
      )
      const answer = await promise
      this.#silentSince = null
      return answer
    } finally {
      over.abort()
      this.#asked = null
    }
  }

  #late(asked: Asked): void {
    const { command, lines, stage } = asked
    this.#isUnsure = true
    if (lines.length > 0 && command.body !== undefined) {
      asked.settle({ is: 'ok', lines })
      return
    }
    this.#silentSince ??= this.#clock.mono()
    const facts = { command: command.text, mayBeDone: stage === 'answer' }
    asked.refuse(
      new HouseError('link/timeout', `expected the modem to answer ${command.text}, came nothing in time`, facts),
    )
  }

  #write(text: string): void {
    this.#channel.write(Buffer.from(text, 'latin1'))
  }

  #take(token: AtToken): void {
    const asked = this.#asked
    if (token.is === 'prompt') {
      if (asked === null) return
      asked.stage = 'answer'
      try {
        this.#write(`${asked.command.body ?? ''}${CTRL_Z}`)
      } catch (error) {
        if (error instanceof HouseError) asked.refuse(error)
      }
      return
    }
    const { line } = token
    if (/^[0-9A-F]+$/i.test(line) && this.#open.length > 0) {
      this.#takePdu(line)
    } else if (asked === null || !this.#isAnswer(asked, line)) {
      this.#takeUnasked(line)
    }
  }

  #takePdu(pdu: string): void {
    const owner = this.#open.pop()
    if (owner === OF_ANSWER) this.#asked?.lines.push(pdu)
    else if (owner !== undefined) this.#told({ line: owner, pdu })
  }

  #takeUnasked(line: string): void {
    if (line.startsWith(HAS_PDU)) this.#open.push(line)
    else this.#told({ line, pdu: null })
  }

  /** Whether a line belongs to what was asked; takes it when it does. */
  #isAnswer(asked: Asked, line: string): boolean {
    const { command, lines } = asked
    if (line === command.text) return true
    const final = finalOf(line)
    if (final !== null) {
      // What asks for a line is not at its end without one: an OK in front of it is a late one to what was given up.
      if (final.is === 'ok' && lines.length === 0 && needsLine(command)) return true
      if (SYNCS.some(([text]) => text === command.text) && lines.length === 0) return true
      // What follows in the same piece is not its answer any more.
      this.#asked = null
      asked.settle(final.is === 'ok' ? { is: 'ok', lines } : final)
      return true
    }
    const { answer } = command
    if (answer === undefined) return false
    if (answer === FREE ? UNASKED.test(line) || line.startsWith(HAS_PDU) : !line.startsWith(answer)) return false
    lines.push(line)
    if (command.hasPdus === true) this.#open.push(OF_ANSWER)
    return true
  }
}

function needsLine({ answer, mayBeEmpty }: AtCommand): boolean {
  return answer !== undefined && answer !== FREE && mayBeEmpty !== true
}

function finalOf(line: string): AtAnswer | null {
  if (line === 'OK') return { is: 'ok', lines: [] }
  if (line === 'ERROR') return { is: 'error', kind: 'plain', code: 0, text: line }
  const coded = /^\+CM([SE]) ERROR: *(\d+)/.exec(line)
  if (coded === null) return null
  return { is: 'error', kind: coded[1] === 'S' ? 'cms' : 'cme', code: Number(coded[2]), text: line }
}
