import { randomUUID } from 'node:crypto'
import type { Role } from '../../../core/contract/access.ts'
import {
  type AddEntry,
  HandoverEntry,
  type HandoverList,
  type HandoverQuery,
  type HandoverRecord,
  type HandoverSummary,
  type HandoverView,
  type SignHandover,
} from '../../../core/contract/handover.ts'
import type { Actor, LedgerAct } from '../../../core/contract/ledger.ts'
import type { UtcMs } from '../../../core/contract/time.ts'
import { type HandoverStep, stepHandover } from '../../../core/alarms/handover.ts'
import { draftHandover } from '../../../core/alarms/handover-draft.ts'
import { HouseError } from '../../../core/kit/errors.ts'
import type { AlarmDesk } from '../alarms/desk.ts'
import type { Query } from '../db/database.ts'
import { ledgerOf, unreadRed } from './handover-facts.ts'
import {
  findHandover,
  type HandoverHead,
  headOfHandover,
  hashOfRecord,
  listHandovers,
  saveHandover,
} from './handover-rows.ts'
import { readHandoverSource, type SourceDeps } from './read-source.ts'
import { refusedStep } from './refusals.ts'
import { type KnownShift, shiftBefore, shiftOf, shiftOfId } from './shift-calendar.ts'
import { signatureOf } from './signer.ts'

/** Somebody who signs: who they are by their password, and what they say. */
export interface SignRequest extends Omit<SignHandover, 'second'> {
  readonly user: string
  readonly role: Role
}

/** Records of hand-overs between shifts: drafted from the ledger and the stores, signed by both crews, and then only added to. */
export interface HandoverDesk {
  /** The shift that runs, the one before, and the records there are. */
  list(query: HandoverQuery): Promise<HandoverList>
  /** Throws `http/not-found` before it is drafted. */
  view(id: string): Promise<HandoverView>
  /** Drafts a shift, or drafts it anew. Throws `http/not-found` for a shift the roster has not, `http/conflict` for a locked record. */
  draft(id: string, actor: Actor): Promise<HandoverView>
  /** Writes a row of the crew's. Throws `http/not-found`, `http/conflict` once somebody has signed. */
  write(id: string, entry: AddEntry, actor: Actor): Promise<HandoverView>
  /** Strikes a row out; it stays to be read. Throws as `write`. */
  strike(id: string, entry: string, actor: Actor): Promise<HandoverView>
  /** Throws `http/not-found`, `http/conflict`, `http/forbidden`, each with the word of HandoverRefusal as `because`. */
  sign(id: string, request: SignRequest): Promise<HandoverView>
  /** Adds to a record both crews have signed (附记). Throws `http/not-found`, `http/conflict`. */
  add(id: string, text: string, actor: Actor): Promise<HandoverView>
}

export interface HandoverDeps extends SourceDeps {
  readonly desk: Pick<AlarmDesk, 'time' | 'append'>
}

/** What the ledger says a step was done to. */
function subjectOf(id: string): string {
  return `handover/${id}`
}

interface Doing {
  readonly actor: Actor
  readonly act: LedgerAct
  readonly detail?: Readonly<Record<string, unknown>>
  readonly step: (q: Query, record: HandoverRecord) => Promise<HandoverStep> | HandoverStep
}

export function openHandoverDesk(deps: HandoverDeps): HandoverDesk {
  const { db, desk, duty } = deps
  const commit = async (q: Query, record: HandoverRecord, { actor, act, detail }: Omit<Doing, 'step'>) => {
    await saveHandover(q, record)
    const facts = { ...detail, state: record.state, sha256: hashOfRecord(record) }
    await desk.append(q, [{ actor, act, subject: subjectOf(record.id), detail: facts }])
  }
  const view = async (id: string): Promise<HandoverView> => {
    const now = await desk.time()
    return await db.read(async (q) => viewOf(q, known(await findHandover(q, id), id), now))
  }
  const take = async (id: string, { step, ...doing }: Doing): Promise<HandoverView> => {
    await db.transaction(async (q) => {
      const record = known(await findHandover(q, id), id)
      const stepped = stepHandover(record, await step(q, record))
      if (stepped.is === 'refused') throw refusedStep(stepped.why)
      await commit(q, stepped.record, doing)
    })
    return await view(id)
  }
  return {
    list: async (query) => listOf(deps, query, await desk.time()),
    view,
    draft: async (id, actor) => {
      const at = await desk.time()
      const shift = shiftOfId(duty, id)
      if (shift === null || shift.shift.from > at) throw unknown(id)
      const draft = draftHandover(await readHandoverSource(deps, shift, at))
      await db.transaction(async (q) => {
        const before = await findHandover(q, id)
        const record = before ?? newRecord(shift, { draft, draftedAt: at })
        const stepped = stepHandover(record, { do: 'redraft', draft, at })
        if (stepped.is === 'refused') throw refusedStep(stepped.why)
        await commit(q, stepped.record, { actor, act: 'handover-drafted' })
      })
      return await view(id)
    },
    write: async (id, entry, actor) => {
      const written = HandoverEntry.parse({
        ...{ ...entry, id: randomUUID().slice(0, 8), at: await desk.time(), by: actor.name, struck: null },
      })
      const doing = { actor, act: 'handover-written', detail: { entry: written.id, kind: entry.kind } } as const
      return await take(id, { ...doing, step: () => ({ do: 'write', entry: written }) })
    },
    strike: async (id, entry, actor) => {
      const at = await desk.time()
      const doing = { actor, act: 'handover-struck', detail: { entry } } as const
      return await take(id, { ...doing, step: () => ({ do: 'strike', entry, by: actor.name, at }) })
    },
    sign: async (id, request) => {
      const now = await desk.time()
      const actor = { kind: 'person', name: request.user } as const
      const { side, inPlace = null } = request
      const step = async (q: Query, record: HandoverRecord): Promise<HandoverStep> => {
        const { signature, ...signer } = signatureOf(duty, record, { request, at: now })
        const red = await unreadRed(q)
        return { do: 'sign', signature, facts: { now, unreadRed: red.length, ...signer } }
      }
      return await take(id, { actor, act: 'handover-signed', detail: { side, inPlace }, step })
    },
    add: async (id, text, actor) => {
      const addendum = { at: await desk.time(), by: actor.name, text }
      return await take(id, { actor, act: 'handover-added', step: () => ({ do: 'add', addendum }) })
    },
  }
}

function newRecord({ id, shift }: KnownShift, part: Pick<HandoverRecord, 'draft' | 'draftedAt'>): HandoverRecord {
  return { id, shift, state: 'draft', ...part, entries: [], signatures: [], addenda: [] }
}

async function viewOf(q: Query, record: HandoverRecord, now: UtcMs): Promise<HandoverView> {
  const hash = hashOfRecord(record)
  const last = await ledgerOf(q, subjectOf(record.id))
  const ledger = last?.hash === hash ? { n: last.n, at: last.at } : null
  return { record, hash, ledger, now, unreadRed: await unreadRed(q) }
}

async function listOf({ db, duty }: HandoverDeps, query: HandoverQuery, now: UtcMs): Promise<HandoverList> {
  const { before = now + 1, limit } = query
  const heads = await db.read((q) => listHandovers(q, before, limit))
  const current = shiftOf(duty, now)
  const previous = current === null ? null : shiftBefore(duty, current)
  const due = async (shift: KnownShift | null): Promise<HandoverSummary | null> => {
    if (shift === null) return null
    const head = await db.read((q) => headOfHandover(q, shift.id))
    if (head !== null) return summaryOf(head)
    return { id: shift.id, shift: shift.shift, state: null, outgoing: [], incoming: [], addenda: 0 }
  }
  return { current: await due(current), previous: await due(previous), records: heads.map(summaryOf) }
}

function summaryOf({ id, shift, state, signatures, addenda }: HandoverHead): HandoverSummary {
  const signed = (side: string) => signatures.filter((one) => one.side === side).map(({ name }) => name)
  return { id, shift, state, outgoing: signed('outgoing'), incoming: signed('incoming'), addenda }
}

function known(record: HandoverRecord | null, id: string): HandoverRecord {
  if (record === null) throw unknown(id)
  return record
}

function unknown(id: string): HouseError {
  return new HouseError('http/not-found', `there is no hand-over ${id}`, { name: id })
}
