import type { Log } from '../../../platform/log.ts'
import type { DeadLetters } from './dead-letters.ts'
import type { InfluxServer, WriteOutcome } from './influx-server.ts'

/** Sends lines until the server has all it will ever take. */
export interface LineSender {
  /** Sends a text of lines, each with its end. Resolves when each is durable at the server or, with its words, in the dead-letter file. Throws `history/unavailable`, `store/failed`. */
  send(text: string, signal: AbortSignal): Promise<void>
  /** Lines that went to the dead-letter file since start. */
  rejected(): number
}

export interface SenderDeps {
  readonly server: Pick<InfluxServer, 'write'>
  readonly letters: DeadLetters
  readonly log: Log
}

/** One request is under way at a time, so the server sets the pace. */
export function openLineSender({ server, letters, log }: SenderDeps): LineSender {
  let rejected = 0
  let told: string | null = null

  const bury = async (lines: readonly string[], words: string) => {
    await letters.add(
      lines.map((line) => line.trimEnd()),
      words,
    )
    rejected += lines.length
    const cause = words.replace(/\d+/g, '#').slice(0, 200)
    if (cause !== told) {
      log.warn(
        { code: 'history/rejected', rejected, words },
        'the history refuses readings for good; they are in dead-letter.ndjson, the rest is stored',
      )
    }
    told = cause
  }
  /** Halves what is refused until only the lines that are refused themselves are left. What is sent twice is stored once. */
  const sendHalves = async (lines: readonly string[], signal: AbortSignal): Promise<void> => {
    const middle = lines.length >>> 1
    for (const half of [lines.slice(0, middle), lines.slice(middle)]) await sendLines(half, signal)
  }
  const sendLines = async (lines: readonly string[], signal: AbortSignal): Promise<void> => {
    const outcome = await server.write(lines.join(''), signal)
    if (outcome.is === 'refused') await dealWith(lines, outcome, signal)
  }
  const dealWith = async (lines: readonly string[], outcome: Refusal, signal: AbortSignal): Promise<void> => {
    if (lines.length === 1 || outcome.dropped === lines.length) await bury(lines, outcome.words)
    else await sendHalves(lines, signal)
  }

  return {
    send: async (text, signal) => {
      const outcome = await server.write(text, signal)
      if (outcome.is === 'refused') await dealWith(text.split(/(?<=\n)/), outcome, signal)
      else told = null
    },
    rejected: () => rejected,
  }
}

type Refusal = Extract<WriteOutcome, { readonly is: 'refused' }>
