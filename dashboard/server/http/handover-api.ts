import { z } from 'zod'
import {
  AddAddendum,
  AddEntry,
  HandoverId,
  HandoverList,
  HandoverQuery,
  HandoverView,
  SignHandover,
} from '../../../core/contract/handover.ts'
import { EVERYBODY, none, nothing, OPERATORS, route } from './route.ts'

const id = z.object({ id: HandoverId })
const all = { allowed: EVERYBODY, reach: 'county', query: none, body: nothing, answer: HandoverView } as const
/** A step of a record; the answer is the record as it is then. */
const step = { ...all, method: 'POST', allowed: OPERATORS, params: id } as const

/** Routes of hand-overs between shifts (交接班). */
export const HANDOVER_API = {
  handovers: route({
    ...all,
    method: 'GET',
    path: '/api/handovers',
    about: 'The shift that runs and the one before it, and the records of hand-overs, newest first.',
    params: none,
    query: HandoverQuery,
    answer: HandoverList,
  }),
  handover: route({
    ...all,
    method: 'GET',
    path: '/api/handovers/:id',
    about: 'One record, with its hash and the entry of the ledger that holds it.',
    params: id,
  }),
  draftHandover: route({
    ...step,
    path: '/api/handovers/:id/draft',
    about:
      'Drafts a shift from the ledger and the stores, anew where it is drafted; a signature over the old draft is void.',
  }),
  writeHandover: route({
    ...step,
    path: '/api/handovers/:id/entries',
    about:
      'Writes a row of the crew: a call, a patrol, an instruction, a thing handed over, or a comment on a section.',
    body: AddEntry,
  }),
  strikeHandover: route({
    ...step,
    path: '/api/handovers/:id/entries/:entry/strike',
    about: 'Strikes a row out; it stays to be read.',
    params: id.extend({ entry: z.string().min(1).max(64) }),
  }),
  signHandover: route({
    ...step,
    path: '/api/handovers/:id/sign',
    about:
      'Signs for the leaving crew, the coming crew or the leader; or a second person does, with name and password at the same desk. Refused while a red alarm is unacknowledged or the draft is older than 5 min.',
    body: SignHandover,
  }),
  addToHandover: route({
    ...step,
    path: '/api/handovers/:id/addenda',
    about: 'Adds to a record both crews have signed.',
    body: AddAddendum,
  }),
} as const
