import type { Language } from '../core/contract/text.ts'
import type { Command } from './command.ts'
import { padded } from './columns.ts'
import { say } from './messages.ts'

/** What `pitwatch --help` prints. */
export function helpOfAll(commands: readonly Command[], language: Language): string {
  const rows = commands.map((command) => [signature(command), command.summary[language]] as const)
  return [
    say(language, 'about'),
    '',
    `${say(language, 'usage')}npx pitwatch ${say(language, 'command')} …`,
    '',
    say(language, 'commands'),
    ...table(rows),
    '',
    say(language, 'everywhere'),
  ].join('\n')
}

/** What `pitwatch COMMAND --help` prints. */
export function helpOf(command: Command, language: Language): string {
  const operands = command.operands.map((operand) => [operand.name, operand.about[language]] as const)
  const options = Object.entries(command.options).map(
    ([name, option]) =>
      [`--${name}${option.value === undefined ? '' : ` ${option.value}`}`, option.about[language]] as const,
  )
  const always = [
    ['--lang zh-CN|en', say(language, 'lang')],
    ['--help', say(language, 'help')],
  ] as const
  return [
    `${say(language, 'usage')}npx pitwatch ${signature(command)}${options.length === 0 ? '' : ' […]'}`,
    '',
    command.summary[language],
    ...(operands.length === 0 ? [] : ['', say(language, 'operands'), ...table(operands)]),
    '',
    say(language, 'options'),
    ...table([...options, ...always]),
  ].join('\n')
}

function signature(command: Command): string {
  const operands = command.operands.map(({ name, isOptional }) => (isOptional === true ? `[${name}]` : name))
  return [command.name, ...operands].join(' ')
}

function table(rows: readonly (readonly [string, string])[]): readonly string[] {
  const width = Math.max(...rows.map(([left]) => left.length))
  return rows.map(([left, right]) => `  ${padded(left, width)}  ${right}`)
}
