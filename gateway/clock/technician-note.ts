import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { BootId } from '../../core/contract/clock.ts'
import { writeDurably } from './kept-time.ts'
import type { Claim } from './select.ts'

/** The time as a technician has set it, in the folder of a gateway's store. It holds for the boot it was written in. */
export const TechnicianNote = z
  .object({
    /** UTC, ms, at monotonic time `mono` of boot `boot`. */
    utc: z.number().nonnegative(),
    boot: BootId,
    mono: z.number().nonnegative(),
    uncertaintyMs: z.number().nonnegative(),
  })
  .strict()
export type TechnicianNote = z.infer<typeof TechnicianNote>

export function technicianNotePath(folder: string): string {
  return join(folder, 'clock.json')
}

/** Leaves a note for the gateway that has its store in `folder`; it looks every few seconds. Throws `store/failed`. */
export function leaveNote(folder: string, note: TechnicianNote): void {
  writeDurably(technicianNotePath(folder), `${JSON.stringify(note)}\n`)
}

/** What the note of this boot says; null when there is none of this boot. */
export function noteClaim(folder: string, boot: BootId): Claim | null {
  const note = TechnicianNote.safeParse(noteIn(folder))
  if (!note.success || note.data.boot !== boot) return null
  const { utc, mono, uncertaintyMs } = note.data
  return { source: 'technician', mono, offsetMs: utc - mono, uncertaintyMs }
}

function noteIn(folder: string): unknown {
  try {
    return JSON.parse(readFileSync(technicianNotePath(folder), 'utf8')) as unknown
  } catch {
    return null
  }
}
