// Makes the secrets docker-compose.yml mounts: `node cli/node24.js deploy/secrets.ts [FOLDER]`, default data/secrets.
// What is there already stays; the broker's password file is made anew from it.
import { pbkdf2Sync, randomBytes } from 'node:crypto'
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'

/** Broker users and the secret each signs in with. A gateway's user is the id of its site. */
const BROKER_USERS = {
  control: 'control.password',
  'beigou-pit': 'beigou-pit.password',
  flows: 'flows-service.token',
} as const
const OTHERS = ['flows-editor.token', 'influx.password', 'camera.password'] as const
const BROKER_FILE = 'broker.passwords'

const folder = resolve(process.argv[2] ?? join(import.meta.dirname, '..', 'data', 'secrets'))
// Only the folder keeps others out: inside a container the files are read by users this machine does not know.
mkdirSync(folder, { recursive: true, mode: 0o700 })
chmodSync(folder, 0o700)
for (const name of [...Object.values(BROKER_USERS), ...OTHERS]) {
  const path = join(folder, name)
  if (!existsSync(path)) writeFileSync(path, `${randomBytes(24).toString('base64url')}\n`, { mode: 0o644 })
}
const lines = Object.entries(BROKER_USERS).map(([user, file]) => {
  return `${user}:${mosquittoHash(readFileSync(join(folder, file), 'utf8').trimEnd())}\n`
})
writeFileSync(join(folder, BROKER_FILE), lines.join(''), { mode: 0o644 })
process.stdout.write(`${folder}\n`)

/** A password as Mosquitto 2 keeps it: PBKDF2 with SHA-512. (mosquitto_passwd, format $7$) */
function mosquittoHash(password: string): string {
  const iterations = 101
  const salt = randomBytes(12)
  const hash = pbkdf2Sync(password, salt, iterations, 64, 'sha512')
  return `$7$${iterations}$${salt.toString('base64')}$${hash.toString('base64')}`
}
