import { type UtcMs, utcMs } from '../../core/contract/time.ts'
import { isHouseError, messageOf } from '../../core/kit/errors.ts'
import type { Clock } from '../../platform/clock.ts'
import type { Modem } from '../../platform/modem/modem.ts'
import type { CallAsk, LineAnswer, TextAsk } from '../../platform/watch-line/messages.ts'
import type { Kept } from './kept.ts'
import { openTurns } from './turns.ts'

/** How long a request is remembered, ms. */
const REMEMBER_MS = 10 * 60_000
const DAY_MS = 86_400_000
const MINUTE_MS = 60_000
/** Texts of a minute that are kept free for red. */
const RESERVED = 2

const OWN = 0
const RED = 1
const OTHERS = 2

const NO_MODEM: LineAnswer = {
  is: 'temporary',
  why: 'no-modem',
  message: 'watchman: expected a modem in the configuration, came none',
}

/** A text of the watchman's own. */
export interface OwnText {
  readonly id: string
  readonly to: string
  readonly text: string
}

/** Gives texts and calls to the modem: the watchman's own first, then red, then what came first. */
export interface Texting {
  /**
   * Does what the control room asks, once for an id and number: asked again it answers what became of it. What is not begun when `signal`
   * aborts is not begun any more. Never rejects.
   */
  ask(request: TextAsk | CallAsk, signal: AbortSignal): Promise<LineAnswer>
  /** Sends a text before all others, also when the contract's texts are used up. Never rejects. */
  own(text: OwnText, signal: AbortSignal): Promise<LineAnswer>
  /** Parts of texts that went in the last 24 h. */
  usedToday(): number
}

export interface TextingDeps {
  readonly modem: Pick<Modem, 'send' | 'call'> | null
  readonly kept: Kept
  /** Real time. */
  readonly clock: Clock
  readonly limits: { readonly perMinute: number; readonly perDay: number }
}

export function openTexting({ modem, kept, clock, limits }: TextingDeps): Texting {
  const turns = openTurns()
  const usage = openUsage(clock, limits)
  const memory = openMemory(clock)
  for (const { id, to, refs, at } of kept.texts(dayBefore(clock))) {
    usage.add(at, refs.length)
    memory.keep(keyOf('sms', id, to), accepted(refs.length), at)
  }
  const send = async (text: OwnText): Promise<LineAnswer> => {
    if (modem === null) return NO_MODEM
    // What has been begun is brought to its end, whoever has gone meanwhile.
    const sent = await modem.send(text, new AbortController().signal)
    usage.add(clock.now(), sent.refs.length)
    kept.took(sent)
    return accepted(sent.refs.length)
  }
  const text = (request: TextAsk, signal: AbortSignal) => {
    const { id, to, text: words, urgent } = request
    return turns.enter(urgent ? RED : OTHERS, signal, async () => usage.full(urgent) ?? send({ id, to, text: words }))
  }
  const call = async ({ to, ringForMs, listenForMs }: CallAsk, signal: AbortSignal): Promise<LineAnswer> => {
    if (modem === null) return NO_MODEM
    const { outcome, digits } = await modem.call(to, { ringForMs, listenForMs }, signal)
    return { is: 'called', outcome, digits: digits.slice(0, 40) }
  }
  return {
    ask: (request, signal) =>
      memory.once(keyOf(request.do, request.id, request.to), () =>
        (request.do === 'sms' ? text(request, signal) : call(request, signal)).catch(answerOf),
      ),
    own: (own, signal) => turns.enter(OWN, signal, () => send(own)).catch(answerOf),
    usedToday: () => usage.within(DAY_MS),
  }
}

function keyOf(what: string, id: string, to: string): string {
  return JSON.stringify([what, id, to])
}

function dayBefore(clock: Clock): UtcMs {
  return utcMs(Math.max(0, clock.now() - DAY_MS))
}

function accepted(parts: number): LineAnswer {
  return { is: 'accepted', parts: Math.max(1, parts) }
}

function answerOf(error: unknown): LineAnswer {
  const message = messageOf(error).slice(0, 500)
  const why = isHouseError(error) && typeof error.facts.why === 'string' ? error.facts.why : 'unknown'
  return { is: isHouseError(error, 'notify/refused') ? 'refused' : 'temporary', why, message }
}

/** What went, for what may still go. */
function openUsage(clock: Clock, { perMinute, perDay }: TextingDeps['limits']) {
  let sent: { readonly at: number; readonly parts: number }[] = []
  const within = (ms: number) => {
    const from = clock.now() - ms
    return sent.reduce((sum, { at, parts }) => (at > from ? sum + parts : sum), 0)
  }
  return {
    within,
    add: (at: number, parts: number) => {
      const from = clock.now() - DAY_MS
      sent = [...sent.filter((one) => one.at > from), { at, parts }]
    },
    /** Why nothing may go now; null when something may. */
    full: (urgent: boolean): LineAnswer | null => {
      if (within(DAY_MS) >= perDay) {
        return { is: 'throttled', forMs: MINUTE_MS, message: `modem: ${perDay} texts in 24 h are used up` }
      }
      const most = urgent ? perMinute : Math.max(1, perMinute - RESERVED)
      if (within(MINUTE_MS) < most) return null
      const oldest = sent.find(({ at }) => at > clock.now() - MINUTE_MS)?.at ?? clock.now()
      const forMs = Math.max(0, Math.ceil(oldest + MINUTE_MS - clock.now()))
      return { is: 'throttled', forMs, message: `modem: ${most} texts in a minute are used up` }
    },
  }
}

/** What became of requests, so that one whose answer was lost is not done twice. */
function openMemory(clock: Clock) {
  const inHand = new Map<string, Promise<LineAnswer>>()
  const done = new Map<string, { readonly answer: LineAnswer; readonly at: number }>()
  const keep = (key: string, answer: LineAnswer, at: number) => void done.set(key, { answer, at })
  const forget = () => {
    const now = clock.now()
    for (const [key, { at }] of done) if (at > now || now - at >= REMEMBER_MS) done.delete(key)
  }
  return {
    keep,
    once: (key: string, work: () => Promise<LineAnswer>): Promise<LineAnswer> => {
      forget()
      const known = done.get(key)
      if (known !== undefined) return Promise.resolve(known.answer)
      const running = inHand.get(key)
      if (running !== undefined) return running
      const begun = work().then((answer) => {
        inHand.delete(key)
        // What did not go well may go well the next time.
        if (isGood(answer)) keep(key, answer, clock.now())
        return answer
      })
      inHand.set(key, begun)
      return begun
    },
  }
}

function isGood(answer: LineAnswer): boolean {
  return answer.is === 'accepted' || (answer.is === 'called' && answer.outcome === 'answered')
}
