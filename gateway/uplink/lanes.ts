import type { AlarmTransition } from '../../core/contract/alarm.ts'
import type { Receipt } from '../../core/contract/lanes.ts'
import { topicText } from '../../core/contract/topics.ts'
import { isHouseError } from '../../core/kit/errors.ts'
import { systemClock } from '../../platform/clock.ts'
import type { Log } from '../../platform/log.ts'
import { AlarmLane } from './alarm-lane.ts'
import { Backfill } from './backfill.ts'
import { EdgeActLane } from './edge-act-lane.ts'
import { EvidenceLane } from './evidence-lane.ts'
import { LateRows } from './late-rows.ts'
import type { Line } from './line.ts'
import type { NodeSession } from './node-session.ts'
import type { DatingOf } from './redate.ts'
import { StoreReads } from './store-reads.ts'
import type { CommittedReadings, UplinkStore } from './uplink-store.ts'

export interface LanesOptions {
  readonly group: string
  readonly site: string
  readonly store: UplinkStore
  readonly datingOf: DatingOf
  /** How many points the site has. */
  readonly points: () => number
  readonly log: Log
  /** An alarm or a picture without a receipt is sent again after so long, ms. */
  readonly alarmResendMs: number
  readonly evidenceResendMs: number
}

/** Everything that waits in the store for its receipt, in the order in which it goes: acts, alarms, pictures, readings. */
export class Lanes {
  readonly #options: LanesOptions
  readonly #reads: StoreReads
  readonly #acts: EdgeActLane
  readonly #alarms: AlarmLane
  readonly #evidence: EvidenceLane
  readonly #backfill: Backfill
  readonly #late: LateRows

  constructor(options: LanesOptions) {
    const { group, site, alarmResendMs, evidenceResendMs } = options
    this.#options = options
    this.#reads = new StoreReads(options.log)
    const common = { ...options, reads: this.#reads }
    const topicOf = (kind: 'alarm' | 'edge-act') => topicText({ kind, group, site })
    this.#acts = new EdgeActLane({ ...common, topic: topicOf('edge-act'), resendMs: alarmResendMs })
    const before = (occurrence: string, line: Line) => this.#acts.sendOf(occurrence, line)
    this.#alarms = new AlarmLane({ ...common, topic: topicOf('alarm'), resendMs: alarmResendMs, before })
    this.#evidence = new EvidenceLane({ ...common, resendMs: evidenceResendMs })
    this.#backfill = new Backfill(options)
    this.#late = new LateRows(options.store)
  }

  /** What the control room has said of links since the start. */
  get counts(): Backfill['counts'] {
    return this.#backfill.counts
  }

  /** True when there is something new that cannot wait for its turn. */
  add({ pictures, acts }: CommittedReadings, transitions: readonly AlarmTransition[]): boolean {
    this.#acts.add(acts)
    this.#alarms.add(transitions)
    this.#evidence.add(pictures)
    return transitions.length + pictures.length + acts.length > 0
  }

  /** Readings below `nextSeq` went out live. */
  wentLive(nextSeq: number): void {
    this.#late.wentLive(nextSeq)
  }

  /** The connection is new: nothing is on its way any more. */
  restart(): void {
    this.#acts.restart()
    this.#alarms.restart()
    this.#evidence.restart()
    this.#backfill.restart()
  }

  /** A host has asked for births, so it has just come: what it has not receipted has most likely not reached it. */
  again(): void {
    this.#backfill.again()
  }

  /** The births are told: readings that follow go out live. */
  born(line: Line): void {
    this.#late.begin(line.rate)
  }

  sendAlarms(line: Line): void {
    this.#acts.send(line)
    this.#alarms.send(line)
  }

  /** Sends what goes next behind alarms and live data; false when there is nothing for now. */
  async sendNext(session: NodeSession): Promise<boolean> {
    const { line } = session
    const picture = this.#evidence.next()
    if (picture !== null) {
      line.bulk(picture.topic, picture.payload).catch(untilNext)
      return true
    }
    return (await this.#sendLate(session)) || this.#sendBackfill(line)
  }

  /** Throws `message/malformed` for a receipt of what was never sent, `store/failed`. */
  receipted(receipt: Exclude<Receipt, { lane: 'config' | 'running-config' }>): void {
    switch (receipt.lane) {
      case 'range':
      case 'trend':
        this.#backfill.receipted(receipt, systemClock.mono())
        return
      case 'alarm':
        if (receipt.verdict !== 'keep' && this.#alarms.receipted(receipt.occurrence, receipt.n)) this.#gone(receipt)
        return
      case 'edge-act':
        if (receipt.verdict !== 'keep' && this.#acts.receipted(receipt.occurrence, receipt.n)) this.#gone(receipt)
        return
      case 'evidence':
        if (receipt.verdict !== 'keep' && this.#evidence.receipted(receipt.sha256)) this.#gone(receipt)
    }
  }

  /** What is refused for good leaves the store like what is taken; somebody has to hear of it. */
  #gone({ lane, verdict, reason }: Extract<Receipt, { lane: 'alarm' | 'edge-act' | 'evidence' }>): void {
    if (verdict !== 'reject') return
    const facts = { code: 'message/malformed', lane, why: reason ?? 'no reason given' }
    this.#options.log.warn(facts, 'the control room refuses a message for good; it is not sent again')
  }

  async #sendLate(session: NodeSession): Promise<boolean> {
    try {
      return await this.#late.send(session)
    } catch (error) {
      if (!isHouseError(error, 'store/failed')) throw error
      // They come with their range when the disk can be read again.
      return false
    }
  }

  #sendBackfill(line: Line): boolean {
    const { group, site } = this.#options
    const step = this.#reads.read('links', () => this.#backfill.step(line.rate, systemClock.mono()))
    if (step === 'unreadable' || step.is === 'nothing') return false
    if (step.is === 'message') line.bulk(topicText({ kind: step.lane, group, site }), step.payload).catch(untilNext)
    return true
  }
}

/** A publish fails when the connection ends; what waits is still in the store and goes out with the next. */
function untilNext(): void {
  return undefined
}
