/** A task that works until its signal aborts. */
export type Task = (signal: AbortSignal) => Promise<void>

/**
 * Runs tasks side by side until `signal` aborts and all of them have ended. When one fails the others are ended first, then
 * its error is thrown. What a task throws after the abort is its way of ending and no failure.
 */
export async function together(signal: AbortSignal, tasks: readonly Task[]): Promise<void> {
  const failed = new AbortController()
  const either = AbortSignal.any([signal, failed.signal])
  const guarded = async (task: Task) => {
    try {
      await task(either)
    } catch (error) {
      if (!either.aborted) failed.abort(error)
    }
  }
  await Promise.all(tasks.map(guarded))
  if (failed.signal.aborted) throw failed.signal.reason
}
