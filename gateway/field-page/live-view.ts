import type { AlarmTransition } from '../../core/contract/alarm.ts'
import type { GatewayHealth } from '../../core/contract/lanes.ts'
import { QUANTITIES } from '../../core/contract/quantity.ts'
import type { Reading } from '../../core/contract/reading.ts'
import type { UtcMs } from '../../core/contract/time.ts'
import { SITE_ACTIVITY } from '../../core/rules/activity/judge.ts'
import type { EngineState } from '../../core/rules/engine-state.ts'
import type { Clock } from '../../platform/clock.ts'
import type { LoadedGateway } from '../../platform/site/loaded-gateway.ts'
import { VERSION } from '../../platform/version.ts'
import { birthDevices } from '../runtime/births.ts'
import { BUSY_SHARE } from '../technician/bus-plan.ts'
import { handPoints, lineText } from '../technician/sheet-making.ts'
import { sitePlans } from '../technician/site-plans.ts'
import { unitText } from '../technician/unit-text.ts'

export interface LiveSources {
  readonly runtime: { readonly loaded: LoadedGateway }
  readonly health: () => GatewayHealth
  /** Whether the control room can be reached. */
  readonly isConnected: () => boolean
  /** What the rules remember at the beginning: alarms are open since before it. */
  readonly remembered: Pick<EngineState, 'rules' | 'activity'>
  readonly clock: Pick<Clock, 'now' | 'mono'>
}

type OpenAlarm = Pick<AlarmTransition, 'occurrence' | 'rule' | 'point' | 'priority'> & { readonly raisedAt: UtcMs }

/** How long a look at the gateway's health serves everybody who asks, ms. */
const HEALTH_MS = 900

/** What the page shows of a running gateway: the last reading of each point, alarms that are open, and how everything is. */
export class LiveView {
  readonly #sources: LiveSources
  readonly #last = new Map<string, Reading>()
  readonly #alarms = new Map<string, OpenAlarm>()
  #known: { readonly config: string; readonly refs: readonly string[] } = { config: '', refs: [] }
  #health: { readonly seen: GatewayHealth; readonly mono: number } | null = null

  constructor(sources: LiveSources) {
    this.#sources = sources
    for (const alarm of openIn(sources.remembered)) this.#alarms.set(alarm.occurrence, alarm)
  }

  /** Takes what was committed. Quick, never throws. */
  committed(readings: readonly Reading[], transitions: readonly AlarmTransition[]): void {
    for (const reading of readings) this.#last.set(`${reading.device}/${reading.point}`, reading)
    for (const { occurrence, kind, rule, point, priority, at } of transitions) {
      if (kind === 'clear') this.#alarms.delete(occurrence)
      else {
        const raisedAt = this.#alarms.get(occurrence)?.raisedAt ?? at
        this.#alarms.set(occurrence, { occurrence, rule, point, priority, raisedAt })
      }
    }
  }

  /** What changes only with the configuration. */
  site() {
    const { config, profiles, rules, sha256 } = this.#sources.runtime.loaded
    const { id, name, area, zone, kind, simulated } = config.site
    const byHand = handPoints({ config, profiles })
    const onBus = new Map(config.devices.map((device) => [device.id, device]))
    return {
      config: sha256,
      version: VERSION,
      site: { id, name, area, zone, kind, simulated },
      buses: config.buses.map((bus) => ({ id: bus.id, line: lineText(bus), kind: bus.kind })),
      devices: birthDevices({ config, profiles }).map(({ device, name: deviceName, profile, points }) => ({
        id: device,
        name: deviceName,
        profile,
        bus: onBus.get(device)?.bus ?? null,
        address: onBus.get(device)?.address ?? onBus.get(device)?.unit ?? null,
        points: points.map(({ point, name: pointName, quantity, unit }) => {
          const isByHand = byHand.has(`${device}/${point}`)
          return { point, name: pointName, quantity, unit: unitText(unit), kind: QUANTITIES[quantity].kind, isByHand }
        }),
      })),
      rules: Object.fromEntries(
        rules.flatMap(({ config: rule }) => (rule.name === undefined ? [] : [[rule.id, rule.name]])),
      ),
      deterrents: config.deterrents.map((one) => ({
        id: one.id,
        name: one.name ?? null,
        kind: one.kind,
        device: one.device,
        coil: one.coil,
        quiet: one.quiet ?? null,
        isSeen: one.readBack !== undefined,
      })),
    }
  }

  /** What changes all the time, with the gateway's own time. */
  live() {
    const { runtime, isConnected, clock } = this.#sources
    const { sha256 } = runtime.loaded
    const known = this.#pointsOf(runtime.loaded)
    const values = known.flatMap((ref) => {
      const reading = this.#last.get(ref)
      if (reading === undefined) return []
      const { value, quality, reason, at, validUntil } = reading
      return [[ref, [value, quality, reason, at, validUntil]] as const]
    })
    return {
      config: sha256,
      now: clock.now(),
      isConnected: isConnected(),
      values: Object.fromEntries(values),
      alarms: [...this.#alarms.values()].sort((a, b) => b.raisedAt - a.raisedAt),
      health: this.#healthNow(),
    }
  }

  /** What polling takes of each bus, and how old its values get at worst. */
  plan() {
    const { config, profiles } = this.#sources.runtime.loaded
    const plans = sitePlans(config, profiles).map(({ points, ...plan }) => ({
      ...plan,
      devices: plan.devices.map((device) => {
        const own = points.filter((point) => point.device === device.device)
        const worst = (poll: string) =>
          own.reduce<number | null>(
            (most, one) => (one.poll === poll ? Math.max(most ?? 0, one.worstAgeMs) : most),
            null,
          )
        return { ...device, worstAgeMs: { fast: worst('fast'), slow: worst('slow'), rare: worst('rare') } }
      }),
    }))
    return { busyShare: BUSY_SHARE, buses: plans }
  }

  #healthNow(): GatewayHealth {
    const { health, clock } = this.#sources
    const now = clock.mono()
    if (this.#health === null || now - this.#health.mono >= HEALTH_MS) this.#health = { seen: health(), mono: now }
    return this.#health.seen
  }

  /** What is not configured any more is forgotten. */
  #pointsOf({ config, profiles, sha256 }: LoadedGateway): readonly string[] {
    if (this.#known.config !== sha256) {
      const refs = birthDevices({ config, profiles }).flatMap(({ device, points }) =>
        points.map(({ point }) => `${device}/${point}`),
      )
      this.#known = { config: sha256, refs }
      const kept = new Set(refs)
      for (const ref of this.#last.keys()) if (!kept.has(ref)) this.#last.delete(ref)
    }
    return this.#known.refs
  }
}

function openIn({ rules, activity }: LiveSources['remembered']): readonly OpenAlarm[] {
  const states = Object.entries(rules).map(([rule, { occurrence }]) => ({ rule, open: occurrence.open }))
  const all = [...states, { rule: SITE_ACTIVITY, open: activity?.occurrence.open ?? null }]
  return all.flatMap(({ rule, open }) => {
    if (open === null) return []
    const { id: occurrence, point, priority, raisedAt } = open
    return [{ occurrence, rule, point, priority, raisedAt }]
  })
}
