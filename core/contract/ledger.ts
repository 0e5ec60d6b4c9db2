import { z } from 'zod'
import { Sha256 } from './text.ts'
import { UtcMs } from './time.ts'

/** Who did it: a named person, the system itself, or a service account. */
export const Actor = z.object({ kind: z.enum(['person', 'system', 'service']), name: z.string().min(1) }).strict()
export type Actor = z.infer<typeof Actor>

export const LedgerAct = z.enum([
  'ledger-opened',
  'administrator-created',
  'signed-in',
  'sign-in-refused',
  'signed-out',
  'alarm-raised',
  'alarm-updated',
  'alarm-raised-again',
  'alarm-returned',
  'alarm-acknowledged',
  'alarm-closed',
  'alarm-noted',
  'alarm-judged',
  'feedback-applied',
  'feedback-refused',
  'notice-queued',
  'notice-accepted',
  'notice-failed',
  'notice-cancelled',
  'nobody-on-duty',
  'gateway-online',
  'gateway-offline',
  'completeness-exported',
  'enrolment-token-issued',
  'enrolment-token-used',
  'enrolment-token-void',
  'certificate-issued',
  'certificate-renewed',
  'certificate-presented',
  'certificate-revoked',
  'configuration-pushed',
  'configuration-applied',
  'configuration-confirmed',
  'configuration-refused',
  'configuration-rolled-back',
])
export type LedgerAct = z.infer<typeof LedgerAct>

/** One act. `hash` = SHA-256 over `prev` and the canonical JSON of everything but `hash`; `prev` of the first is 64 zeros. */
export const LedgerEntry = z
  .object({
    n: z.number().int().positive(),
    at: UtcMs,
    actor: Actor,
    act: LedgerAct,
    /** What it was done to: an alarm id, a site id, a person. */
    subject: z.string(),
    detail: z.record(z.string(), z.unknown()),
    prev: Sha256,
    hash: Sha256,
  })
  .strict()
export type LedgerEntry = z.infer<typeof LedgerEntry>
