import type { AlarmTransition } from '../../core/contract/alarm.ts'
import type { GatewayHealth } from '../../core/contract/lanes.ts'
import type { UtcMs } from '../../core/contract/time.ts'
import { systemClock } from '../../platform/clock.ts'
import type { Modem } from '../../platform/modem/modem.ts'
import { together } from '../../platform/together.ts'
import type { Deterrents } from '../deterrent/deterrents.ts'
import type { SoundOrder } from '../feedback/feedback-lane.ts'
import type { Trust } from '../feedback/genuine.ts'
import { storeMemory } from '../memory.ts'
import type { GatewayStore } from '../store/store.ts'
import type { FurtherLane } from '../uplink/uplink.ts'
import { AloneDesk, type AloneDeskDeps } from './desk.ts'
import { openSaid } from './said-lanes.ts'
import type { OpenSiteModem } from './site-modem.ts'
import { awaitedIn, modemOwner, sendTexts } from './texter.ts'

/** A gateway that tells people by itself while the control room does not take its alarms. (decision 7) */
export interface Alone {
  /** For the uplink: duty sheets, words, receipts. */
  readonly lanes: readonly FurtherLane[]
  /** Takes notice of transitions that are durable. Quick, never throws. */
  committed(transitions: readonly AlarmTransition[]): void
  /** Obeys an order to sound; null once it was seen to, or why not. */
  sound(order: SoundOrder, requestedAt: UtcMs): Promise<string | null>
  health(): NonNullable<GatewayHealth['alone']>
  /** Watches, calls and listens until `signal` aborts. */
  run(signal: AbortSignal): Promise<void>
}

export interface AloneOptions extends Omit<AloneDeskDeps, 'said' | 'store' | 'deterrents'>, Trust {
  readonly store: Pick<GatewayStore, 'note' | 'keepNote' | 'alarms' | 'alarm' | 'edgeActs' | 'aloneState' | 'hasFault'>
  readonly deterrents: Deterrents
  /** null where the site has none. */
  readonly openModem: OpenSiteModem | null
}

/** An order to sound is not obeyed when it is older, or dated further ahead, ms. */
const ORDER_MS = 120_000

/** Builds it; nothing is sent or sounded before `run`. */
export function openAlone(options: AloneOptions): Alone {
  const { config, store, clock, deterrents, openModem } = options
  const said = openSaid({
    ...{ site: config.site.id, accepts: options.accepts, verify: options.verify, memory: storeMemory(store) },
    onSheet: () => void desk.tell({ kind: 'sheet' }),
    onWord: ({ alarms }) => void desk.tell({ kind: 'word', alarms }),
  })
  const desk = new AloneDesk({ ...options, said })
  const modem = openModem === null ? null : openModem(modemOwner(desk), awaitedIn(desk.state, clock.now()))
  const facts = () => ({ site: config.site, prefix: said.sheet()?.prefix ?? '' })
  const [dutyLane, wordLane] = said.lanes
  const receiptLane: Pick<FurtherLane, 'receipted'> = {
    receipted: (receipt) => {
      if (receipt.lane === 'alarm') void desk.tell({ kind: 'receipted', ...receipt })
    },
  }
  return {
    lanes: [dutyLane, wordLane].flatMap((lane, index) =>
      lane === undefined ? [] : [{ ...lane, ...(index === 0 ? receiptLane : {}) }],
    ),
    committed: (transitions) => {
      if (transitions.length > 0) void desk.tell({ kind: 'committed', transitions, code: desk.newCode() })
    },
    sound: async ({ output, seconds }, requestedAt) => {
      if (Math.abs(clock.now() - requestedAt) > ORDER_MS)
        return `over: expected an order of the last ${ORDER_MS / 60_000} min, came one of ${requestedAt}`
      const outcome = await deterrents.sound(output, seconds)
      return outcome.is === 'on' ? null : `${outcome.is}: ${outcome.why}`
    },
    health: () => healthOf({ desk, modem, sheet: said.sheet(), options }),
    run: async (signal) => {
      await takeUp(desk, options)
      await together(signal, [
        (over) => ticking(desk, options, over),
        ...(modem === null
          ? []
          : [
              (over: AbortSignal) => modem.run(over),
              (over: AbortSignal) => sendTexts(modem, { desk, facts, clock }, over),
            ]),
      ])
    },
  }
}

/** What a kill has kept from being heard: alarms that were committed, and receipts that were taken. */
async function takeUp(desk: AloneDesk, { store, clock }: AloneOptions): Promise<void> {
  await desk.tell({ kind: 'started', boot: clock.boot })
  // What a store that cannot be read does not name may wait in it all the same.
  if (store.hasFault()) return
  const waiting = store.alarms()
  const transitions = waiting.flatMap(({ occurrence, n }) => store.alarm(occurrence, n) ?? [])
  for (const one of transitions) await desk.tell({ kind: 'committed', transitions: [one], code: desk.newCode() })
  const keys = new Set(waiting.map(({ occurrence, n }) => `${occurrence}#${n}`))
  for (const { occurrence, needs: n, isRefused, stage } of desk.state.alarms)
    if (stage !== 'held' && !isRefused && !keys.has(`${occurrence}#${n}`))
      await desk.tell({ kind: 'receipted', occurrence, n, verdict: 'accept' })
}

async function ticking(desk: AloneDesk, { clock }: AloneOptions, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    await desk.tell({ kind: 'passed' })
    const pauses = [clock.sleep(1_000, signal), systemClock.sleep(50, signal)]
    await Promise.all(pauses).catch(() => undefined)
  }
}

interface HealthParts {
  readonly desk: AloneDesk
  readonly modem: Modem | null
  readonly sheet: ReturnType<ReturnType<typeof openSaid>['sheet']>
  readonly options: AloneOptions
}

function healthOf({ desk, modem, sheet, options }: HealthParts): NonNullable<GatewayHealth['alone']> {
  const { store, deterrents, clock } = options
  const seen = modem?.health() ?? null
  const isWell = seen === null || (seen.state === 'ready' && seen.lastError === null)
  const why = isWell ? null : `${seen.state}${seen.lastError === null ? '' : `: ${seen.lastError.message}`}`
  return {
    state: stateOf(),
    sheet: sheet === null ? null : { version: sheet.version, until: sheet.until },
    calling: desk.state.alarms.filter(({ stage }) => stage === 'calling').length,
    acts: store.edgeActs().length,
    modem: why?.slice(0, 200) ?? null,
    faulty: [...deterrents.faulty()],
  }

  function stateOf(): NonNullable<GatewayHealth['alone']>['state'] {
    if (modem === null) return 'no-modem'
    if (sheet === null) return 'no-sheet'
    if (seen?.state !== 'ready') return 'modem-down'
    return clock.now() > sheet.until ? 'sheet-over' : 'ready'
  }
}
