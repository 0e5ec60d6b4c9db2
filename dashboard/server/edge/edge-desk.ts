import { EdgeAct } from '../../../core/contract/edge.ts'
import { topicOf } from '../../../core/contract/topics.ts'
import type { DutyView } from '../../../core/alarms/duty-view.ts'
import { HouseError, messageOf } from '../../../core/kit/errors.ts'
import { systemClock } from '../../../platform/clock.ts'
import type { Log } from '../../../platform/log.ts'
import { together } from '../../../platform/together.ts'
import type { AlarmDesk } from '../alarms/desk.ts'
import type { BrokerLink, BrokerMessage } from '../broker/link.ts'
import type { Database } from '../db/database.ts'
import { openReceipts, type SendReceipt, verdict } from '../ingest/receipts.ts'
import { applyActs } from './apply-acts.ts'
import { keepAct } from './edge-rows.ts'
import { Sheets } from './sheets.ts'
import { Words } from './words.ts'

/** What the control room and gateways that may be alone tell each other: duty sheets and words out, acts in. */
export interface EdgeDesk {
  /** Takes an act of a gateway; other messages are left alone. Quick, never throws. */
  take(message: BrokerMessage): void
  /** Says sheets and words on a new connection: the broker may have forgotten them. Throws `mqtt/refused`. */
  announce(publish: BrokerLink['publish']): Promise<void>
  /** Acts that were refused since the start. */
  refused(): number
  /** Says what has changed until `signal` aborts; then ends what it has begun. */
  run(signal: AbortSignal): Promise<void>
}

export interface EdgeDeskDeps {
  readonly db: Database
  readonly desk: Pick<AlarmDesk, 'append' | 'changed' | 'changes' | 'list' | 'time'>
  readonly book: DutyView & { onChange(told: () => void): void }
  /** Whether a channel carries SMS. */
  readonly isSms: (channel: string) => boolean
  /** Sites that were ever heard of. */
  readonly sites: () => readonly string[]
  /** Before the numbers of alarms. */
  readonly prefix: string
  /** Signs by the authority of the county; null where there is none. */
  readonly sign: (signed: object) => string | null
  /** Throws `mqtt/refused` when the broker cannot be reached now. */
  readonly publish: BrokerLink['publish']
  readonly group: string
  readonly log: Log
}

/** Acts on their way into the database; beyond them a gateway sends again. */
const MOST_AT_ONCE = 500
/** An act is no longer, bytes. */
const MOST_BYTES = 16 << 10
/** What has changed is told within this, ms of real time. */
const TELL_MS = 400

export function openEdgeDesk(deps: EdgeDeskDeps): EdgeDesk {
  const { desk, publish, log } = deps
  const sheets = new Sheets(deps)
  const words = new Words(deps)
  const acts = new Acts(deps)
  let isOk = true
  const tellAll = async (over: BrokerLink['publish']) => {
    await sheets.tell(over)
    await words.tell(over)
  }
  const telling = async (signal: AbortSignal): Promise<void> => {
    while (!signal.aborted) {
      await systemClock.sleep(TELL_MS, signal).catch(() => undefined)
      try {
        await tellAll(publish)
        isOk = true
      } catch (error) {
        if (isOk) log.info({ why: messageOf(error) }, 'gateways cannot be told whom to call now; it waits')
        isOk = false
      }
    }
  }
  const following = async (signal: AbortSignal): Promise<void> => {
    for await (const { site } of desk.changes(signal)) words.changed(site)
  }
  return {
    take: (message) => acts.take(message),
    announce: async (over) => {
      sheets.forget()
      words.forget()
      await tellAll(over)
    },
    refused: () => acts.refused,
    run: async (signal) => {
      await together(signal, [telling, following])
      await acts.settled()
    },
  }
}

/** What names an act, also where the rest of it does not follow its schema. */
const ActKey = EdgeAct.pick({ occurrence: true, n: true }).strip()

/** Acts of gateways on their way into the database. */
class Acts {
  readonly #deps: EdgeDeskDeps
  readonly #receipt: SendReceipt
  readonly #working = new Set<Promise<void>>()
  #refused = 0

  constructor(deps: EdgeDeskDeps) {
    this.#deps = deps
    this.#receipt = openReceipts(deps)
  }

  get refused(): number {
    return this.#refused
  }

  take({ topic: text, payload }: BrokerMessage): void {
    const topic = topicOf(text)
    if (topic?.kind !== 'edge-act' || topic.group !== this.#deps.group || payload.length === 0) return
    const { site } = topic
    let value: unknown = null
    try {
      if (payload.length > MOST_BYTES) throw malformed(`expected at most ${MOST_BYTES} bytes, came ${payload.length}`)
      value = JSON.parse(Buffer.from(payload).toString('utf8'))
      const act = EdgeAct.parse(value)
      // One site must not be able to speak of another's alarms.
      if (act.site !== site || !act.occurrence.startsWith(`${site}.`))
        throw malformed(`expected an act of ${site}, came one of ${act.site} about ${act.occurrence}`)
      // Without a receipt it comes again.
      if (this.#working.size >= MOST_AT_ONCE) return
      const work = this.#keep(act).finally(() => this.#working.delete(work))
      this.#working.add(work)
    } catch (error) {
      this.#refuse({ site, value, error })
    }
  }

  async settled(): Promise<void> {
    await Promise.all(this.#working)
  }

  /** Its transaction is asked for at once, so that it stands before that of the alarm which comes behind it. */
  async #keep(act: EdgeAct): Promise<void> {
    const { db, desk, log } = this.#deps
    const { site, occurrence, n } = act
    try {
      const now = await desk.time()
      const done = await db.transaction(async (q) => {
        if (!(await keepAct(q, act, now))) return null
        const applied = await applyActs(q, occurrence, now)
        if (applied.actions.length > 0) await desk.append(q, applied.actions)
        return applied
      })
      if (done !== null) desk.changed(done.changed)
      await this.#receipt(site, { lane: 'edge-act', occurrence, n, ...verdict('accept') })
    } catch (error) {
      log.error(
        { code: 'store/failed', site, why: messageOf(error) },
        'what a gateway did cannot be kept; it waits there',
      )
    }
  }

  #refuse({ site, value, error }: { readonly site: string; readonly value: unknown; readonly error: unknown }): void {
    const why = messageOf(error).slice(0, 500)
    if (this.#refused === 0)
      this.#deps.log.warn({ code: 'message/malformed', site, why }, 'an act is refused; further ones are only counted')
    this.#refused += 1
    const key = ActKey.safeParse(value)
    if (key.success) void this.#receipt(site, { lane: 'edge-act', ...key.data, ...verdict('reject', error) })
  }
}

function malformed(why: string): HouseError {
  return new HouseError('message/malformed', why)
}
