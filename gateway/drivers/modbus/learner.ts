import type { Asker } from './asker.ts'
import { hunt } from './hunt.ts'
import type { Lesson } from './lessons.ts'
import type { PlannedRead } from './plan.ts'
import type { Span } from './span.ts'

/**
 * Finds out by asking why a read is refused, or (`isSilent`) not answered although the device answers others. Nothing is
 * believed that was not seen twice. null when it could not be told now.
 */
export async function lessonOf(
  asker: Asker,
  { read, isSilent }: { readonly read: PlannedRead; readonly isSilent: boolean },
  signal: AbortSignal,
): Promise<Lesson | null> {
  const search = hunt(read.points, { longestGiven: asker.longestGiven(read.request.table) })
  let next = search.next()
  while (next.done !== true) {
    const isGiven = await givesTwice(asker, { span: next.value, isSilent }, signal)
    if (isGiven === null) return null
    next = search.next(isGiven)
  }
  const lesson = next.value
  if (lesson.kind === 'limit') return lesson
  // A device that has given nothing at all may be another one, or not ready: that is nothing to learn from.
  if (!asker.hasGiven) return null
  return isSilent ? { kind: 'apart', span: lesson.span } : lesson
}

/** Whether the device gives the cells: no is believed the second time. null when it could not be told. */
async function givesTwice(
  asker: Asker,
  { span, isSilent }: { readonly span: Span; readonly isSilent: boolean },
  signal: AbortSignal,
): Promise<boolean | null> {
  const purpose = isSilent ? 'probe' : 'poll'
  for (let attempt = 1; attempt <= 2; attempt += 1) {
    const outcome = await asker.ask(span, { purpose }, signal)
    if (outcome.kind === 'given') return true
    const isNo = outcome.kind === 'refused' ? outcome.isAddress : isSilent && outcome.kind === 'silent'
    if (!isNo) return null
    // A silence of the device is not one of these cells.
    if (attempt === 2 && outcome.kind === 'silent' && !(await isThere(asker, signal))) return null
  }
  return false
}

async function isThere(asker: Asker, signal: AbortSignal): Promise<boolean> {
  const span = asker.shortestGiven
  return span !== null && (await asker.ask(span, { purpose: 'probe' }, signal)).kind === 'given'
}
