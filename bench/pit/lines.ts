import type { Said } from './said.ts'
import type { Incident } from './truth.ts'

/** One reading as a line of a recording; what a camera told is an event. */
export function readingLine(point: string, { at, value, kind, quality, event }: Said): string {
  if (event !== null) {
    const { confidence } = event
    const told = { kind: event.kind, phase: event.phase, ...(confidence === null ? {} : { conf: confidence }) }
    return `${JSON.stringify({ at, point, event: told })}\n`
  }
  const text = kind === 'none' ? 'null' : kind === 'state' ? String(value === 1) : String(value)
  return `{"at":${at},"point":"${point}","value":${text},"quality":"${quality}"}\n`
}

/** One incident as a line of what really happened; UTC ms. */
export function truthLine({ from, to, arrived, ...rest }: Incident, startAt: number): string {
  const at = (t: number) => startAt + t * 1_000
  return `${JSON.stringify({ from: at(from), to: at(to), arrived: at(arrived), ...rest })}\n`
}
