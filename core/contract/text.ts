import { z } from 'zod'

/** The languages every text of the product exists in; the first is the default. */
export const LANGUAGES = ['zh-CN', 'en'] as const
export const Language = z.enum(LANGUAGES)
export type Language = z.infer<typeof Language>

/** A name or sentence in both languages. */
export const Bilingual = z.object({ 'zh-CN': z.string().min(1), en: z.string().min(1) }).strict()
export type Bilingual = z.infer<typeof Bilingual>

/** An identifier that is safe in a topic, a file name and a URL: lower-case letters, digits and hyphens. */
export const Id = z
  .string()
  .regex(/^[a-z0-9]+(-[a-z0-9]+)*$/, 'expected lower-case letters, digits and single hyphens, such as feeder-meter')
  .max(64)
export type Id = z.infer<typeof Id>

/** A SHA-256 digest as 64 lower-case hexadecimal digits. */
export const Sha256 = z.string().regex(/^[0-9a-f]{64}$/, 'expected 64 lower-case hexadecimal digits')
export type Sha256 = z.infer<typeof Sha256>
