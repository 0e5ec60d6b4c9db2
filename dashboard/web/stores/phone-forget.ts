/** Where a phone remembers the open alarms. */
export const PHONE_KEY = 'pitwatch.phone'

/** Forgets it, as when somebody has signed out. */
export function forgetKnown(storage: Pick<Storage, 'removeItem'>): void {
  try {
    storage.removeItem(PHONE_KEY)
  } catch {
    // Nothing can be there either.
  }
}
