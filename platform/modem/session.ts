import { HouseError, isHouseError, messageOf } from '../../core/kit/errors.ts'
import { decodePdu, type StatusReport } from '../../core/decode/sms-pdu.ts'
import type { Clock } from '../clock.ts'
import type { Log } from '../log.ts'
import type { ChannelEvents, Connect } from '../serial/channel.ts'
import { together } from '../together.ts'
import { AtPort, RANK, type Unasked } from './at-port.ts'
import { type CallNews, hearCall } from './calling.ts'
import { Mailbox } from './mailbox.ts'
import type { ModemOwner } from './modem.ts'
import { ask, type SetUp } from './set-up.ts'
import { CARE_TIMES } from './times.ts'
import { look, type Look } from './watch.ts'

export interface SessionOptions {
  readonly clock: Clock
  readonly log: Log
  readonly owner: ModemOwner
  readonly reported: (report: StatusReport) => void
  readonly seen: (look: Look) => void
}

/** Lines with which modems say that they have just started. */
const BEGAN = /^(RDY|\^SYSSTART|\^BOOT|\+CFUN: *1|START)/

/** One time a modem's port is open, from its opening until it is lost, silent, or began anew. */
export class Session {
  readonly port: AtPort
  /** What is heard of the call under way. */
  readonly news: CallNews = { ended: null, digits: '' }
  readonly #options: SessionOptions
  readonly #ended = new AbortController()
  #setUp: SetUp | null = null
  #close: () => void = () => undefined
  #hasMail = false
  #waiting = new AbortController()

  private constructor(options: SessionOptions, port: (told: (unasked: Unasked) => void) => AtPort) {
    this.#options = options
    this.port = port((unasked) => this.#hear(unasked))
  }

  /** Opens the port. Throws as `connect` does. */
  static async open(connect: Connect, options: SessionOptions, signal: AbortSignal): Promise<Session> {
    const own: { session: Session | null; lost: HouseError | null } = { session: null, lost: null }
    const events: ChannelEvents = {
      received: (bytes) => own.session?.port.received(bytes),
      lost: (error) => {
        own.lost = error
        own.session?.end(error)
      },
    }
    const channel = await connect(events, signal)
    const session = new Session(options, (told) => new AtPort(channel, options.clock, told))
    session.#close = () => channel.close()
    own.session = session
    if (own.lost !== null) session.end(own.lost)
    return session
  }

  /** What ended it; aborted once it is over. */
  get ended(): AbortSignal {
    return this.#ended.signal
  }

  /** Ends it: what is asked fails with `error`, and the port is closed. */
  end(error: HouseError): void {
    if (this.#ended.signal.aborted) return
    this.#ended.abort(error)
    this.port.lost(error)
    this.#close()
  }

  /** Looks after a modem that is set up. Throws what ended it. */
  async serve(setUp: SetUp, signal: AbortSignal): Promise<void> {
    this.#setUp = setUp
    const { clock, owner, reported } = this.#options
    const mailbox = new Mailbox({ port: this.port, clock, memories: setUp.memories, owner, reported })
    const both = AbortSignal.any([signal, this.ended])
    await together(both, [(soon) => this.#watch(setUp, soon), (soon) => this.#mail(mailbox, soon)])
    this.ended.throwIfAborted()
  }

  async #watch(setUp: SetUp, signal: AbortSignal): Promise<void> {
    const { clock, seen } = this.#options
    while (!signal.aborted) {
      try {
        const now = await look(this.port)
        if (now.telling !== setUp.telling) throw began('it tells of messages in another way than it was told to')
        if (!now.hasSim) throw began('its SIM is gone')
        seen(now)
      } catch (error) {
        const isOver = this.port.silentMs >= CARE_TIMES.silentMs
        if (!(error instanceof HouseError) || error.code !== 'link/timeout' || isOver) throw error
      }
      await clock.sleep(CARE_TIMES.pollMs, signal)
    }
  }

  async #mail(mailbox: Mailbox, signal: AbortSignal): Promise<void> {
    const { clock } = this.#options
    signal.addEventListener('abort', () => this.#mailCame(), { once: true })
    let isTold = false
    for (;;) {
      signal.throwIfAborted()
      this.#hasMail = false
      const fault = await mailbox.sweep().then(
        () => null,
        (error: unknown) => error,
      )
      if (fault !== null && !isTold) this.#notTaken(fault)
      isTold = fault !== null
      await clock.sleep(CARE_TIMES.sweepGapMs, signal)
      await this.#untilMail(CARE_TIMES.sweepMs)
    }
  }

  async #untilMail(mostMs: number): Promise<void> {
    if (this.#hasMail) return
    this.#waiting = new AbortController()
    // A sleep that is cut short has nothing to tell.
    await this.#options.clock.sleep(mostMs, this.#waiting.signal).catch(() => undefined)
  }

  #mailCame(): void {
    this.#hasMail = true
    this.#waiting.abort()
  }

  #notTaken(fault: unknown): void {
    const isOfLine = isHouseError(fault, 'link/timeout', 'link/down')
    const facts = { code: isOfLine ? fault.code : 'store/failed', why: messageOf(fault) }
    if (!this.ended.aborted)
      this.#options.log.warn(facts, 'messages stay in the modem until they can be read and taken')
  }

  #hear({ line, pdu }: Unasked): void {
    const { log, reported } = this.#options
    log.debug({ line, pdu }, 'the modem says')
    if (pdu !== null) {
      const report = decodePdu(pdu)
      if (report.is === 'report') reported(report)
      else log.warn({ code: 'message/malformed', pdu }, 'expected a report of a delivery')
      // Reports come once more when this is not heard.
      if (this.#setUp?.wantsAck === true) ask(this.port, 'AT+CNMA', { rank: RANK.urgent }).catch(() => undefined)
    } else if (/^\+C(MTI|DSI):/.test(line)) this.#mailCame()
    else if (BEGAN.test(line) && this.#setUp !== null) this.end(began('it started anew'))
    else hearCall(line, this.news)
  }
}

function began(why: string): HouseError {
  return new HouseError('link/down', `the modem is set up anew: ${why}`, { isBegun: true })
}
