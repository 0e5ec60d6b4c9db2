import type { Bilingual, Language } from '../core/contract/text.ts'

/** Says the texts of `table` in a language, with each `{name}` in them replaced by its value. */
export function speaker<Key extends string>(table: Readonly<Record<Key, Bilingual>>) {
  return (language: Language, key: Key, values: Readonly<Record<string, string | number>> = {}): string =>
    table[key][language].replaceAll(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole))
}

/** Says the sentences of the command line itself; each command keeps its own beside it. */
export const say = speaker({
  about: {
    'zh-CN': '矿井守望：发现关闭矿井夜间复工，并确保有人知道。',
    en: 'Pitwatch notices when a closed pit comes back to life, and makes sure a named person hears of it.',
  },
  usage: { 'zh-CN': '用法：', en: 'Usage: ' },
  command: { 'zh-CN': '命令', en: 'COMMAND' },
  commands: { 'zh-CN': '命令：', en: 'Commands:' },
  operands: { 'zh-CN': '参数：', en: 'Arguments:' },
  options: { 'zh-CN': '选项：', en: 'Options:' },
  everywhere: {
    'zh-CN': '每个命令都有：--help 显示帮助，--lang zh-CN|en 选择语言。',
    en: 'Every command takes --help, and --lang zh-CN|en for its language.',
  },
  help: { 'zh-CN': '显示这些说明', en: 'show this' },
  lang: { 'zh-CN': '语言：zh-CN 或 en', en: 'language: zh-CN or en' },
  unknownCommand: {
    'zh-CN': '没有命令“{came}”。可用：{known}。',
    en: 'There is no command "{came}". There are: {known}.',
  },
  unknownOption: {
    'zh-CN': '{command}：没有选项 {came}。可用：{known}。',
    en: '{command}: there is no option {came}. There are: {known}.',
  },
  missingOperand: { 'zh-CN': '{command}：缺少 {name}。', en: '{command}: expected {name}, came nothing.' },
  tooMany: { 'zh-CN': '{command}：多余的参数“{came}”。', en: '{command}: expected nothing more, came "{came}".' },
  badOption: { 'zh-CN': '{command}：{fault}', en: '{command}: {fault}' },
  badLanguage: { 'zh-CN': '--lang：应为 zh-CN 或 en，却是 {came}', en: '--lang: expected zh-CN or en, came {came}' },
  badPort: {
    'zh-CN': '--{name}：应为 1–65535 的端口，却是 {came}',
    en: '--{name}: expected a port from 1 to 65535, came {came}',
  },
  badNumber: {
    'zh-CN': '--{name}：应为大于 0 的数，却是 {came}',
    en: '--{name}: expected a number above 0, came {came}',
  },
  badWhole: { 'zh-CN': '--{name}：应为整数，却是 {came}', en: '--{name}: expected a whole number, came {came}' },
  badChoice: {
    'zh-CN': '--{name}：应为 {known} 之一，却是 {came}',
    en: '--{name}: expected one of {known}, came {came}',
  },
  badAddress: {
    'zh-CN': '--{name}：应为 HOST:PORT，却是 {came}',
    en: '--{name}: expected HOST:PORT, came {came}',
  },
  badUrl: {
    'zh-CN': '--{name}：应为 http://HOST:PORT，却是 {came}',
    en: '--{name}: expected http://HOST:PORT, came {came}',
  },
  badDuration: {
    'zh-CN': '--{name}：应为时长（如 15min），却是 {came}',
    en: '--{name}: expected a duration such as 15min, came {came}',
  },
  seeHelp: { 'zh-CN': '帮助：npx pitwatch {command} --help', en: 'For help: npx pitwatch {command} --help' },
  portInUse: {
    'zh-CN': '端口 {port} 已被别的程序占用，请换一个',
    en: 'port {port} is in use by another program: name another',
  },
})

/** The language a terminal asks for: zh-CN when its locale starts with zh, else English. */
export function languageOf(environment: Readonly<Record<string, string | undefined>>): Language {
  const locale = environment.LC_ALL ?? environment.LC_MESSAGES ?? environment.LANG ?? ''
  return locale.toLowerCase().startsWith('zh') ? 'zh-CN' : 'en'
}
