import { readdirSync } from 'node:fs'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { parseArgs } from 'node:util'
import { LANGUAGES, type Language } from '../core/contract/text.ts'
import { type Command, UsageError } from './command.ts'
import { languageOf, say } from './messages.ts'

const FOLDER = fileURLToPath(new URL('commands/', import.meta.url))

/** Names of all commands: the files of `cli/commands`. */
export function commandNames(): readonly string[] {
  return readdirSync(FOLDER)
    .filter((file) => file.endsWith('.ts'))
    .map((file) => file.slice(0, -3))
    .sort()
}

/** The command called `name`, or null when there is none. */
export async function commandOf(name: string): Promise<Command | null> {
  if (!commandNames().includes(name)) return null
  const module: unknown = await import(pathToFileURL(`${FOLDER}${name}.ts`).href)
  const command = typeof module === 'object' && module !== null && 'command' in module ? module.command : null
  if (!isCommand(command)) throw new TypeError(`cli/commands/${name}.ts: expected it to export command`)
  return command
}

function isCommand(value: unknown): value is Command {
  return typeof value === 'object' && value !== null && 'run' in value && typeof value.run === 'function'
}

/** What a command line says, checked against its command. */
export interface CommandLine {
  readonly operands: readonly string[]
  readonly options: Readonly<Record<string, string | boolean | undefined>>
  readonly wantsHelp: boolean
}

/** Reads the words after the command's name. Throws UsageError. */
export function readCommandLine(command: Command, words: readonly string[], language: Language): CommandLine {
  const takes = Object.entries(command.options).map(
    ([name, option]) => [name, { type: option.value === undefined ? 'boolean' : 'string' }] as const,
  )
  const known = [...takes.map(([name]) => `--${name}`), '--help', '--lang']
  try {
    const { values, positionals } = parseArgs({
      args: [...words],
      options: { ...Object.fromEntries(takes), help: { type: 'boolean', short: 'h' }, lang: { type: 'string' } },
      allowPositionals: true,
    })
    if (values.help === true) return { operands: positionals, options: values, wantsHelp: true }
    const missing = command.operands[positionals.length]
    if (missing !== undefined && missing.isOptional !== true) {
      throw new UsageError(say(language, 'missingOperand', { command: command.name, name: missing.name }))
    }
    const extra = positionals[command.operands.length]
    if (extra !== undefined) throw new UsageError(say(language, 'tooMany', { command: command.name, came: extra }))
    return { operands: positionals, options: values, wantsHelp: false }
  } catch (error) {
    if (error instanceof UsageError) throw error
    throw new UsageError(parseFault(command.name, error, { known, language }))
  }
}

function parseFault(command: string, error: unknown, facts: { known: readonly string[]; language: Language }): string {
  const code = error instanceof Error && 'code' in error ? error.code : null
  const message = error instanceof Error ? error.message : String(error)
  if (code === 'ERR_PARSE_ARGS_UNKNOWN_OPTION') {
    const came = /'([^']+)'/.exec(message)?.[1] ?? ''
    return say(facts.language, 'unknownOption', { command, came, known: facts.known.join(', ') })
  }
  return say(facts.language, 'badOption', { command, fault: message })
}

/** The language of a command line: `--lang` before anything else, then the terminal's. Throws UsageError. */
export function chosenLanguage(
  words: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
): Language {
  const fallback = languageOf(environment)
  const at = words.findIndex((word) => word === '--lang' || word.startsWith('--lang='))
  if (at < 0) return fallback
  const came = words[at]?.split('=')[1] ?? words[at + 1] ?? ''
  const asked = came === 'zh' ? 'zh-CN' : came
  const chosen = LANGUAGES.find((language) => language === asked)
  if (chosen === undefined) throw new UsageError(say(fallback, 'badLanguage', { came }))
  return chosen
}
