import { z } from 'zod'
import { TimeSource } from './clock.ts'
import { Health } from './http.ts'
import { Bilingual, Id } from './text.ts'
import { UtcMs } from './time.ts'

const Count = z.number().int().nonnegative()

/** A gateway as a row of all of them: what it last said of itself, in short. Nulls where it has said nothing since the control room's start. */
export const GatewayRow = z
  .object({
    site: Id,
    name: Bilingual,
    online: z.boolean(),
    lastHeardAt: UtcMs.nullable(),
    /** When it last told how it is doing. */
    toldAt: UtcMs.nullable(),
    version: z.string().nullable(),
    startedAt: UtcMs.nullable(),
    backlog: z
      .object({
        readings: Count,
        alarms: Count,
        oldestAt: UtcMs.nullable(),
        hoursLeft: z.number().nonnegative().nullable(),
        /** Readings it could not keep, or only as minutes, since its store was made. */
        lost: Count,
        /** `memory`: its disk refuses. */
        state: z.enum(['disk', 'memory']),
      })
      .strict()
      .nullable(),
    clock: z
      .object({ source: TimeSource, uncertaintyMs: z.number().nonnegative().nullable(), systemAheadMs: z.number() })
      .strict()
      .nullable(),
    /** Buses that are down, devices that do not answer or are not the right ones, of how many. */
    buses: z.object({ down: Count, all: Count }).strict().nullable(),
    devices: z.object({ silent: Count, wrong: Count, all: Count }).strict().nullable(),
    /** Whether it could tell people by itself. */
    alone: z.enum(['ready', 'no-modem', 'modem-down', 'no-sheet', 'sheet-over']).nullable(),
    rssBytes: Count.nullable(),
    /** End of the certificate it goes by; null where it has none. */
    certificateUntil: UtcMs.nullable(),
  })
  .strict()
export type GatewayRow = z.infer<typeof GatewayRow>

/** How the control room's own machine is doing. */
export const MachineReport = z
  .object({
    health: Health,
    node: z.string(),
    rssBytes: Count,
    /** The disk its store lies on; null where the machine does not say. */
    disk: z.object({ freeBytes: Count, totalBytes: Count }).strict().nullable(),
    /** Its database, with what is not written back yet. */
    databaseBytes: Count,
    /** How far its clock may be off, ms; null where nobody answers for it. */
    clockWithinMs: z.number().nonnegative().nullable(),
    /** Pages that follow the live feed. */
    pages: Count,
  })
  .strict()
export type MachineReport = z.infer<typeof MachineReport>

/** Everything that watches, as one report: the control room's machine and each gateway the asker may see. */
export const SystemReport = z.object({ at: UtcMs, machine: MachineReport, gateways: z.array(GatewayRow) }).strict()
export type SystemReport = z.infer<typeof SystemReport>
