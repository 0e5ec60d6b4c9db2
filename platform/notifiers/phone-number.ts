import { z } from 'zod'

/** A phone number as people write it: an optional +, then 3–20 digits with spaces or hyphens between them. */
export const PhoneNumber = z
  .string()
  .trim()
  .transform((text) => text.replaceAll(/[\s-]/g, ''))
  .pipe(z.string().regex(/^\+?\d{3,20}$/, 'expected a phone number of digits, such as +8613900000001'))
