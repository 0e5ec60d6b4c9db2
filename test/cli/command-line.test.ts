import { execFile } from 'node:child_process'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { commandNames } from '../../cli/command-line.ts'
import { columnsOf, padded } from '../../cli/columns.ts'
import { languageOf } from '../../cli/messages.ts'
import { freeAddresses, preferredAddresses } from '../../sim/addresses.ts'
import { COUNTY_SITES } from '../../sim/county.ts'
import { writeSites } from '../../cli/up/site-files.ts'
import { testFolder } from '../support/processes.ts'

interface Ended {
  readonly code: number
  readonly out: string
  readonly complaints: string
}

/** Runs the program as a person would, in a terminal of the given language. */
function pitwatch(args: readonly string[], locale = 'en_GB.UTF-8'): Promise<Ended> {
  return new Promise((settle) => {
    const env = { ...process.env, LC_ALL: locale, PITWATCH_CLOCK: '' }
    execFile(process.execPath, ['cli/pitwatch.js', ...args], { env }, (error, out, complaints) => {
      const code = error === null ? 0 : typeof error.code === 'number' ? error.code : -1
      settle({ code, out, complaints })
    })
  })
}

describe('the command line', () => {
  it('lists every command, in the language of the terminal', async () => {
    const [en, zh] = await Promise.all([pitwatch(['--help']), pitwatch(['--help'], 'zh_CN.UTF-8')])
    expect([en.code, zh.code]).toEqual([0, 0])
    for (const name of commandNames()) {
      expect(en.out).toContain(`  ${name}`)
      expect(zh.out).toContain(`  ${name}`)
    }
    expect(en.out).toContain('Commands:')
    expect(zh.out).toContain('命令：')
  })

  it('has help for each command, in both languages', async () => {
    const helps = await Promise.all(
      commandNames().flatMap((name) => [pitwatch([name, '--help']), pitwatch([name, '--help', '--lang', 'zh-CN'])]),
    )
    for (const { code, out, complaints } of helps) expect([code, complaints, out.length > 50]).toEqual([0, '', true])
  })

  it('refuses what it does not know, says what there is, and exits 2', async () => {
    const cases: readonly (readonly [readonly string[], RegExp])[] = [
      [['fly'], /no command "fly".*gateway.*up/s],
      [['sim', '--sped', '2'], /no option --sped.*--speed/s],
      [['gateway'], /expected FILE, came nothing/],
      [['check', 'a.yaml', 'b.yaml'], /came "b.yaml"/],
      [['up', '--port', 'eighty'], /--port: expected a port from 1 to 65535, came eighty/],
      [['up', '--scenario', 'day'], /--scenario: expected one of night, quiet, came day/],
      [['up', '--speed', '0'], /--speed: expected a number above 0, came 0/],
      [['up', '--play-step', 'soon'], /--play-step: expected a duration/],
      [['up', '--lang', 'fr'], /--lang: expected zh-CN or en, came fr/],
      [['sim', '--broker', 'nowhere'], /--broker: expected HOST:PORT, came nowhere/],
    ]
    const ended = await Promise.all(cases.map(([args]) => pitwatch(args)))
    for (const [index, [, expected]] of cases.entries()) {
      expect(ended[index]!.complaints).toMatch(expected)
      expect(ended[index]!.code).toBe(2)
    }
  })

  it('takes the language from the locale: Chinese for zh, else English', () => {
    expect(languageOf({ LANG: 'zh_CN.UTF-8' })).toBe('zh-CN')
    expect(languageOf({ LANG: 'de_DE.UTF-8' })).toBe('en')
    expect(languageOf({ LANG: 'zh_CN.UTF-8', LC_ALL: 'C' })).toBe('en')
    expect(languageOf({})).toBe('en')
  })

  it('counts a Chinese character as two columns', () => {
    expect(columnsOf('北沟 pit')).toBe(8)
    expect(padded('北沟', 6)).toBe('北沟  ')
  })
})

describe('pitwatch check', () => {
  let folder: string

  beforeAll(async () => {
    const temporary = await testFolder()
    folder = temporary.path
    const addresses = await freeAddresses(preferredAddresses(COUNTY_SITES), '127.0.0.1')
    const broker = { host: '127.0.0.1', port: 1_883 }
    writeSites({ data: folder, sites: COUNTY_SITES, host: '127.0.0.1', addresses, broker })
    return () => temporary[Symbol.asyncDispose]()
  })

  it('finds every simulated site in order', async () => {
    const paths = COUNTY_SITES.map(({ site }) => join(folder, 'sites', site.id, 'site.yaml'))
    const ended = await Promise.all(paths.map((path) => pitwatch(['check', path])))
    for (const { code, out, complaints } of ended)
      expect([code, complaints, out.includes('in order')]).toEqual([0, '', true])
  })

  it('prints all faults of a file with their lines and exits 2', async () => {
    const path = join(folder, 'sites', 'beigou-pit', 'faulty.yaml')
    const good = await readFile(join(folder, 'sites', 'beigou-pit', 'site.yaml'), 'utf8')
    const faulty = good
      .replace('unit: 1\n', 'unit: 300\n')
      .replace('profile: waveshare/modbus-rtu-io-8ch', 'profile: waveshare/modbus-rtu-io-9ch')
      .replace('priority: red', 'priorety: red')
    await writeFile(path, faulty)
    const { code, complaints } = await pitwatch(['check', path])
    expect(code).toBe(2)
    const lines = complaints.split('\n').filter((line) => line.startsWith(`${path}:`))
    expect(lines.length).toBeGreaterThanOrEqual(3)
    expect(complaints).toMatch(/faulty\.yaml:\d+:\d+: devices\[0\]\.unit: expected/)
    expect(complaints).toMatch(/devices\[1\]\.profile: .*waveshare\/modbus-rtu-io-9ch/)
    expect(complaints).toMatch(/priorety: unknown key; did you mean priority\?/)
  })

  it('says so of a file that is no configuration at all, and of one that is not there', async () => {
    const path = join(folder, 'shopping.yaml')
    await writeFile(path, 'milk: 2\n')
    const [other, missing] = await Promise.all([
      pitwatch(['check', path]),
      pitwatch(['check', join(folder, 'none.yaml')]),
    ])
    expect([other.code, missing.code]).toEqual([2, 2])
    expect(other.complaints).toContain('came neither')
    expect(missing.complaints).toContain('cannot be read')
  })
})
