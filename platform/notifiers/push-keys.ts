import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import webPush from 'web-push'
import { z } from 'zod'
import { HouseError, messageOf } from '../../core/kit/errors.ts'
import { jsonOf } from './robot.ts'

const PushKeys = z.object({ publicKey: z.string().min(80), privateKey: z.string().min(40) }).strict()

/** The key pair push services know the control room by (VAPID, RFC 8292), in base64url. */
export type PushKeys = z.infer<typeof PushKeys>

/**
 * The control room's own key pair, made when it is first asked for and kept in its folder: with another one every subscription would be
 * worth nothing. Throws `store/failed` when the file is there and holds no keys.
 */
export function pushKeys(folder: string): PushKeys {
  const path = join(folder, 'push-keys.json')
  const text = readIfThere(path)
  if (text !== null) {
    const kept = PushKeys.safeParse(jsonOf(text))
    if (kept.success) return kept.data
    throw new HouseError('store/failed', `${path}: expected the keys of push messages, came something else`, { path })
  }
  const made = webPush.generateVAPIDKeys()
  mkdirSync(folder, { recursive: true })
  writeFileSync(`${path}.new`, JSON.stringify(made), { mode: 0o600, flush: true })
  renameSync(`${path}.new`, path)
  return made
}

function readIfThere(path: string): string | null {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null
    throw new HouseError('store/failed', `cannot read ${path}: ${messageOf(error)}`, { path }, error)
  }
}
