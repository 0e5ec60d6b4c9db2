import { HouseError } from '../core/kit/errors.ts'
import type { Language } from '../core/contract/text.ts'
import { clockFromEnvironment, systemClock } from '../platform/clock.ts'
import { openLog } from '../platform/log.ts'
import { type Call, type Command, UsageError } from './command.ts'
import { chosenLanguage, commandNames, commandOf, type CommandLine, readCommandLine } from './command-line.ts'
import { helpOf, helpOfAll } from './help.ts'
import { languageOf, say } from './messages.ts'

const EXIT_FAULT = 1
const EXIT_USAGE = 2
/** A program whose work has ended but which something still holds is ended after this long. */
const GRACE_MS = 3_000
/** One Ctrl-C can arrive twice, from the terminal and from the program that started this one. */
const SAME_PRESS_MS = 500

process.exitCode = await main(process.argv.slice(2))
// A channel to a parent keeps a program alive; what else still holds it gets a moment to finish.
if (process.connected) process.disconnect()
setTimeout(() => process.exit(), GRACE_MS).unref()

async function main(words: readonly string[]): Promise<number> {
  let language = languageOf(process.env)
  let name: string | null = null
  try {
    language = chosenLanguage(words, process.env)
    const [first, ...rest] = words.filter((word, at) => at > 0 || !word.startsWith('--lang='))
    if (first === undefined || first === '--help' || first === '-h' || first === 'help' || first === '--lang') {
      const commands = await Promise.all(commandNames().map(commandOf))
      console.log(
        helpOfAll(
          commands.filter((command) => command !== null),
          language,
        ),
      )
      return first === undefined ? EXIT_USAGE : 0
    }
    const command = await commandOf(first)
    if (command === null) {
      throw new UsageError(say(language, 'unknownCommand', { came: first, known: commandNames().join(', ') }))
    }
    name = command.name
    const line = readCommandLine(command, rest, language)
    if (line.wantsHelp) {
      console.log(helpOf(command, language))
      return 0
    }
    return await run(command, line, language)
  } catch (error) {
    return await explained(error, language, name)
  }
}

async function run(command: Command, line: CommandLine, language: Language): Promise<number> {
  const ending = new AbortController()
  let firstAt = 0
  const end = (name: string) => {
    if (!ending.signal.aborted) {
      firstAt = systemClock.mono()
      ending.abort(new Error(name))
    } else if (systemClock.mono() - firstAt > SAME_PRESS_MS) process.exit(128 + (name === 'SIGINT' ? 2 : 15))
  }
  // A terminal's Ctrl-C reaches the whole group; what another program started is ended by that program, in its order.
  process.on('SIGINT', () => {
    if (!process.connected) end('SIGINT')
  })
  process.on('SIGTERM', () => end('SIGTERM'))
  process.on('disconnect', () => {
    if (!ending.signal.aborted) end('the program that started this one has ended')
  })
  try {
    return await command.run(callOf(command, line, { language, signal: ending.signal }))
  } catch (error) {
    if (ending.signal.aborted && isEnding(error, ending.signal.reason)) return 0
    throw error
  }
}

/** What was being waited for ends with the signal's reason, or with an error of the runtime's own that says no more than that. */
function isEnding(error: unknown, reason: unknown): boolean {
  return error === reason || (error instanceof Error && error.name === 'AbortError')
}

function callOf(command: Command, line: CommandLine, facts: { language: Language; signal: AbortSignal }): Call {
  return {
    ...facts,
    operand: (index) => line.operands[index] ?? '',
    option: (name) => {
      const value = line.options[name]
      return typeof value === 'string' ? value : null
    },
    has: (name) => line.options[name] === true,
    print: (text) => console.log(text),
    complain: (text) => console.error(text),
    isChild: process.connected,
    tell: (message) => void process.send?.(message),
    clock: clockFromEnvironment(process.env),
    log: openLog(command.name),
  }
}

async function explained(error: unknown, language: Language, command: string | null): Promise<number> {
  if (error instanceof UsageError) {
    console.error(error.message)
    console.error(say(language, 'seeHelp', { command: command ?? say(language, 'command') }))
    return EXIT_USAGE
  }
  if (error instanceof HouseError) {
    console.error(error.message)
    // Only a serial port has a path.
    if (error.code === 'link/down' && error.facts.path !== undefined) {
      const { serialNames } = await import('./technician/serial-names.ts')
      for (const text of await serialNames(language)) console.error(text)
    }
    return error.code.startsWith('config/') ? EXIT_USAGE : EXIT_FAULT
  }
  const port = portInUse(error)
  if (port !== null) {
    console.error(say(language, 'portInUse', { port }))
    return EXIT_FAULT
  }
  console.error(error)
  return EXIT_FAULT
}

/** The port that another program listens on, when that is what was thrown; null otherwise. */
function portInUse(error: unknown): number | null {
  if (!(error instanceof Error) || !('code' in error) || error.code !== 'EADDRINUSE') return null
  return 'port' in error && typeof error.port === 'number' ? error.port : null
}
