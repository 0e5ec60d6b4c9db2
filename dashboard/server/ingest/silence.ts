import type { AlarmTransition } from '../../../core/contract/alarm.ts'
import type { MonoMs, UtcMs } from '../../../core/contract/time.ts'
import { elapsed, wallAge } from '../../../core/kit/time.ts'
import { messageOf } from '../../../core/kit/errors.ts'
import type { Clock } from '../../../platform/clock.ts'
import type { Log } from '../../../platform/log.ts'
import type { AlarmDesk } from '../alarms/desk.ts'

/** The rule the control room itself watches over. */
export const SILENCE_RULE = 'gateway-silent'

/** Where that rule points: the gateway is a device of its site with one point. */
const SILENCE_POINT = 'gateway/online'

/** Raises an alarm of its own for a gateway that says nothing, and clears it when it speaks again. */
export interface SilenceWatch {
  /** The gateway has said something. */
  heard(site: string): void
  /** Begins the count anew for all, because nobody can be heard now; after as long as a silence may last nothing that was said holds any more. */
  startAnew(): void
  /** Raises and clears what is due. A failure is tried again at the next check. */
  check(): Promise<void>
}

export interface SilenceOptions {
  readonly desk: Pick<AlarmDesk, 'open' | 'receive'>
  readonly clock: Clock
  readonly log: Log
  /** ms of `clock` without a message. */
  readonly after: number
  /** Sites that are known, heard of in this run or not. */
  readonly sites: () => readonly string[]
  /** Told once of each silence, the site's or of all: nothing that the site has said before holds any more. */
  readonly fellSilent: (site: string) => void
}

interface Silence {
  readonly occurrence: string
  readonly from: UtcMs
  /** The same instant by the monotonic clock; null when it was in an earlier run. */
  readonly since: MonoMs | null
}

/** Reads the open alarms, so that one raised in an earlier run is cleared by this one. Throws `store/failed`. */
export async function openSilenceWatch(options: SilenceOptions): Promise<SilenceWatch> {
  const { desk, clock, log, after } = options
  const heardAt = new Map<string, MonoMs>()
  const open = new Map<string, Silence>()
  // Named before it is told, so that a raise that is tried again is the same occurrence.
  const raising = new Map<string, Silence>()
  let started = clock.mono()
  /** Since when nobody can be heard, and whether that has been told. */
  let deaf: { readonly since: MonoMs; isTold: boolean } | null = null
  for (const alarm of await desk.open()) {
    const active = alarm.activations.findLast(({ to }) => to === null)
    if (alarm.rule === SILENCE_RULE && active !== undefined)
      open.set(alarm.site, { occurrence: active.occurrence, from: active.from, since: null })
  }

  const silentMs = (site: string) => elapsed(heardAt.get(site) ?? started, clock.mono())
  const lastedMs = ({ from, since }: Silence) =>
    after + (since === null ? Math.max(0, wallAge(from, clock.now())) : elapsed(since, clock.mono()))
  const tell = async (site: string, kind: 'raise' | 'clear', silence: Silence) => {
    const { occurrence } = silence
    const silentS = Math.round((kind === 'raise' ? silentMs(site) : lastedMs(silence)) / 1_000)
    const transition: AlarmTransition = {
      occurrence,
      n: kind === 'raise' ? 1 : 2,
      kind,
      site,
      rule: SILENCE_RULE,
      ruleType: SILENCE_RULE,
      point: SILENCE_POINT,
      priority: 'orange',
      at: clock.now(),
      explanation: { key: `${SILENCE_RULE}.${kind === 'raise' ? 'raised' : 'cleared'}`, values: { silentS } },
      readings: [],
      evidence: [],
    }
    await desk.receive(transition)
  }
  const checkSite = async (site: string) => {
    const silence = open.get(site)
    const isSilent = silentMs(site) >= after
    if (isSilent && silence === undefined) {
      const raised = raising.get(site) ?? newSilence(site, clock.now(), clock.mono())
      raising.set(site, raised)
      await tell(site, 'raise', raised)
      open.set(site, raised)
      raising.delete(site)
      options.fellSilent(site)
    } else if (silence !== undefined && heardAt.has(site) && !isSilent) {
      await tell(site, 'clear', silence)
      open.delete(site)
    }
  }

  return {
    heard: (site) => heardAt.set(site, clock.mono()),
    startAnew: () => {
      started = clock.mono()
      heardAt.clear()
      deaf ??= { since: started, isTold: false }
      if (deaf.isTold || elapsed(deaf.since, started) < after) return
      deaf.isTold = true
      for (const site of options.sites()) options.fellSilent(site)
    },
    check: async () => {
      deaf = null
      for (const site of options.sites()) {
        try {
          await checkSite(site)
        } catch (error) {
          log.error(
            { code: 'store/failed', site, why: messageOf(error) },
            'a silent gateway could not be reported; trying again',
          )
        }
      }
    },
  }
}

function newSilence(site: string, from: UtcMs, since: MonoMs): Silence {
  return { occurrence: `${site}.${SILENCE_RULE}.${from.toString(36)}`, from, since }
}
