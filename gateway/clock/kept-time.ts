import { closeSync, fsyncSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { BootId, Dating, TimeSource } from '../../core/contract/clock.ts'
import { HouseError, messageOf } from '../../core/kit/errors.ts'
import { PastBoot } from './placing.ts'
import { Claim } from './select.ts'

/** What a gateway remembers of its time over a restart of its program or its machine. */
export const KeptTime = z
  .object({
    boot: BootId,
    /** Monotonic time at which the program first ran in that boot, and that of this note, ms. */
    from: z.number().nonnegative(),
    mono: z.number().nonnegative(),
    /** The time as it was told then. */
    offsetMs: z.number(),
    uncertaintyMs: z.number().nonnegative().nullable(),
    source: TimeSource,
    /** Written at the end of the program: hardly anything was read after it. */
    isLast: z.boolean(),
    /** The battery clock minus the time told, ms; null where there is none or the time was not known. */
    rtcAheadMs: z.number().nullable(),
    /** What was told most surely in that boot; null where nothing was. */
    surest: Claim.nullable(),
    claims: z.array(Claim),
    anchors: z.array(z.object({ mono: z.number(), offsetMs: z.number(), uncertaintyMs: z.number() }).strict()),
    /** Boots before that one, oldest first. */
    past: z.array(PastBoot),
    /** Datings that the chain has not taken yet. */
    owed: z.array(Dating),
  })
  .strict()
export type KeptTime = z.infer<typeof KeptTime>

/** Where the note lies in the folder of a gateway's store. A file of its own, so that it outlives a damaged store. */
export function keptTimePath(folder: string): string {
  return join(folder, 'clock.kept.json')
}

/** The note in `folder`; null when there is none or it is damaged. */
export function readKeptTime(folder: string): KeptTime | null {
  try {
    return KeptTime.safeParse(JSON.parse(readFileSync(keptTimePath(folder), 'utf8'))).data ?? null
  } catch {
    return null
  }
}

/** Keeps the note over a power cut. Throws `store/failed`. */
export function writeKeptTime(folder: string, kept: KeptTime): void {
  writeDurably(keptTimePath(folder), JSON.stringify(kept))
}

/** Replaces a small file as a whole, so that a reader sees the old or the new one. Throws `store/failed`. */
export function writeDurably(path: string, text: string): void {
  const beside = `${path}.new`
  try {
    const descriptor = openSync(beside, 'w', 0o640)
    try {
      writeSync(descriptor, text)
      fsyncSync(descriptor)
    } finally {
      closeSync(descriptor)
    }
    renameSync(beside, path)
  } catch (error) {
    throw new HouseError('store/failed', `${path}: ${messageOf(error)}`, { path }, error)
  }
}
