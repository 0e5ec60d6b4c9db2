import { createHash } from 'node:crypto'
import { connect, createServer, type Server } from 'node:net'
import { platform } from 'node:process'
import { HouseError } from '../../core/kit/errors.ts'
import { commandOf } from './port-users.ts'

/** Holding a bus; let go by `release`, or by the kernel when the process ends in whatever way. */
export interface PortLock {
  release(): void
}

/** How long an owner has to say who it is. */
const ASK_WITHIN_MS = 300

/**
 * Takes the bus for this process. Kept by the kernel as the name of an abstract socket, which tells who asks who the owner is;
 * so nothing is left over when a process is killed. `what` names the bus for people, `key` for all programs on this machine.
 * Throws `link/busy`. Only Linux has such names; elsewhere nothing is taken.
 */
export async function lockPort(key: string, what: string): Promise<PortLock> {
  if (platform !== 'linux') return { release: () => undefined }
  const name = `\0pitwatch/${createHash('sha256').update(key).digest('hex').slice(0, 32)}`
  const server = createServer((socket) => {
    socket.on('error', () => undefined)
    socket.end(String(process.pid))
  })
  server.unref()
  if (await listens(server, name)) return { release: () => void server.close() }
  const pid = await ownerOf(name)
  const owner = pid === null ? 'another program' : await programOf(pid)
  throw new HouseError('link/busy', `${what}: ${owner} has this bus; end it or let it do the work`, { what, pid })
}

function listens(server: Server, name: string): Promise<boolean> {
  return new Promise((settle, refuse) => {
    server.once('error', (error) => {
      if ('code' in error && error.code === 'EADDRINUSE') settle(false)
      else refuse(error)
    })
    server.listen({ path: name }, () => settle(true))
  })
}

function ownerOf(name: string): Promise<number | null> {
  return new Promise((settle) => {
    const socket = connect({ path: name })
    let text = ''
    const done = () => {
      socket.destroy()
      settle(/^\d+$/.test(text) ? Number(text) : null)
    }
    socket.setTimeout(ASK_WITHIN_MS, done)
    socket.on('data', (chunk) => (text += chunk.toString('latin1')))
    socket.once('end', done)
    socket.once('error', done)
  })
}

async function programOf(pid: number): Promise<string> {
  if (pid === process.pid) return 'another bus of this program'
  return `process ${pid} (${await commandOf(pid)})`
}
