import { randomInt } from 'node:crypto'
import type { EdgeAct } from '../../core/contract/edge.ts'
import type { GatewayConfig } from '../../core/contract/site.ts'
import type { BootId } from '../../core/contract/clock.ts'
import { type AloneDeed, type AloneEvent, type AloneGround, stepAlone } from '../../core/alarms/edge-alone.ts'
import { AloneState, freshAlone } from '../../core/alarms/edge-alone-state.ts'
import { messageOf } from '../../core/kit/errors.ts'
import type { Clock } from '../../platform/clock.ts'
import type { Log } from '../../platform/log.ts'
import type { Deterrents } from '../deterrent/deterrents.ts'
import type { Sounded } from '../deterrent/interlock.ts'
import type { AloneKept, GatewayStore } from '../store/store.ts'
import type { Said } from './said-lanes.ts'

export interface AloneDeskDeps {
  readonly config: Pick<GatewayConfig, 'site' | 'alone' | 'deterrents'>
  readonly store: Pick<GatewayStore, 'aloneState'>
  /** Resolves when it is durable. */
  readonly keep: (alone: AloneKept) => Promise<void>
  readonly said: Pick<Said, 'sheet'>
  readonly deterrents: Pick<Deterrents, 'sound' | 'hush'>
  readonly clock: Clock & { readonly boot: BootId; uncertaintyMs(at: ReturnType<Clock['mono']>): number | null }
  readonly log: Log
}

/** Where neither the site nor a sheet says otherwise, ms. */
const AFTER_MS = 60_000
const AGAIN_MS = 600_000

/** What the gateway knows of its being alone: one event at a time, each durable before what follows from it is done. */
export class AloneDesk {
  readonly #deps: AloneDeskDeps
  #state: AloneState
  #last: Promise<unknown> = Promise.resolve()
  /** Replies that counted for nothing. */
  #refused = 0

  constructor(deps: AloneDeskDeps) {
    this.#deps = deps
    this.#state = savedState(deps)
  }

  get state(): AloneState {
    return this.#state
  }

  get refused(): number {
    return this.#refused
  }

  /** Four digits nobody can guess. */
  newCode(): string {
    return String(randomInt(1_000, 10_000))
  }

  /** Takes what has happened; resolves when it is durable and what follows has begun. Never rejects. */
  tell(event: AloneEvent): Promise<void> {
    const done = this.#last.then(() => this.#turn(event))
    this.#last = done
    return done
  }

  async #turn(event: AloneEvent): Promise<void> {
    const { keep, log } = this.#deps
    const { state, acts, deeds } = stepAlone(this.#state, event, this.#ground())
    const isNews = state !== this.#state || acts.length > 0
    this.#state = state
    if (isNews) {
      try {
        await keep({ state: JSON.stringify(state), acts: acts.map((act) => this.#stamped(act)) })
      } catch (error) {
        // Somebody must be told all the same; after a kill it may be said twice.
        log.error({ code: 'store/failed', why: messageOf(error) }, 'what the gateway does alone cannot be kept')
      }
    }
    for (const deed of deeds) this.#do(deed)
  }

  #ground(): AloneGround {
    const { config, said, clock } = this.#deps
    const sheet = said.sheet()
    const { after = sheet?.aloneAfter ?? AFTER_MS, again = sheet?.again ?? AGAIN_MS, priorities, siren } = config.alone
    const output = config.deterrents.find(({ id }) => id === siren)
    return {
      ...{ mono: clock.mono(), at: clock.now(), sheet, after, again, priorities },
      siren: output === undefined ? null : { output: output.id, seconds: Math.round(output.most / 1_000) },
    }
  }

  #stamped(act: Pick<EdgeAct, 'occurrence' | 'n' | 'did'>): EdgeAct {
    const { config, clock } = this.#deps
    const [at, mono] = [clock.now(), clock.mono()]
    const uncertaintyMs = clock.uncertaintyMs(mono)
    return { site: config.site.id, at, clock: { boot: clock.boot, mono, recordedAt: at, uncertaintyMs }, ...act }
  }

  #do(deed: AloneDeed): void {
    const { deterrents, log } = this.#deps
    switch (deed.do) {
      case 'sound':
        void deterrents.sound(deed.output, deed.seconds).then((outcome) => this.#sounded(deed, outcome))
        return
      case 'hush':
        deterrents.hush(deed.output)
        return
      case 'refuse':
        this.#refused += 1
        log.warn({ code: 'message/malformed', from: deed.from, why: deed.why }, 'a reply by SMS counts for nothing')
    }
  }

  #sounded({ occurrence, output }: Extract<AloneDeed, { do: 'sound' }>, outcome: Sounded): void {
    const seconds = outcome.is === 'refused' ? 0 : outcome.seconds
    const why = outcome.is === 'on' ? null : outcome.why.slice(0, 200)
    const did = { kind: 'sounded', output, seconds, seen: outcome.is === 'on', why } as const
    void this.tell({ kind: 'sounded', occurrence, did })
  }
}

/** What was kept; anew where it cannot be understood, which is said: alarms that wait are taken up from the store. */
function savedState({ store, clock, log }: AloneDeskDeps): AloneState {
  try {
    const text = store.aloneState()
    return text === null ? freshAlone(clock.boot) : AloneState.parse(JSON.parse(text))
  } catch (error) {
    log.error({ code: 'store/failed', why: messageOf(error).slice(0, 500) }, 'what was done alone cannot be taken up')
    return freshAlone(clock.boot)
  }
}
