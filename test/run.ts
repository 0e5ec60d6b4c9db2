// The one test command: `npm test [-- VITEST-ARG ...]`. It makes sure that what the tests need is installed, builds the
// page, runs every test and says in one line how many passed. It ends with 0 only when all of them ran and passed.
import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { z } from 'zod'
import { installCommand, installScript, missingPackages, rootShell } from './packages.ts'

const ROOT = join(import.meta.dirname, '..')
/** EX_UNAVAILABLE of sysexits: something the tests need is not on this machine. */
const EXIT_MISSING = 69

const Outcome = z.object({
  numPassedTests: z.number(),
  numFailedTests: z.number(),
  numPendingTests: z.number(),
  numTodoTests: z.number(),
  testResults: z.array(
    z.object({ name: z.string(), status: z.string(), assertionResults: z.array(z.object({ status: z.string() })) }),
  ),
})
type Outcome = z.infer<typeof Outcome>

process.exitCode = main(process.argv.slice(2))

function main(args: readonly string[]): number {
  const missing = ensurePackages()
  if (missing.length > 0) return EXIT_MISSING
  const built = spawnSync('npm', ['run', '-s', 'build'], { cwd: ROOT, stdio: 'inherit' })
  if (built.status !== 0) {
    console.error('The page could not be built (npm run build); no test was run.')
    return 1
  }
  return runTests(args)
}

/** Installs what is missing; answers what still is, after telling the person what to do about it. */
function ensurePackages(): string[] {
  const missing = missingPackages()
  if (missing.length === 0) return []
  const shell = rootShell()
  const [program, ...before] = shell ?? []
  if (program !== undefined) {
    console.log(`Installing what the tests need: ${missing.join(' ')}`)
    spawnSync(program, [...before, installScript(missing)], { stdio: 'inherit' })
  }
  const still = program === undefined ? missing : missingPackages()
  if (still.length === 0) return []
  const why = program === undefined ? 'this user may not install them' : 'installing them failed'
  console.error(
    `The tests need Debian packages that are not here, and ${why}: ${still.join(' ')}\n` +
      `Run this as root, then npm test again:\n  ${installCommand(still)}`,
  )
  return still
}

function runTests(args: readonly string[]): number {
  const folder = mkdtempSync(join(tmpdir(), 'pitwatch-test-'))
  try {
    const file = join(folder, 'outcome.json')
    const vitest = join(ROOT, 'node_modules', 'vitest', 'vitest.mjs')
    const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${file}`]
    const ran = spawnSync(process.execPath, [vitest, 'run', ...reporters, ...args], { cwd: ROOT, stdio: 'inherit' })
    if (!existsSync(file)) {
      console.error('The tests ended without a report; see above.')
      return 1
    }
    return verdict(ran.status ?? 1, Outcome.parse(JSON.parse(readFileSync(file, 'utf8'))), isPicking(args))
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** Prints the count and answers the exit code. */
function verdict(status: number, outcome: Outcome, picking: boolean): number {
  const passed = outcome.numPassedTests
  const broken = outcome.testResults.filter(
    (file) => file.status === 'failed' && !file.assertionResults.some((test) => test.status === 'failed'),
  )
  const failed = outcome.numFailedTests + broken.length
  const skipped = outcome.numPendingTests + outcome.numTodoTests
  for (const file of broken) console.error(`could not be run: ${file.name}`)
  if (skipped > 0) console.error(`skipped: ${skipped}${picking ? ' (not picked)' : ' – a skipped test is no test'}`)
  if (passed + failed === 0) console.error('no test was found')
  console.log(`tests: ${passed} passed, ${failed} failed`)
  const clean = status === 0 && failed === 0 && passed > 0 && (skipped === 0 || picking)
  return clean ? 0 : 1
}

/** Whether the person asked for tests by name, so that the others are left out on purpose. */
function isPicking(args: readonly string[]): boolean {
  return args.some((arg) => arg === '-t' || arg.startsWith('--testNamePattern'))
}
