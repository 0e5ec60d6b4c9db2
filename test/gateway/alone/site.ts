import { join } from 'node:path'
import type { AlarmTransition } from '../../../core/contract/alarm.ts'
import { BootId, type Dating } from '../../../core/contract/clock.ts'
import { type AlarmWord, type DutySheet, type EdgeAct, sheetSigned, wordSigned } from '../../../core/contract/edge.ts'
import { GatewayConfig } from '../../../core/contract/site.ts'
import { UtcMs } from '../../../core/contract/time.ts'
import { type Alone, openAlone } from '../../../gateway/alone/alone.ts'
import type { OpenSiteModem } from '../../../gateway/alone/site-modem.ts'
import { siteModem } from '../../../gateway/alone/site-modem.ts'
import { type Deterrents, openDeterrents } from '../../../gateway/deterrent/deterrents.ts'
import { openGatewayStore } from '../../../gateway/store/open.ts'
import type { GatewayStore } from '../../../gateway/store/store.ts'
import { type Clock, systemClock } from '../../../platform/clock.ts'
import { makeKey } from '../../../platform/identity/keys.ts'
import { signCommand, verifyCommand } from '../../../platform/identity/signatures.ts'
import { deterrent, type Relay } from '../deterrent/relay.ts'
import { SITE } from '../uplink/gateway.ts'
import { keptLog, until } from '../uplink/county.ts'

export const KEY = makeKey()
export const BOOT = BootId.parse('00000000000000aa')
export const OFFICER = '+8613900000001'
export const OTHER = '+8613900000003'

export function duty(change: Partial<DutySheet> = {}): DutySheet {
  const now = Date.now()
  const utc = (ms: number) => UtcMs.parse(now + ms)
  const sheet: DutySheet = {
    ...{ site: SITE.id, version: 1, issuedAt: utc(0), until: utc(86_400_000), prefix: 'PW' },
    watches: [
      {
        ...{ from: utc(-60_000), to: utc(86_400_000) },
        persons: [{ id: 'zhang', name: '张甲', language: 'zh-CN', number: OFFICER }],
      },
    ],
    fallback: [{ id: 'li', name: 'Li Bing', language: 'en', number: OTHER }],
    ...{ aloneAfter: 60_000, again: 600_000, signature: null },
    ...change,
  }
  return { ...sheet, signature: signCommand(sheetSigned(sheet), KEY) }
}

export function word(alarms: AlarmWord['alarms'], at = Date.now()): AlarmWord {
  const bare: AlarmWord = { site: SITE.id, at: UtcMs.parse(at), alarms, signature: null }
  return { ...bare, signature: signCommand(wordSigned(bare), KEY) }
}

export function transitionOf(stamp: string, change: Partial<AlarmTransition> = {}): AlarmTransition {
  return {
    ...{ occurrence: `east-pit.night-load.${stamp}`, n: 1, kind: 'raise', site: SITE.id, rule: 'night-load' },
    ...{ ruleType: 'high-limit', point: 'feeder-meter/active-power', priority: 'red', at: UtcMs.parse(Date.now()) },
    explanation: { key: 'high-limit.raised', values: { value: 12_400, limit: 8_000, quantity: 'power', holdS: 10 } },
    ...{ readings: [], evidence: [] },
    ...change,
  }
}

export interface SiteOptions {
  readonly folder: string
  /** Where the modem's port is; null for a site without one. */
  readonly modemPath: string | null
  readonly relay?: Relay
  readonly alone?: Record<string, unknown>
  readonly clock?: Clock
  /** The authority's. */
  readonly key?: typeof KEY
}

/** A gateway that is only alone: its store, its modem, its siren; alarms are committed by hand. */
export class LoneSite {
  readonly store: GatewayStore
  readonly alone: Alone
  readonly deterrents: Deterrents
  readonly log = keptLog()
  /** Told to the uplink. */
  readonly told: EdgeAct[] = []
  onActs: (acts: readonly EdgeAct[]) => void = () => undefined
  onTransitions: (transitions: readonly AlarmTransition[]) => void = () => undefined
  onKeep: (state: string) => void = () => undefined
  readonly #stop = new AbortController()
  readonly #running: Promise<unknown>

  constructor({ folder, modemPath, relay, alone = {}, clock: machine = systemClock, key = KEY }: SiteOptions) {
    const { log } = this
    const dating = (): Dating => ({
      boot: BOOT,
      offsetMs: machine.now() - machine.mono(),
      uncertaintyMs: 40,
      source: 'ntp',
    })
    const clock = { ...machine, boot: BOOT, uncertaintyMs: () => 40 }
    this.store = openGatewayStore(join(folder, 'store'), { site: SITE.id, clock: machine, dating, log })
    const deterrentList = relay === undefined ? [] : [deterrent({ most: '20s' })]
    this.deterrents = openDeterrents(deterrentList, {
      ...{ reachOf: relay?.reach ?? (() => null), minuteOfDay: () => 720, clock: machine, log },
    })
    // Sooner than a file may say, so that nobody waits for it here.
    const settings = { after: 200, ...GatewayConfig.shape.alone.parse({ again: '10s', ...alone }) }
    const place = { baseFolder: folder, clock: machine, log }
    const openModem: OpenSiteModem | null =
      modemPath === null ? null : siteModem({ path: modemPath, baud: 115_200 }, place)
    this.alone = openAlone({
      ...{ store: this.store, deterrents: this.deterrents, clock, log, openModem, accepts: 'signed' },
      config: { site: SITE, alone: settings, deterrents: deterrentList },
      verify: (signed, signature) => verifyCommand(signed, signature, key),
      keep: async (kept) => {
        this.store.commit([{ device: null, readings: [], pictures: [], transitions: [], alone: kept }])
        await this.store.durable()
        this.onKeep(kept.state)
        this.told.push(...kept.acts)
        this.onActs(kept.acts)
      },
    })
    const both = [this.alone.run(this.#stop.signal), this.deterrents.run(this.#stop.signal)]
    this.#running = Promise.all(both)
  }

  commit(...transitions: readonly AlarmTransition[]): void {
    this.store.commit([{ device: null, readings: [], pictures: [], transitions }])
    this.alone.committed(transitions)
    this.onTransitions(transitions)
  }

  hear(lane: 'duty' | 'alarm-word', said: unknown): void {
    this.alone.lanes.find(({ hears }) => hears === lane)?.hear(Buffer.from(JSON.stringify(said)))
  }

  receipt(occurrence: string, n = 1): void {
    this.store.receiptAlarm(occurrence, n)
    for (const lane of this.alone.lanes) lane.receipted?.({ lane: 'alarm', occurrence, n, verdict: 'accept' })
  }

  get did(): string[] {
    return this.told.map(({ did }) => did.kind)
  }

  async modemReady(): Promise<void> {
    await until(() => !['modem-down'].includes(this.alone.health().state), 'the modem')
    await until(() => this.alone.health().modem === null, 'the network')
  }

  async end(): Promise<void> {
    this.#stop.abort()
    await this.#running
    this.store.close()
  }
}
