import { argon2, randomBytes, timingSafeEqual } from 'node:crypto'

/** OWASP's first choice for argon2id: 19 MiB, 2 passes, 1 lane. */
const COST = { memory: 19_456, passes: 2, parallelism: 1 } as const
const SALT_BYTES = 16
const HASH_BYTES = 32

/** Letters and digits nobody mistakes for one another when reading them off a screen. */
const READABLE = 'abcdefghjkmnpqrstuvwxyz23456789'

/** A password's argon2id hash in the PHC text form, which carries its salt and cost. */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(SALT_BYTES)
  const hash = await derive(password, salt, COST)
  return `$argon2id$v=19$m=${COST.memory},t=${COST.passes},p=${COST.parallelism}$${base64(salt)}$${base64(hash)}`
}

/** Whether `password` made `stored`. False for a text that is no argon2id hash. */
export async function passwordFits(password: string, stored: string): Promise<boolean> {
  const match = /^\$argon2id\$v=19\$m=(\d+),t=(\d+),p=(\d+)\$([^$]+)\$([^$]+)$/.exec(stored)
  if (match === null) return false
  const [memory, passes, parallelism] = match.slice(1, 4).map(Number)
  const [salt, hash] = match.slice(4).map((text) => Buffer.from(text, 'base64'))
  if (memory === undefined || passes === undefined || parallelism === undefined) return false
  if (salt === undefined || hash?.length !== HASH_BYTES) return false
  return timingSafeEqual(await derive(password, salt, { memory, passes, parallelism }), hash)
}

/** A password a person can read aloud and type, such as `k3vx-9qtm-…`; 79 random bits. */
export function makePassword(): string {
  const groups = Array.from({ length: 4 }, () => Array.from({ length: 4 }, readableLetter).join(''))
  return groups.join('-')
}

function readableLetter(): string {
  for (;;) {
    const [byte] = randomBytes(1)
    // Bytes beyond the last whole multiple would make the first letters likelier.
    if (byte !== undefined && byte < 256 - (256 % READABLE.length)) return READABLE.charAt(byte % READABLE.length)
  }
}

function derive(
  password: string,
  nonce: Uint8Array,
  cost: { readonly memory: number; readonly passes: number; readonly parallelism: number },
): Promise<Buffer> {
  const message = password.normalize('NFC')
  return new Promise((resolve, reject) => {
    argon2('argon2id', { message, nonce, tagLength: HASH_BYTES, ...cost }, (error, hash) => {
      if (error === null) resolve(hash)
      else reject(error)
    })
  })
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64').replace(/=+$/, '')
}
