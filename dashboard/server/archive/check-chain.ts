import type { ExportLine } from './export.ts'

/** What can be wrong with an export. */
export type ExportFaultKind =
  | 'unreadable' // the line is none that an export has
  | 'misplaced' // the line stands where it may not
  | 'other-site'
  | 'doubled' // the link has been there already
  | 'order' // the link belongs before one that stands before it
  | 'missing' // links that the certificate counts on are not there
  | 'hash' // the link is not what it was when it came
  | 'chain' // the link does not follow the one before it
  | 'body' // the readings are not those of the link
  | 'signature' // not by its key
  | 'unsigned' // no signed link after it vouches for it
  | 'dating' // a dating link is not the one in its stream
  | 'certificate' // the links bear out another certificate
  | 'end' // the end does not fit what stands before it
  | 'cut-off' // there is no end

export interface FaultPlace {
  readonly stream: string | null
  /** Number of the link. */
  readonly n: number | null
  /** Numbers of the readings it is about. */
  readonly readings: readonly [from: number, to: number] | null
}

/** Tells of a fault in the line under way. */
export type TellFault = (kind: ExportFaultKind, detail: string, place?: Partial<FaultPlace>) => void

type HeadLine = Extract<ExportLine, { kind: 'certificate' }>
export type LinkLine = Extract<ExportLine, { kind: 'link' }>

/** Follows the links of an export: each behind the one before it, and all of them there. */
export interface ChainCheck {
  /** False for a link that may not stand here and is left out. */
  take(line: LinkLine): boolean
  /** Told of each link that was taken whether a key vouches for it, and so for all before it. */
  vouch(isSigned: boolean): void
  end(): void
  /** Links for which no key vouches. */
  unsigned(): number
}

export function openChainCheck(head: HeadLine, mustBeSigned: boolean, tell: TellFault): ChainCheck {
  const { chains } = head.certificate
  const done = new Set<string>()
  let last: { readonly stream: string; readonly n: number; readonly hash: string } | null = null
  let unvouched = 0
  let unsigned = 0

  const endStream = () => {
    if (last === null) return
    const { stream, n } = last
    const claimed = chains.find((chain) => chain.stream === stream)
    if (claimed !== undefined && claimed.last > n) {
      tell('missing', `links ${n + 1}–${claimed.last} are not there`, { stream, n: n + 1 })
    }
    if (mustBeSigned && unvouched > 0) tell('unsigned', `${unvouched} links`, { stream, n: n - unvouched + 1 })
    unsigned += unvouched
    unvouched = 0
    done.add(stream)
  }
  const begins = ({ head: { link } }: LinkLine, place: FaultPlace): boolean => {
    if (done.has(link.stream)) {
      tell('order', `stream ${link.stream} has ended before`, place)
      return false
    }
    endStream()
    const claimed = chains.find(({ stream }) => stream === link.stream)
    if (claimed === undefined) tell('certificate', `the certificate knows no stream ${link.stream}`, place)
    else if (claimed.first < link.n) {
      tell('missing', `links ${claimed.first}–${link.n - 1} are not there`, { stream: link.stream, n: claimed.first })
    }
    return true
  }
  const follows = ({ head: { link } }: LinkLine, before: { n: number; hash: string }, place: FaultPlace): boolean => {
    if (link.n === before.n) {
      tell('doubled', `link ${link.n} has been there already`, place)
      return false
    }
    if (link.n < before.n) {
      tell('order', `link ${link.n} stands behind link ${before.n}`, place)
      return false
    }
    const from = before.n + 1
    if (link.n === from) {
      if (link.prev !== before.hash) tell('chain', `it does not stand behind link ${before.n}`, place)
      return true
    }
    const isTold = head.absent.some(({ stream, first, last: to }) => {
      return stream === link.stream && first === from && to === link.n - 1
    })
    if (!isTold) tell('missing', `links ${from}–${link.n - 1} are not there`, { stream: link.stream, n: from })
    return true
  }

  return {
    take: (line) => {
      const { stream, n } = line.head.link
      const place = placeOf(line)
      const isRight = last?.stream === stream ? follows(line, last, place) : begins(line, place)
      if (isRight) last = { stream, n, hash: line.hash }
      return isRight
    },
    vouch: (isSigned) => {
      unvouched = isSigned ? 0 : unvouched + 1
    },
    end: () => {
      endStream()
      last = null
      for (const { stream, first, last: to } of chains) {
        if (!done.has(stream)) tell('missing', `links ${first}–${to} are not there`, { stream, n: first })
      }
    },
    unsigned: () => unsigned,
  }
}

/** Where a link stands. */
export function placeOf({ head: { link } }: LinkLine): FaultPlace {
  return { stream: link.stream, n: link.n, readings: 'from' in link ? [link.from, link.to] : null }
}
