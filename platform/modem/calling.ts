import { HouseError } from '../../core/kit/errors.ts'
import type { Clock } from '../clock.ts'
import { type AtPort, RANK } from './at-port.ts'
import type { CallOptions, CallResult } from './modem.ts'
import { AT_TIMES } from './times.ts'

/** What the modem said of a call unasked. */
export interface CallNews {
  ended: 'busy' | 'no-answer' | 'gone' | null
  digits: string
}

const LOOK_EVERY_MS = 500
/** Turn on hearing the keys, each maker's own word; the others answer ERROR. */
const HEAR_KEYS = ['AT+DDET=1', 'AT+QTONEDET=1']
/** State of a call in +CLCC that was answered. (3GPP TS 27.007 §7.18) */
const ACTIVE = 0

/** News of a call out of a line that came unasked, put into `news`. */
export function hearCall(line: string, news: CallNews): void {
  if (line === 'BUSY') news.ended = 'busy'
  else if (line === 'NO ANSWER') news.ended = 'no-answer'
  else if (line === 'NO CARRIER') news.ended ??= 'gone'
  const key = /^\+(RXDTMF|DTMF): *"?([0-9*#A-D])/.exec(line)?.[2]
  if (key !== undefined) news.digits += key
  // This one tells the code of the character.
  const code = /^\+QTONEDET: *(\d+)/.exec(line)?.[1]
  if (code !== undefined) news.digits += String.fromCharCode(Number(code))
}

/** Rings `to`. Hangs up whatever happens, also when the caller gives up. Throws what `AtPort.ask` throws. */
export async function ring(
  { port, clock, news }: { readonly port: AtPort; readonly clock: Clock; readonly news: CallNews },
  { to, ringForMs, listenForMs }: CallOptions & { readonly to: string },
  signal: AbortSignal,
): Promise<CallResult> {
  for (const text of HEAR_KEYS) await port.ask({ text, rank: RANK.call })
  signal.throwIfAborted()
  try {
    const dialled = await port.ask({ text: `ATD${to};`, rank: RANK.call, withinMs: AT_TIMES.slowCommandMs })
    if (dialled.is === 'error') {
      if (dialled.kind === 'cme') throw notNow(dialled.text)
      return { outcome: 'refused', digits: '' }
    }
    const end = clock.mono() + ringForMs
    while (clock.mono() < end) {
      await clock.sleep(LOOK_EVERY_MS, signal)
      const state = await stateOf(port)
      if (state === ACTIVE) return { outcome: 'answered', digits: await listen(clock, news, listenForMs, signal) }
      if (news.ended === 'busy' || news.ended === 'no-answer') return { outcome: news.ended, digits: '' }
      if (state === null || news.ended === 'gone') return { outcome: 'refused', digits: '' }
    }
    return { outcome: 'no-answer', digits: '' }
  } finally {
    // A line that is gone has hung up.
    const hungUp = await port.ask({ text: 'AT+CHUP', rank: RANK.urgent }).catch(() => null)
    if (hungUp?.is === 'error') await port.ask({ text: 'ATH', rank: RANK.urgent }).catch(() => null)
  }
}

/** State of the call, null when there is none. */
async function stateOf(port: AtPort): Promise<number | null> {
  const answer = await port.ask({ text: 'AT+CLCC', answer: '+CLCC:', mayBeEmpty: true, rank: RANK.call })
  const lines = answer.is === 'ok' ? answer.lines : []
  // Outgoing voice calls only: somebody may be calling at the same time.
  const states = lines.flatMap((line) => /^\+CLCC: *\d+ *, *0 *, *(\d) *, *0/.exec(line)?.[1] ?? [])
  return states[0] === undefined ? null : Number(states[0])
}

async function listen(clock: Clock, news: CallNews, forMs: number, signal: AbortSignal): Promise<string> {
  const end = clock.mono() + forMs
  while (clock.mono() < end && news.digits === '' && news.ended === null) await clock.sleep(LOOK_EVERY_MS, signal)
  return news.digits
}

function notNow(text: string): HouseError {
  return new HouseError('notify/temporary', `the modem does not dial now (${text})`, { why: 'no-network' })
}
