/** Routes of what can be proved: rulers and verdicts of alarms, daily roots, alarm quality. */
export const PROOF_API = {} as const
