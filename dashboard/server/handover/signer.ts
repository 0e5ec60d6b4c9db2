import type { HandoverRecord, Signature } from '../../../core/contract/handover.ts'
import { type UtcMs, utcMs } from '../../../core/contract/time.ts'
import type { SigningFacts } from '../../../core/alarms/handover.ts'
import type { NamedPerson } from '../../../core/alarms/handover-source.ts'
import type { SignRequest } from './handover-desk.ts'
import { hashOfContent } from './handover-rows.ts'
import { refusedStep } from './refusals.ts'
import { isSameCrew, personsIn, type ShiftBook } from './shift-calendar.ts'

/** Somebody who relieves may come on in the middle of a shift; after so long they are no longer those who took it over. */
const TAKES_OVER_MS = 12 * 3_600_000

interface Signer extends Pick<SigningFacts, 'isOfCrew' | 'isSameCrew' | 'maySignInPlace'> {
  readonly signature: Signature
}

interface Signing {
  readonly request: SignRequest
  readonly at: UtcMs
}

/** Who signs, for whom, and by what right. Throws `http/conflict` where one account stands for several of the crew and none is named. */
export function signatureOf(book: ShiftBook, record: HandoverRecord, { request, at }: Signing): Signer {
  const { side, user, role, note, inPlace } = request
  const leads = role === 'administrator' || role === 'duty-leader'
  const own = new Set(book.roster.persons.filter((one) => one.user === user).map(({ id }) => id))
  const crew = personsOf(book, record, { side, at }).filter(({ id }) => own.has(id))
  const named = request.person === undefined ? crew : crew.filter(({ id }) => id === request.person)
  if (named.length > 1) throw refusedStep('which-person')
  const [person] = named
  const isOfCrew = person !== undefined || (side === 'leader' && leads)
  return {
    isOfCrew,
    isSameCrew: isSameCrew(book, record.shift),
    maySignInPlace: leads,
    signature: {
      side,
      person: person?.id ?? null,
      name: person?.name ?? nameOf(book, own) ?? user,
      user,
      at,
      inPlace: isOfCrew ? null : (inPlace ?? null),
      note,
      content: hashOfContent(record),
    },
  }
}

function nameOf({ roster }: ShiftBook, own: ReadonlySet<string>): string | undefined {
  const named = roster.persons.filter(({ id }) => own.has(id))
  return named.length === 1 ? named[0]?.name : undefined
}

/** Everybody who may sign for a side. */
function personsOf(
  book: ShiftBook,
  { shift: { role, from, to } }: HandoverRecord,
  { side, at }: Pick<Signature, 'side' | 'at'>,
): NamedPerson[] {
  const until = utcMs(Math.min(Math.max(at + 1, to + 1), to + TAKES_OVER_MS))
  switch (side) {
    case 'outgoing':
      return personsIn(book, role, { from, to })
    case 'incoming':
      return personsIn(book, role, { from: to, to: until })
    case 'leader':
      return personsIn(book, book.roster.office.leader, { from, to: until })
  }
}
