import { randomInt } from 'node:crypto'
import type { Actor } from '../../../core/contract/ledger.ts'
import type { Contact, ContactProof } from '../../../core/contract/roster.ts'
import type { UtcMs } from '../../../core/contract/time.ts'
import { everyHolder } from '../../../core/alarms/roster/fault.ts'
import { PROOF_MS } from '../../../core/alarms/roster/forecast.ts'
import { HouseError } from '../../../core/kit/errors.ts'
import type { AlarmDesk } from '../alarms/desk.ts'
import type { Database, Query } from '../db/database.ts'
import type { QueueMemos } from '../notify/memo.ts'
import { addCode, allProofs, codesSince, type ContactKey, countTry, putProof } from './contact-rows.ts'
import { DESK } from '../notify/check-channels.ts'
import { personOf } from './entries.ts'
import { codeWords, renewWords } from './messages.ts'
import type { RosterVersions } from './versions.ts'

const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS
const DAY_MS = 24 * HOUR_MS
/** A code is good for so long, and for so many tries. */
const CODE_MS = 15 * MINUTE_MS
const MOST_TRIES = 5
/** What providers of short messages let through to one number: one a minute, five an hour. */
const APART_MS = MINUTE_MS
const MOST_AN_HOUR = 5
/** So long before a proof runs out its owner is asked for another. */
const RENEW_MS = 7 * DAY_MS

/** A code typed back. */
export interface TypedCode extends ContactKey {
  readonly code: string
  readonly actor: Actor
}

/** Who can really be reached, and how that is found out. */
export interface Contacts {
  readonly proofs: readonly ContactProof[]
  /** Sends a code over a contact. Throws `http/not-found`, `http/too-many`. */
  sendCode(contact: ContactKey, actor: Actor): Promise<void>
  /** Takes a code typed back. Throws `http/not-found`, `http/invalid` (wrong), `http/too-many` (too often), `http/conflict` (none, old). */
  prove(typed: TypedCode): Promise<ContactProof>
  /** Who acts at the desk under a sign-in name is reached there. */
  seenAtDesk(person: string, user: string): Promise<void>
  /** Asks those on duty whose proofs run out soon for another, once a proof. */
  remind(): Promise<void>
}

export interface ContactsDeps {
  readonly db: Database
  readonly desk: Pick<AlarmDesk, 'time' | 'append'>
  readonly memos: QueueMemos
  readonly versions: () => RosterVersions
  readonly changed: () => void
}

export async function openContacts(deps: ContactsDeps): Promise<Contacts> {
  const { db, desk, memos, versions } = deps
  let proofs = await db.read(allProofs)
  const contactOf = ({ person, channel }: ContactKey): Contact => {
    const contact = personOf(versions().newest.roster, person).contacts.find((one) => one.channel === channel)
    if (contact !== undefined) return contact
    throw new HouseError('http/not-found', `there is no contact ${channel} of ${person}`, { person, channel })
  }
  const proven = (proof: ContactProof) => {
    proofs = [...proofs.filter(({ person, channel }) => person !== proof.person || channel !== proof.channel), proof]
    deps.changed()
  }
  return {
    get proofs() {
      return proofs
    },
    sendCode: async (key, actor) => {
      const { address } = contactOf(key)
      const at = await desk.time()
      await db.transaction((q) => send(q, { deps, key, address, actor, at }))
    },
    prove: async (typed) => {
      const { address } = contactOf(typed)
      const at = await desk.time()
      const { person, channel } = typed
      const proof = { person, channel, address, provenAt: at }
      const refusal = await db.transaction((q) => take(q, { deps, typed, proof }))
      if (refusal !== null) throw refusal
      proven(proof)
      return proof
    },
    seenAtDesk: async (person, user) => {
      const known = personOf(versions().newest.roster, person)
      const contact = known.contacts.find(({ channel, address }) => channel === DESK && address === user)
      if (contact === undefined || known.user !== user) return
      const at = await desk.time()
      const held = proofs.find((proof) => proof.person === person && proof.channel === DESK)
      if (held?.address === user && at - held.provenAt < DAY_MS) return
      const proof = { person, channel: DESK, address: user, provenAt: at }
      await db.transaction((q) => keep(q, { deps, proof, actor: { kind: 'person', name: user } }))
      proven(proof)
    },
    remind: async () => {
      const at = await desk.time()
      const due = expiring(versions().newest.roster, proofs, at)
      if (due.length === 0) return
      const memo = ({ person, channel, provenAt }: ContactProof) => ({
        ...({ key: `renew|${person}|${channel}|${provenAt}`, kind: 'memo', priority: 'blue', person } as const),
        ...({
          over: 'all',
          ...renewWords(channel, Math.max(0, Math.floor((provenAt + PROOF_MS - at) / DAY_MS))),
        } as const),
      })
      await db.transaction((q) => memos(q, due.map(memo), at))
    },
  }
}

function expiring(
  roster: RosterVersions['newest']['roster'],
  proofs: readonly ContactProof[],
  at: UtcMs,
): readonly ContactProof[] {
  const holders = everyHolder(roster)
  return proofs.filter(
    ({ person, channel, address, provenAt }) =>
      holders.has(person) &&
      at >= provenAt + PROOF_MS - RENEW_MS &&
      roster.persons.some(
        ({ id, contacts }) =>
          id === person && contacts.some((contact) => contact.channel === channel && contact.address === address),
      ),
  )
}

interface Sending {
  readonly deps: ContactsDeps
  readonly key: ContactKey
  readonly address: string
  readonly actor: Actor
  readonly at: UtcMs
}

async function send(q: Query, { deps, key, address, actor, at }: Sending): Promise<void> {
  const earlier = await codesSince(q, key, at - HOUR_MS)
  const waitMs = Math.max(
    (earlier[0]?.sentAt ?? 0) + APART_MS - at,
    (earlier[MOST_AN_HOUR - 1]?.sentAt ?? -HOUR_MS) + HOUR_MS - at,
  )
  if (waitMs > 0) {
    const waitS = Math.ceil(waitMs / 1_000)
    throw new HouseError('http/too-many', `codes were just sent over this contact; try again in ${waitS} s`, {
      ...{ waitS, because: 'code-too-soon' },
    })
  }
  const code = String(randomInt(1_000_000)).padStart(6, '0')
  const n = await addCode(q, key, { address, code, sentAt: at })
  const { person, channel } = key
  const memo = { key: `code|${n}`, kind: 'code', priority: 'yellow', person, over: { channel } } as const
  await deps.memos(q, [{ ...memo, ...codeWords(code, CODE_MS / MINUTE_MS) }], at)
  await deps.desk.append(q, [{ actor, act: 'contact-code-sent', subject: person, detail: { channel } }])
}

interface Taking {
  readonly deps: ContactsDeps
  readonly typed: TypedCode
  readonly proof: ContactProof
}

/** Counts the try and keeps the proof. Why it is refused, or null: a try counts also where it is refused. */
async function take(q: Query, { deps, typed, proof }: Taking): Promise<HouseError | null> {
  const { provenAt: at, address, person, channel } = proof
  const [sent] = await codesSince(q, typed, at - CODE_MS)
  const refusal = refusalOf(sent, typed.code, address)
  if (sent !== undefined) await countTry(q, sent.n, refusal === null ? at : sent.usedAt)
  if (refusal === null) await keep(q, { deps, proof, actor: typed.actor })
  else {
    const detail = { channel, why: refusal.code }
    await deps.desk.append(q, [{ actor: typed.actor, act: 'contact-code-refused', subject: person, detail }])
  }
  return refusal
}

function refusalOf(
  sent: Awaited<ReturnType<typeof codesSince>>[number] | undefined,
  code: string,
  address: string,
): HouseError | null {
  if (sent?.usedAt !== null || sent.address !== address) {
    const minutes = CODE_MS / MINUTE_MS
    return new HouseError('http/conflict', `expected a code sent in the last ${minutes} min, came none; send another`, {
      because: 'code-none',
    })
  }
  if (sent.tries >= MOST_TRIES) {
    return new HouseError('http/too-many', `expected the code within ${MOST_TRIES} tries, came more; send another`, {
      because: 'code-tries',
    })
  }
  if (sent.code === code) return null
  return new HouseError('http/invalid', 'expected the code that was sent last over this contact, came another', {
    expected: 'the code that was sent',
    came: 'another',
    because: 'code-wrong',
  })
}

interface Keeping {
  readonly deps: ContactsDeps
  readonly proof: ContactProof
  readonly actor: Actor
}

async function keep(q: Query, { deps, proof, actor }: Keeping): Promise<void> {
  await putProof(q, proof)
  const { person, channel } = proof
  await deps.desk.append(q, [{ actor, act: 'contact-proven', subject: person, detail: { channel } }])
}
