// Runs a program of this repository under Node 24, whatever Node started this file. Plain JavaScript on purpose:
// it must also run on the Node that a fresh machine has. `npm ci` brings Node 24 as an optional dependency.
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import module, { createRequire } from 'node:module'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

const NEEDED_MAJOR = 24
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
        `  - run "npm ci" in ${resolve(dirname(fileURLToPath(import.meta.url)), '..')} without --omit=optional ` +
        `(it brings Node ${NEEDED_MAJOR} for linux x64 and arm64), or\n` +
        `  - install Node ${NEEDED_MAJOR} from your distribution or from nodejs.org and start Pitwatch with it.`,
    )
    process.exit(EXIT_WRONG_NODE)
  }
  const child = spawn(node, [program, ...args], { stdio: 'inherit' })
  for (const name of ['SIGTERM', 'SIGHUP']) process.on(name, () => child.kill(name))
  // A terminal's Ctrl-C goes to the whole process group, so the child has it already; anyone else's is passed on.
  process.on('SIGINT', () => void (process.stdin.isTTY || child.kill('SIGINT')))
  child.on('exit', (code, signal) => process.exit(signal === null ? (code ?? 1) : 1))
}

if (process.argv[1] !== undefined && resolve(process.argv[1]) === fileURLToPath(import.meta.url)) {
  const [program, ...args] = process.argv.slice(2)
  if (program === undefined) {
    console.error('usage: node cli/node24.js PROGRAM [ARG ...]')
    process.exit(2)
  }
  await underNode24(resolve(program), args)
}
