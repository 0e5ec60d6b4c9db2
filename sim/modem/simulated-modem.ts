import type { Clock } from '../../platform/clock.ts'
import { type ModemFaults, noFaults } from './faults.ts'
import { Network, type NetworkOptions } from './network.ts'
import { PhoneCall } from './phone-call.ts'
import { reception } from './reception.ts'
import { afterPower } from './registers.ts'
import { SimCard } from './sim-card.ts'

export interface SimulatedModemOptions extends NetworkOptions {
  readonly clock: Clock
  /** Places on the SIM. */
  readonly places?: number
  readonly pin?: string
  /** Whether it wants to hear that reports were heard, as modems of the second phase do. */
  readonly wantsAck?: boolean
  /** What it takes to start, ms. */
  readonly bootMs?: number
}

const PLACES = 20
const CTRL_Z = 0x1a
const ESC = 0x1b
const NO_CREDIT = 21
const NO_NETWORK = 331
const BAD_PDU = 304

/** A 4G modem that speaks AT and PDUs, and says of itself that it is simulated. It lives on through unplugging. */
export class SimulatedModem {
  readonly faults: ModemFaults = noFaults()
  readonly card: SimCard
  readonly network: Network
  /** How often it was told that a report was heard, and how often it was started by a command. */
  readonly counts = { acknowledged: 0, powerCycles: 0 }
  readonly #options: SimulatedModemOptions
  readonly #life = new AbortController()
  #registers = afterPower()
  #write: ((text: string) => void) | null = null
  #input: number[] = []
  /** Length told by AT+CMGS while its message is awaited. */
  #awaitedLength: number | null = null
  #call: PhoneCall | null = null
  #isBooting = false
  #work: Promise<void> = Promise.resolve()

  constructor(options: SimulatedModemOptions) {
    this.#options = options
    this.card = new SimCard(options.places ?? PLACES, options.pin ?? null)
    this.network = new Network(options)
    this.network.join({
      reported: ({ hex, length }) => this.#say(`\r\n+CDS: ${length}\r\n${hex}\r\n`, this.#tellsReports),
      arrived: ({ hex }) => this.#store(hex),
    })
  }

  get isCalling(): boolean {
    return this.#call !== null && !this.#call.isOver
  }

  /** It is plugged in, and has just got power. */
  attach(write: (bytes: Uint8Array) => void): void {
    this.#registers = afterPower()
    this.#input = []
    this.#awaitedLength = null
    this.card.lock()
    this.#write = (text) => write(Buffer.from(text, 'latin1'))
  }

  detach(): void {
    this.#write = null
    this.#call?.hangUp()
  }

  /** Ends what still goes on in it. */
  close(): void {
    this.detach()
    this.#life.abort()
  }

  receive(bytes: Uint8Array): void {
    if (this.#isBooting) return
    if (this.#registers.echo) this.#say(Buffer.from(bytes).toString('latin1'))
    for (const byte of bytes) this.#take(byte)
  }

  /** Hands over what waits in the network, now that there may be a place or a network again. */
  wake(): void {
    this.network.handOver()
  }

  #take(byte: number): void {
    if (byte === ESC) {
      this.#input = []
      this.#awaitedLength = null
    } else if (this.#awaitedLength !== null && byte === CTRL_Z) {
      const [hex, length] = [this.#takeInput(), this.#awaitedLength]
      this.#awaitedLength = null
      this.#then(() => this.#submit(hex, length))
    } else if (this.#awaitedLength === null && byte === 0x0d) {
      const line = this.#takeInput().trim()
      if (line !== '') this.#then(() => this.#command(line))
    } else this.#input.push(byte)
  }

  #takeInput(): string {
    const text = Buffer.from(this.#input).toString('latin1')
    this.#input = []
    return text.trim()
  }

  /** One after the other, each after the pause of a slow modem. */
  #then(work: () => void): void {
    this.#work = this.#work.then(async () => {
      if (this.faults.slowMs > 0)
        await this.#options.clock.sleep(this.faults.slowMs, this.#life.signal).catch(() => undefined)
      if (!this.#life.signal.aborted && !this.#isBooting) work()
    })
  }

  #say(text: string, isTold = true): void {
    if (isTold && !this.faults.silent && !this.#isBooting) this.#write?.(text)
  }

  #answer(...lines: readonly string[]): void {
    this.#say(lines.map((line) => `\r\n${line}\r\n`).join(''))
  }

  #fail(kind: 'CMS' | 'CME', code: number): void {
    this.#answer(this.#registers.codedErrors ? `+${kind} ERROR: ${code}` : 'ERROR')
  }

  get #tellsReports(): boolean {
    return this.#registers.telling.split(',')[3] === '1' && !this.faults.noSignal
  }

  #store(hex: string): boolean {
    if (this.faults.storageFull || this.faults.noSignal || this.faults.noSim) return false
    const index = this.card.keep(hex)
    if (index === null) return false
    this.#say(`\r\n+CMTI: "SM",${index}\r\n`, this.#registers.telling.split(',')[1] === '1')
    return true
  }

  #submit(hex: string, length: number): void {
    const { faults } = this
    if (faults.rebootInSend) {
      faults.rebootInSend = false
      void this.#boot()
    } else if (faults.noSignal) this.#fail('CMS', NO_NETWORK)
    else if (faults.noCredit) this.#fail('CMS', NO_CREDIT)
    else if (faults.refuseWith !== null) this.#fail('CMS', faults.refuseWith)
    else {
      const reference = this.network.submit(hex, length, this.#life.signal)
      if (reference === null) this.#fail('CMS', BAD_PDU)
      else this.#answer(`+CMGS: ${reference}`, 'OK')
    }
  }

  async #boot(): Promise<void> {
    this.#isBooting = true
    this.#registers = afterPower()
    this.#call?.hangUp()
    this.card.lock()
    await this.#options.clock.sleep(this.#options.bootMs ?? 5_000, this.#life.signal).catch(() => undefined)
    this.#isBooting = false
    this.#answer('RDY', `+CPIN: ${this.card.state}`)
    this.wake()
  }

  #command(line: string): void {
    const [, verb = '', rest = ''] = /^AT([+^]?[A-Z]*)(.*)$/i.exec(line) ?? []
    const isCard = ['+CMGS', '+CPMS', '+CMGL', '+CMGD', '+CNMI', '+CSMS'].includes(verb.toUpperCase())
    if (isCard && (this.faults.noSim || this.card.state !== 'READY')) {
      this.#fail('CMS', this.faults.noSim ? 310 : 311)
      return
    }
    const lines = this.#did(verb.toUpperCase(), rest)
    if (lines === null) this.#answer('ERROR')
    else if (lines !== 'said') this.#answer(...lines, 'OK')
  }

  /** The lines in front of OK, null for what is refused, `said` when the answer is out already. */
  #did(verb: string, rest: string): readonly string[] | null | 'said' {
    switch (verb) {
      case '':
        return []
      case 'I':
        return ['SIMULATED', 'Pitwatch simulated modem', 'Revision: 1']
      case '+CGMI':
        return ['SIMULATED']
      case '+CGMM':
        return ['Pitwatch simulated modem']
      case 'E':
        this.#registers.echo = rest === '1'
        return []
      case '+CMEE':
        if (rest === '?') return [`+CMEE: ${this.#registers.codedErrors ? 1 : 0}`]
        this.#registers.codedErrors = rest === '=1'
        return []
      case '+CPIN':
      case '+CPINR':
        return this.#pin(verb, rest)
      case '+CFUN':
        this.counts.powerCycles += 1
        this.#answer('OK')
        void this.#boot()
        return 'said'
      default:
        return this.#sms(verb, rest) ?? this.#line(verb, rest)
    }
  }

  #pin(verb: string, rest: string): readonly string[] | 'said' {
    if (this.faults.noSim) {
      this.#fail('CME', 10)
      return 'said'
    }
    if (verb === '+CPINR') return [`+CPINR: SIM PIN,${this.card.triesLeft},3`]
    if (rest === '?') return [`+CPIN: ${this.card.state}`]
    if (this.card.enter(rest.replaceAll(/[="]/g, ''))) return []
    this.#fail('CME', 16)
    return 'said'
  }

  #sms(verb: string, rest: string): readonly string[] | null | 'said' {
    const used = this.card.kept.length
    switch (verb) {
      case '+CMGF':
        return rest === '?' ? ['+CMGF: 0'] : rest === '=0' ? [] : null
      case '+CSCS':
        return ['+CSCS: "IRA"']
      case '+CMMS':
        return []
      case '+CNMA':
        this.counts.acknowledged += 1
        return []
      case '+CSMS':
        return rest === '?' ? [`+CSMS: ${this.#options.wantsAck === true ? 1 : 0},1,1,1`] : ['+CSMS: 1,1,1']
      case '+CNMI':
        if (rest === '?') return [`+CNMI: ${this.#registers.telling}`]
        this.#registers.telling = rest.slice(1)
        return []
      case '+CPMS': {
        const places = `${used},${this.card.total}`
        if (rest === '=?') return ['+CPMS: ("SM"),("SM"),("SM")']
        if (rest === '?') return [`+CPMS: "SM",${places},"SM",${places},"SM",${places}`]
        return rest.includes('"ME"') || rest.includes('"SR"') ? null : [`+CPMS: ${places},${places},${places}`]
      }
      case '+CMGL':
        this.#answer(
          ...this.card.kept.map(({ index, hex }) => `+CMGL: ${index},1,,${hex.length / 2 - 9}\r\n${hex}`),
          'OK',
        )
        return 'said'
      case '+CMGD':
        this.card.remove(Number(rest.slice(1)))
        this.#then(() => this.wake())
        return []
      case '+CMGS':
        this.#awaitedLength = Number(rest.slice(1))
        this.#say('\r\n> ')
        return 'said'
      default:
        return null
    }
  }

  #line(verb: string, rest: string): readonly string[] | null | 'said' {
    switch (verb) {
      case '+DDET':
        this.#registers.hearsKeys = rest === '=1'
        return []
      case 'D':
      case '+CLCC':
      case '+CHUP':
      case 'H':
        return this.#dial(verb, rest)
      default:
        return reception(verb, this.faults)
    }
  }

  #dial(verb: string, rest: string): readonly string[] | 'said' {
    if (verb === '+CLCC') return this.#call === null || this.#call.isOver ? [] : [this.#call.line]
    this.#call?.hangUp()
    this.#call = null
    if (verb !== 'D') return []
    if (this.faults.noSignal) {
      this.#fail('CME', 30)
      return 'said'
    }
    const number = rest.replace(';', '')
    this.#call = new PhoneCall(number)
    const said = (line: string) => {
      if (!line.startsWith('+RXDTMF') || this.#registers.hearsKeys) this.#answer(line)
    }
    void this.#call.go(this.network.ring(number), this.#options.clock, said)
    return []
  }
}
