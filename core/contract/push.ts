import { z } from 'zod'

const base64url = (bytes: number) =>
  z
    .string()
    .regex(/^[\w-]+={0,2}$/, 'expected base64url')
    .refine((text) => Math.floor((text.replaceAll('=', '').length * 3) / 4) === bytes, {
      error: `expected ${bytes} bytes in base64url`,
    })

/** A browser that wants to be told, as `PushSubscription.toJSON()` says it: where its push service is, and the keys to encrypt with. */
export const PushSubscription = z.object({
  endpoint: z.url({ protocol: /^https?$/ }).max(1_000),
  /** An uncompressed point of P-256, and 16 bytes only the two of us know. (RFC 8291 §2) */
  keys: z.object({ p256dh: base64url(65), auth: base64url(16) }),
})
export type PushSubscription = z.infer<typeof PushSubscription>

/** What the page needs to ask its browser for a subscription. */
export const PushKey = z.object({ channel: z.string(), publicKey: z.string() }).strict()
export type PushKey = z.infer<typeof PushKey>
