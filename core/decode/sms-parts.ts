import type { UtcMs } from '../contract/time.ts'
import type { DeliveredText, PartOf } from './sms-pdu.ts'

/** A message that came, and where it is kept. */
export interface KeptMessage<S> {
  readonly slot: S
  readonly message: DeliveredText
  /** When it was first seen here. */
  readonly seenAt: UtcMs
}

/** A text as a person wrote it. */
export interface JoinedText<S> {
  readonly from: string
  readonly text: string
  readonly sentAt: UtcMs | null
  /** False when parts did not come in time; … stands in the place of each. */
  readonly isWhole: boolean
  /** Every place a message of it is kept in, each part's first one in the order of the parts, then repeats. */
  readonly slots: readonly S[]
}

/** Parts of a text that is not whole are given up after this, ms. */
export const PARTS_WITHIN_MS = 10 * 60_000

/**
 * The texts that can be read out of what is kept, in the order in which they came; parts whose others may still come are left
 * out. Parts may come in any order and more than once.
 */
export function joinParts<S>(kept: readonly KeptMessage<S>[], now: UtcMs): JoinedText<S>[] {
  const alone = kept.filter(({ message }) => message.part === null).map((one) => joined([one], 1))
  const several = groupsOf(kept)
    .filter(({ of, parts, since }) => parts.size === of || now - since >= PARTS_WITHIN_MS)
    .map(({ of, parts, repeats }) => {
      const first = Array.from({ length: of }, (_, at) => parts.get(at + 1) ?? null)
      return joined([...first, ...repeats], of)
    })
  const order = new Map(kept.map(({ slot }, index) => [slot, index]))
  const place = ({ slots }: JoinedText<S>) => Math.min(...slots.map((slot) => order.get(slot) ?? 0))
  return [...alone, ...several].sort((a, b) => place(a) - place(b))
}

interface Group<S> {
  readonly of: number
  readonly since: UtcMs
  readonly parts: Map<number, KeptMessage<S>>
  readonly repeats: KeptMessage<S>[]
}

function groupsOf<S>(kept: readonly KeptMessage<S>[]): Group<S>[] {
  const open = new Map<string, Group<S>[]>()
  for (const one of kept) {
    const { part } = one.message
    if (part === null) continue
    const name = `${one.message.from}/${part.reference}/${part.of}`
    const groups = open.get(name) ?? []
    open.set(name, groups)
    // References come round again: another text in the place of a part that is there begins a text of its own.
    const group = groups.find(({ parts }) => fits(parts.get(part.number), one))
    if (group === undefined) groups.push(begun(one, part))
    else if (group.parts.has(part.number)) group.repeats.push(one)
    else group.parts.set(part.number, one)
  }
  return [...open.values()].flat()
}

function begun<S>(one: KeptMessage<S>, part: PartOf): Group<S> {
  return { of: part.of, since: one.seenAt, parts: new Map([[part.number, one]]), repeats: [] }
}

function fits<S>(there: KeptMessage<S> | undefined, one: KeptMessage<S>): boolean {
  return there === undefined || there.message.text === one.message.text
}

function joined<S>(ordered: readonly (KeptMessage<S> | null)[], of: number): JoinedText<S> {
  const kept = ordered.filter((one) => one !== null)
  const parts = ordered.slice(0, of)
  return {
    from: kept[0]?.message.from ?? '',
    // A phone may have divided a character between two parts; one alone is no character.
    text: parts
      .map((one) => (one === null ? '…' : one.message.text))
      .join('')
      .toWellFormed(),
    sentAt: kept[0]?.message.sentAt ?? null,
    isWhole: parts.every((one) => one !== null),
    slots: kept.map(({ slot }) => slot),
  }
}
