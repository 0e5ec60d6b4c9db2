import { z } from 'zod'
import {
  AlarmQuality,
  DailyRoots,
  DailyRootsQuery,
  Proof,
  ProofSheetQuery,
  QualityQuery,
} from '../../../core/contract/proof.ts'
import { alarmId, EVERYBODY, none, nothing, route } from './route.ts'

/** Routes of what can be proved: rulers and verdicts of alarms, daily roots, alarm quality. */
export const PROOF_API = {
  proof: route({
    method: 'GET',
    path: '/api/alarms/:id/proof',
    about:
      'What can be proved of an alarm: its ten time stamps, who was called with which receipts, the time limits, the verdicts on late, omitted, false and concealed reports, and its entries of the ledger.',
    allowed: EVERYBODY,
    reach: 'alarm',
    params: alarmId,
    query: none,
    body: nothing,
    answer: Proof,
  }),
  proofSheet: route({
    method: 'GET',
    path: '/api/alarms/:id/proof/sheet',
    about: 'The same as a page to print on one sheet of A4 and to sign.',
    allowed: EVERYBODY,
    reach: 'alarm',
    params: alarmId,
    query: ProofSheetQuery,
    body: nothing,
    answer: z.string(),
    media: 'text/html',
  }),
  proofStyle: route({
    method: 'GET',
    path: '/api/proof/sheet.css',
    about: 'How that page looks.',
    allowed: EVERYBODY,
    reach: 'none',
    params: none,
    query: none,
    body: nothing,
    answer: z.string(),
    media: 'text/css',
  }),
  dailyRoots: route({
    method: 'GET',
    path: '/api/proof/roots',
    about: "The roots over each day's entries of the ledger, the newest first.",
    allowed: EVERYBODY,
    reach: 'none',
    params: none,
    query: DailyRootsQuery,
    body: nothing,
    answer: DailyRoots,
  }),
  quality: route({
    method: 'GET',
    path: '/api/quality',
    about:
      'How good the alarms of a time were: how fast they were told and answered, how many came, how many were wrong.',
    allowed: EVERYBODY,
    reach: 'county',
    params: none,
    query: QualityQuery,
    body: nothing,
    answer: AlarmQuality,
  }),
} as const
