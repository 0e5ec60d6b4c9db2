import type { Certificate } from '../../../core/contract/chain.ts'

export type Hole = Certificate['holes'][number]

/** How a part of the time is drawn: what is the same to whoever looks at it. */
export type HoleKind =
  | 'coming' // it will come
  | 'reduced' // something is left
  | 'lost' // it was read and is gone
  | 'unread' // nothing was read

/** A part of a bar, in percent of its length. */
export interface BarPart {
  readonly hole: Hole
  readonly kind: HoleKind
  readonly left: number
  readonly width: number
}

/** What a certificate says, apart from what is only too new to have come. */
export interface CertificateView {
  /** Before it there is no record, percent of the bar. */
  readonly begins: number
  readonly parts: readonly BarPart[]
  /** Until here everything is told. */
  readonly until: number
  /** What has not come at the end; null where there is nothing. */
  readonly tail: Hole | null
  /** The other holes, newest first. */
  readonly holes: readonly Hole[]
  /** Readings missing in them. */
  readonly missing: number
}

/** A hole as one of four kinds. A cut of the power may have taken readings or only time. */
export function kindOf({ cause, readings }: Pick<Hole, 'cause' | 'readings'>): HoleKind {
  switch (cause) {
    case 'on-its-way':
    case 'not-yet-told':
      return 'coming'
    case 'reduced':
      return 'reduced'
    case 'dropped':
    case 'damaged':
    case 'disk':
      return 'lost'
    case 'power':
      return readings === null ? 'unread' : 'lost'
    case 'stopped':
    case 'killed':
    case 'store-lost':
      return 'unread'
  }
}

/** Why nothing is known between two instants, by what is proved: the cause that covers most of it; null where none does. */
export function causeOver(
  holes: readonly Hole[],
  { from, to }: { readonly from: number; readonly to: number },
): Hole['cause'] | null {
  const covered = holes
    .map((hole) => ({ cause: hole.cause, ms: Math.min(hole.to, to) - Math.max(hole.from, from) }))
    .filter(({ ms }) => ms > 0)
  return (
    covered.reduce<(typeof covered)[number] | null>(
      (most, one) => (most === null || one.ms > most.ms ? one : most),
      null,
    )?.cause ?? null
  )
}

/** A certificate drawn over from…to. */
export function certificateView(certificate: Certificate, [from, to]: readonly [number, number]): CertificateView {
  const share = (at: number) => (100 * Math.min(Math.max(at - from, 0), to - from)) / (to - from)
  const last = certificate.holes.at(-1)
  const tail = last !== undefined && kindOf(last) === 'coming' && last.to >= certificate.to ? last : null
  const holes = tail === null ? certificate.holes : certificate.holes.slice(0, -1)
  return {
    begins: share(certificate.from),
    parts: certificate.holes.map((hole) => {
      const left = share(hole.from)
      return { hole, kind: kindOf(hole), left, width: share(hole.to) - left }
    }),
    until: tail?.from ?? certificate.to,
    tail,
    holes: holes.toReversed(),
    missing: holes.reduce((sum, { readings }) => sum + (readings ?? 0), 0),
  }
}
