/** How long a modem is given, ms. */
export const AT_TIMES = {
  commandMs: 5_000,
  syncMs: 3_000,
  /** Looking for a network, listing many messages, or switching the SIM. */
  slowCommandMs: 20_000,
  /** For one part to be taken by the network. */
  textMs: 60_000,
} as const

/** How a modem is looked after, ms. */
export const CARE_TIMES = {
  /** Between two looks at it. */
  pollMs: 10_000,
  /** Between two looks for messages whose announcement was not heard, and before one its owner did not take is offered again. */
  sweepMs: 30_000,
  /** After each look for messages: some modems announce them while they list them. */
  sweepGapMs: 1_000,
  /** A modem that says nothing for so long is set up anew. */
  silentMs: 60_000,
  /** How long a modem that was just opened may say nothing. */
  startMs: 10_000,
  /** Between two power cycles. */
  powerCycleMs: 10 * 60_000,
  /** What a modem takes to start. */
  bootMs: 15_000,
  /** Between two looks at a SIM that is missing or not ready. */
  simMs: 10_000,
  /** First and longest pause before a port is opened again. */
  reopenFirstMs: 500,
  reopenMostMs: 10_000,
} as const

/** How long the network tries to deliver a text: an alarm that comes a day late says nothing any more. */
export const VALID_FOR_MS = 24 * 3_600_000
