/** Raises within a minute, or within an hour, from which on an alarm chatters. (§3.4) */
const A_MINUTE = { raises: 3, within: 60_000 }
const AN_HOUR = { raises: 10, within: 3_600_000 }

/** While it chatters every so manieth raise is announced like one of an alarm that does not. */
const ALONE_EVERY = 10

/** Whether an alarm chatters with its raise at `at`. `raises` are the event times of its raises, that one among them, in any order. */
export function isChattering(raises: readonly number[], at: number): boolean {
  return [A_MINUTE, AN_HOUR].some(
    (limit) => raises.filter((raised) => raised > at - limit.within && raised <= at).length >= limit.raises,
  )
}

/** Whether the raise with this number (the first is 1) of an alarm that chatters is announced by itself: the first and every 10th. (I21) */
export function announcesAlone(raise: number): boolean {
  return raise === 1 || raise % ALONE_EVERY === 0
}
