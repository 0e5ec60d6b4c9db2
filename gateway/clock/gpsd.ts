import { connect } from 'node:net'
import { z } from 'zod'
import type { Clock } from '../../platform/clock.ts'
import type { Claim } from './select.ts'

/** Where a gpsd listens. */
export interface GpsdPlace {
  readonly host: string
  readonly port: number
}

/** A receiver says the time within so long once it has a fix, ms. */
const WITHIN_MS = 5_000

/** Over a serial line the sentence of a second comes during that second. */
const SENTENCE_MS = 500

/** Bytes without a time in them after which it is no gpsd. */
const MOST_BYTES = 256 * 1_024

/** A fix with its time. (gpsd_json(5), TPV) */
const Tpv = z.object({
  class: z.literal('TPV'),
  mode: z.number().min(2),
  time: z.iso.datetime(),
  /** Estimated error of the time, s. */
  ept: z.number().nonnegative().optional(),
})

/** The time a gpsd has from its satellites; null when it does not answer or has no fix. Never throws. */
export async function askGpsd(place: GpsdPlace, clock: Clock, signal: AbortSignal): Promise<Claim | null> {
  const over = new AbortController()
  const deadline = clock.sleep(WITHIN_MS, AbortSignal.any([signal, over.signal])).catch(() => undefined)
  const socket = connect({ ...place, signal: AbortSignal.any([signal, over.signal]) })
  const answer = new Promise<Claim | null>((settle) => {
    let waiting = ''
    let bytes = 0
    socket.on('error', () => settle(null))
    socket.on('close', () => settle(null))
    socket.on('connect', () => socket.write('?WATCH={"enable":true,"json":true};\n'))
    socket.on('data', (chunk) => {
      const mono = clock.mono()
      const lines = (waiting + chunk.toString('latin1')).split('\n')
      waiting = lines.pop() ?? ''
      bytes += chunk.length
      const claim = lines.map((line) => gpsClaim(line, mono)).find((found) => found !== null)
      if (claim !== undefined) settle(claim)
      else if (bytes > MOST_BYTES) settle(null)
    })
  })
  try {
    return await Promise.race([answer, deadline.then(() => null)])
  } finally {
    over.abort()
    socket.destroy()
  }
}

/** What one line of gpsd says of the time; null for any other. */
export function gpsClaim(line: string, mono: number): Claim | null {
  const report = Tpv.safeParse(jsonOf(line))
  if (!report.success) return null
  const { time, ept } = report.data
  const uncertaintyMs = (ept ?? 0) * 1_000 + SENTENCE_MS
  return { source: 'gps', mono, offsetMs: Date.parse(time) + SENTENCE_MS - mono, uncertaintyMs }
}

function jsonOf(line: string): unknown {
  try {
    return JSON.parse(line)
  } catch {
    return null
  }
}
