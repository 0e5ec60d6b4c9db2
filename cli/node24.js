// Runs a program of this repository under Node 24, whatever Node started this file. Plain JavaScript on purpose:
// it must also run on the Node that a fresh machine has. `npm ci` brings Node 24 as an optional dependency.
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import module, { createRequire } from 'node:module'
import { Socket } from 'node:net'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

const NEEDED_MAJOR = 24
/** Names the descriptor of a pipe that closes when the process that re-executed this one is gone, however it ended. */
const STARTER_PIPE = 'PITWATCH_STARTER_PIPE'
const THIS_FILE = fileURLToPath(import.meta.url)
/** EX_CONFIG of sysexits: the installation, not the program, is at fault. */
const EXIT_WRONG_NODE = 78

/** The Node 24 binary that `npm ci` installed, or null where the package is missing or does not fit this machine. */
function bundledNode() {
  const require = createRequire(import.meta.url)
  try {
    const manifest = require.resolve(`node-linux-${process.arch}/package.json`)
    const binary = join(dirname(manifest), 'bin', 'node')
    return existsSync(binary) ? binary : null
  } catch {
    return null
  }
}

/** Runs `program` (an absolute path) with `args` in this process when it is new enough, else re-executes it. */
export async function underNode24(program, args) {
  if (Number(process.versions.node.split('.')[0]) >= NEEDED_MAJOR) {
    process.argv = [process.argv[0], program, ...args]
    endWithStarter()
    // Compiled code is kept between starts; without it each start loads the type stripper, 20 MB and 100 ms.
    module.enableCompileCache?.()
    await import(pathToFileURL(program).href)
    return
  }
  const node = bundledNode()
  if (node === null) {
    console.error(
      `Pitwatch needs Node ${NEEDED_MAJOR} or newer; this is ${process.version} on ${process.platform} ${process.arch}.\n` +
        `Do one of these:\n` +
        `  - run "npm ci" in ${resolve(dirname(THIS_FILE), '..')} without --omit=optional ` +
        `(it brings Node ${NEEDED_MAJOR} for linux x64 and arm64), or\n` +
        `  - install Node ${NEEDED_MAJOR} from your distribution or from nodejs.org and start Pitwatch with it.`,
    )
    process.exit(EXIT_WRONG_NODE)
  }
  const child = spawn(node, [THIS_FILE, program, ...args], {
    stdio: ['inherit', 'inherit', 'inherit', 'pipe'],
    env: { ...process.env, [STARTER_PIPE]: '3' },
  })
  for (const name of ['SIGTERM', 'SIGHUP']) process.on(name, () => child.kill(name))
  // A terminal's Ctrl-C goes to the whole process group, so the child has it already; anyone else's is passed on.
  process.on('SIGINT', () => void (process.stdin.isTTY || child.kill('SIGINT')))
  child.on('exit', (code, signal) => process.exit(signal === null ? (code ?? 1) : 1))
}

/**
 * A starter that is killed outright cannot pass that on, so the end of its pipe asks this process to end in its place.
 * Not an IPC channel: a program takes one as the sign that another program decides when it ends, and leaves Ctrl-C to that.
 */
function endWithStarter() {
  const descriptor = Number(process.env[STARTER_PIPE])
  // What this process starts has this process for its starter.
  delete process.env[STARTER_PIPE]
  if (!Number.isInteger(descriptor)) return
  const pipe = new Socket({ fd: descriptor })
  pipe.on('error', () => undefined)
  pipe.on('close', () => process.kill(process.pid, 'SIGTERM'))
  pipe.resume().unref()
}

if (process.argv[1] !== undefined && resolve(process.argv[1]) === THIS_FILE) {
  const [program, ...args] = process.argv.slice(2)
  if (program === undefined) {
    console.error('usage: node cli/node24.js PROGRAM [ARG ...]')
    process.exit(2)
  }
  await underNode24(resolve(program), args)
}
