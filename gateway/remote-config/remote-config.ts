import { join } from 'node:path'
import type { DeployReport, SiteConfig } from '../../core/contract/config-lane.ts'
import { type HouseError, isHouseError } from '../../core/kit/errors.ts'
import { type Clock, systemClock } from '../../platform/clock.ts'
import type { Log } from '../../platform/log.ts'
import type { LoadedGateway } from '../../platform/site/loaded-gateway.ts'
import { ConfigFiles } from './config-files.ts'
import { openEnvelope, type Opened, type VerifyConfig } from './envelope.ts'
import { type Passing, reportOf, runningOf, type Running } from './report.ts'
import { faultLines, loadSent } from './sent.ts'
import * as trials from './trial.ts'

export interface RemoteConfigOptions {
  /** The gateway's own file. */
  readonly own: LoadedGateway
  /** The gateway's store; what is sent is kept in its folder `config`. */
  readonly storeFolder: string
  /** null where the gateway has no identity. */
  readonly verify: VerifyConfig | null
  /** Stamps reports. */
  readonly clock: Clock
  /** Measures how long the control room is silent; the system's when absent. */
  readonly real?: Clock
  readonly log: Log
  /** Makes the gateway what a configuration says. Throws `config/…` and leaves the gateway as it was. */
  readonly apply: (next: LoadedGateway, signal: AbortSignal) => Promise<DeployReport>
  /** There is something new to report. Must be quick and not throw. */
  readonly onReport: () => void
}

/** Without a trial there is nothing to wait for but a message, in ms. */
const IDLE_MS = 3_600_000
/** How often a trial is told while it lasts. */
const TELLINGS = 8

/**
 * The configuration the control room sends: verified, checked by the loader of the gateway's own file, kept, applied, and given up
 * again when the control room is not heard afterwards. Until a version is confirmed the one before is there to go back to.
 */
export class RemoteConfig {
  readonly #options: RemoteConfigOptions
  readonly #files: ConfigFiles
  readonly #real: Clock
  #state: trials.TrialState
  /** What was confirmed last, or the own file: gone back to when a trial fails. */
  #base: LoadedGateway
  /** What is in effect. */
  #current: LoadedGateway
  #waiting: Uint8Array | null = null
  #answer: trials.ConfigRef | null = null
  #wake = Promise.withResolvers<undefined>()
  /** When what is on trial is given up, by the real clock. */
  #deadline: number | null = null
  #report: string | null = null
  /** What was turned away last; repeats of it are not logged. */
  #stranger = ''

  constructor(options: RemoteConfigOptions) {
    this.#options = options
    this.#files = new ConfigFiles(join(options.storeFolder, 'config'))
    this.#real = options.real ?? systemClock
    this.#base = options.own
    this.#current = options.own
    this.#state = trials.untried(options.own.sha256)
  }

  /** What is to be told on the lane `config-report`, JSON; null when nothing was ever sent. */
  get report(): string | null {
    return this.#report
  }

  /** Which configuration runs, for the lane `running-config`; null where the control room has no say here. */
  running(): Running | null {
    const { own, clock } = this.#options
    if (own.config.remoteConfig === 'off') return null
    const version = trials.runningOf(this.#state)?.version ?? 0
    return runningOf(this.#current, { version, at: clock.now() })
  }

  /**
   * Reads what was kept, once and before anything else, and answers what the gateway is to start with: its own file where nothing
   * else can be had. Never throws.
   */
  async takeUp(): Promise<LoadedGateway> {
    const { own, log } = this.#options
    const kept = await this.#files.state()
    if (kept === null) return own
    this.#state = trials.atStart(kept, own.sha256)
    if (kept.file !== own.sha256 && trials.runningOf(kept) !== null)
      log.warn({}, 'the file of this gateway has changed: what the control room had sent before is not used any more')
    this.#base = await this.#loaded(this.#state.confirmed)
    this.#current = this.#state.trial === null ? this.#base : await this.#loaded(this.#state.trial)
    await this.#keepState()
    this.#tell()
    const running = trials.runningOf(this.#state)
    if (running !== null) log.info({ version: running.version }, 'running with a configuration of the control room')
    return this.#current
  }

  /** Takes what came on the lane `config`; the last of several counts. Quick, never throws. */
  take(payload: Uint8Array): void {
    // An empty one only says that the broker shall forget it.
    if (payload.length === 0) return
    this.#waiting = payload
    this.#wake.resolve(undefined)
  }

  /** The control room has the report of this version. Quick, never throws. */
  answered(ref: trials.ConfigRef): void {
    this.#answer = ref
    this.#wake.resolve(undefined)
  }

  /** Handles what comes until `signal` aborts. */
  async run(signal: AbortSignal): Promise<void> {
    if (this.#state.trial !== null) this.#startTrial()
    while (!signal.aborted) {
      await this.#something(signal)
      this.#wake = Promise.withResolvers<undefined>()
      const [payload, answer] = [this.#waiting, this.#answer]
      this.#waiting = null
      this.#answer = null
      if (isOver(signal)) return
      if (answer !== null) await this.#confirm(answer)
      if (payload !== null) await this.#consider(payload, signal)
      else if (this.#deadline !== null && this.#real.mono() >= this.#deadline) await this.#giveUp(signal)
      // What was told may have come while nobody could write it down.
      else if (this.#deadline !== null) this.#tellTrial()
    }
  }

  /** Resolves when there is something to do, or when what is on trial has had its time. */
  async #something(signal: AbortSignal): Promise<void> {
    const over = new AbortController()
    const again = this.#options.own.config.confirmWithin / TELLINGS
    const most = this.#deadline === null ? IDLE_MS : Math.min(again, this.#deadline - this.#real.mono())
    const pause = this.#real.sleep(Math.max(1, most), AbortSignal.any([signal, over.signal])).catch(() => undefined)
    await Promise.race([this.#wake.promise, pause])
    over.abort()
  }

  async #consider(payload: Uint8Array, signal: AbortSignal): Promise<void> {
    const { own, verify } = this.#options
    const opened = openEnvelope(payload, { siteId: own.config.site.id, accepts: own.config.remoteConfig, verify })
    if (opened.kind === 'refused') {
      this.#turnAway(opened)
      return
    }
    const { config } = opened
    switch (trials.standingOf(this.#state, config)) {
      case 'known':
        this.#tell()
        return
      case 'old': {
        const fault = `expected a version above ${this.#state.highest}, came ${config.version}`
        this.#turnAway({ kind: 'refused', config, reason: 'old-version', fault })
        return
      }
      case 'new': {
        const next = await this.#prepared(config)
        if (next !== null) await this.#try(next, config, signal)
      }
    }
  }

  /** Refuses what is not from the control room, or from before. It is not remembered: nobody shall be able to use versions up. */
  #turnAway({ config, reason, fault }: Extract<Opened, { kind: 'refused' }>): void {
    const stranger = `${reason} ${config?.version} ${config?.sha256}`
    const version = config?.version ?? null
    if (stranger !== this.#stranger)
      this.#options.log.warn({ code: 'message/malformed', reason, version, why: fault }, 'a configuration is refused')
    this.#stranger = stranger
    if (config === null) return
    this.#tell({ version: config.version, sha256: config.sha256, state: 'refused', reason, faults: [fault] })
  }

  /** A new version checked and kept, ready to be applied; null when it is refused. */
  async #prepared(config: SiteConfig): Promise<LoadedGateway | null> {
    const { version, sha256, site, profiles } = config
    const passing = { version, sha256, reason: null, faults: [] }
    this.#tell({ ...passing, state: 'received' })
    try {
      const next = loadSent(config, this.#options.own)
      this.#tell({ ...passing, state: 'validated' })
      await this.#files.keep(version, { site, profiles })
      const state = trials.tried(this.#state, config)
      await this.#files.keepState(state)
      this.#state = state
      return next
    } catch (error) {
      if (!isHouseError(error)) throw error
      const reason = error.code === 'store/failed' ? 'not-kept' : 'invalid'
      this.#state = trials.refused(this.#state, config, { reason, faults: faultLines(error) })
      await this.#setBack(error)
      return null
    }
  }

  async #try(next: LoadedGateway, { version, by }: SiteConfig, signal: AbortSignal): Promise<void> {
    this.#deadline = null
    try {
      const deploy = await this.#options.apply(next, signal)
      this.#current = next
      this.#state = trials.applied(this.#state, deploy)
      this.#startTrial()
      await this.#keepState()
      this.#options.log.info({ version, by }, 'a configuration of the control room is applied')
      this.#tell()
    } catch (error) {
      if (!isHouseError(error)) throw error
      this.#state = trials.rolledBack(this.#state, { reason: 'not-applied', faults: faultLines(error) })
      await this.#setBack(error)
      // What was in effect may have been on trial itself.
      if (this.#current !== this.#base) await this.#goBack(signal)
    }
  }

  /** Tells what is on trial: only a report of it is answered. */
  #tellTrial(): void {
    const untold = trials.untoldTrial(this.#state)
    this.#tell(untold === null ? null : { ...untold, state: 'applied', reason: null, faults: [] })
  }

  async #setBack(error: HouseError): Promise<void> {
    const { version, reason } = this.#state.decided ?? { version: null, reason: null }
    const facts = { code: error.code, version, reason, why: error.message }
    this.#options.log.warn(facts, 'a configuration of the control room is not taken; the one before goes on')
    await this.#keepState()
    this.#tell()
  }

  async #confirm(ref: trials.ConfigRef): Promise<void> {
    const state = trials.confirmed(this.#state, ref)
    if (state === this.#state) return
    this.#state = state
    this.#deadline = null
    this.#base = this.#current
    await this.#keepState()
    await this.#files.prune([ref.version])
    this.#options.log.info({ version: ref.version }, 'the control room has confirmed the configuration')
    this.#tell()
  }

  async #giveUp(signal: AbortSignal): Promise<void> {
    const facts = { code: 'mqtt/refused', version: this.#state.trial?.version ?? null }
    this.#deadline = null
    this.#state = trials.rolledBack(this.#state, { reason: 'unreachable' })
    // Remembered first: what is given up must not be taken up again after a crash.
    await this.#keepState()
    this.#options.log.warn(
      facts,
      'the control room was not heard after its configuration was applied; the one before is taken up',
    )
    await this.#goBack(signal)
    this.#tell()
  }

  async #goBack(signal: AbortSignal): Promise<void> {
    try {
      await this.#options.apply(this.#base, signal)
      this.#current = this.#base
    } catch (error) {
      if (!isHouseError(error)) throw error
      this.#options.log.error(
        { code: error.code, why: error.message },
        'the configuration before cannot be taken up; the gateway goes on with the one it has until it is started anew',
      )
    }
  }

  #startTrial(): void {
    this.#deadline = this.#real.mono() + this.#options.own.config.confirmWithin
  }

  /** A version as it was kept; the own file where that cannot be had any more, which is remembered and told. */
  async #loaded(ref: trials.ConfigRef | null): Promise<LoadedGateway> {
    const { own, log } = this.#options
    if (ref === null) return own
    try {
      return loadSent(await this.#files.load(ref), own)
    } catch (error) {
      if (!isHouseError(error)) throw error
      const reason = error.code === 'store/failed' ? 'not-kept' : 'invalid'
      this.#state = trials.lost(this.#state, ref, { reason, faults: faultLines(error) })
      log.error(
        { code: error.code, version: ref.version, why: error.message },
        'the configuration the control room had sent cannot be taken up again; the gateway runs with its own file',
      )
      return this.#state.confirmed === null ? own : this.#base
    }
  }

  /** A disk that refuses costs only what is remembered until the next start. */
  async #keepState(): Promise<void> {
    try {
      await this.#files.keepState(this.#state)
    } catch (error) {
      if (!isHouseError(error, 'store/failed')) throw error
      this.#options.log.warn({ code: error.code, why: error.message }, 'what became of a configuration cannot be kept')
    }
  }

  /** Makes the report anew. */
  #tell(passing: Passing | null = null): void {
    const { own, clock, onReport } = this.#options
    const report = reportOf(this.#state, passing, { siteId: own.config.site.id, at: clock.now() })
    if (report === null) return
    this.#report = JSON.stringify(report)
    onReport()
  }
}

/** Asked anew each time: the signal changes while we wait. */
function isOver(signal: AbortSignal): boolean {
  return signal.aborted
}
