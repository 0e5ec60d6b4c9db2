/** Routes of who is on duty: roster, overrides, swaps, check-ins, spot checks, proofs of contacts. */
export const DUTY_API = {} as const
