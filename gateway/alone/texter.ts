import { type AloneState, nextText } from '../../core/alarms/edge-alone-state.ts'
import { isHouseError, messageOf } from '../../core/kit/errors.ts'
import { type Clock, systemClock } from '../../platform/clock.ts'
import type { Modem, ModemOwner, SentText } from '../../platform/modem/modem.ts'
import { composeText, type ComposeFacts } from './compose.ts'
import type { AloneDesk } from './desk.ts'

export interface TexterDeps {
  readonly desk: AloneDesk
  readonly facts: () => ComposeFacts
  readonly clock: Clock
}

/** Looks for texts that may go so often, ms of real time. */
const LOOK_MS = 250
/** Delivery reports are waited for so long, ms. */
const AWAITED_MS = 3 * 86_400_000

/** Sends what is to be sent, one after the other, until `signal` aborts. What was in hand then goes out again. */
export async function sendTexts(modem: Modem, { desk, facts, clock }: TexterDeps, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    const next = nextText(desk.state, clock.mono())
    if (next === null) {
      await systemClock.sleep(LOOK_MS, signal).catch(() => undefined)
      continue
    }
    const { id, number: to } = next.text
    await desk.tell({ kind: 'sending', id })
    // Somebody may have got hold of the alarm while that was kept.
    const alarm = desk.state.alarms.find(({ texts }) =>
      texts.some((text) => text.id === id && text.state === 'sending'),
    )
    if (alarm === undefined) continue
    const text = composeText(next.text, alarm, facts())
    try {
      const { refs } = await modem.send({ id, to, text }, signal)
      await desk.tell({ kind: 'texted', id, outcome: 'accepted', answer: `refs ${refs.join(' ')}`, refs })
    } catch (error) {
      if (isAborted(signal)) return
      const outcome = isHouseError(error, 'notify/refused') ? 'refused' : 'temporary'
      await desk.tell({ kind: 'texted', id, outcome, answer: messageOf(error).slice(0, 200), refs: [] })
    }
  }
}

/** What the modem tells its owner goes to the desk; each text that came is durable before it is deleted from the SIM. */
export function modemOwner(desk: AloneDesk): ModemOwner {
  let isReady = false
  return {
    incoming: ({ key, from, text }) => desk.tell({ kind: 'reply', key, from, text }),
    // The modem itself says so in the log.
    unreadable: () => Promise.resolve(),
    reported: ({ id, outcome }) => (outcome === 'delivered' ? desk.tell({ kind: 'delivered', id }) : Promise.resolve()),
    changed: ({ state }) => {
      if (state === 'ready' && !isReady) void desk.tell({ kind: 'modem-ready' })
      isReady = state === 'ready'
    },
  }
}

/** Texts the network has taken whose reports may still come. */
export function awaitedIn({ alarms }: AloneState, now: number): SentText[] {
  return alarms
    .flatMap(({ texts }) => texts)
    .flatMap(({ id, number: to, state, refs, takenAt: at }) =>
      state === 'accepted' && at !== null && now - at < AWAITED_MS ? [{ id, to, refs, at }] : [],
    )
}

function isAborted(signal: AbortSignal): boolean {
  return signal.aborted
}
