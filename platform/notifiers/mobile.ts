import { z } from 'zod'

/** A mobile number of the country, with or without its prefix; `-` = nobody is called by name. */
export const MobileOrNone = z
  .string()
  .regex(/^(-|(\+?86)?1\d{10})$/, 'expected a mobile number such as +8613900000001, or - to call nobody by name')

/** A number as providers in the country want it: a mobile of the country without prefix, others with theirs but without the +. */
export function domesticNumber(number: string): string {
  return number.replace(/^(\+|00)?86(?=1\d{10}$)/, '').replace(/^\+/, '')
}
