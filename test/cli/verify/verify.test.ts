import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { Call } from '../../../cli/command.ts'
import { command } from '../../../cli/commands/verify.ts'
import type { Language } from '../../../core/contract/text.ts'
import { systemClock } from '../../../platform/clock.ts'
import { exported, gateway, pit, stranger } from '../../dashboard/server/archive/exported.ts'
import { testFolder } from '../../support/processes.ts'
import { quietLog } from '../../support/quiet-log.ts'

interface Asked {
  readonly text: string
  readonly key?: string
  readonly language?: Language
}

/** What `pitwatch verify` answers and prints about a file with this text. */
async function verified({ text, key, language = 'en' }: Asked): Promise<{ code: number; printed: string[] }> {
  await using folder = await testFolder()
  const path = join(folder.path, 'proof.ndjson')
  const keyPath = join(folder.path, 'key.pem')
  await writeFile(path, text)
  if (key !== undefined) await writeFile(keyPath, key)
  const printed: string[] = []
  const call: Call = {
    ...{ language, isChild: false, clock: systemClock, log: quietLog(), signal: new AbortController().signal },
    operand: () => path,
    option: (name) => (name === 'key' && key !== undefined ? keyPath : null),
    has: () => false,
    print: (line) => void printed.push(line),
    complain: () => undefined,
    tell: () => undefined,
  }
  return { code: await command.run(call), printed }
}

const pem = (key: typeof gateway.publicKey) => key.export({ type: 'spki', format: 'pem' }).toString()

describe('pitwatch verify with an exported proof', () => {
  it('says what the file proves, in both languages', async () => {
    const text = (await exported(pit(), [], [2_500, 38_500])).join('')
    const { code, printed } = await verified({ text })
    expect(code).toBe(0)
    expect(printed[0]).toMatch(/^The file is intact: \d+ links/)
    expect(printed[1]).toBe(
      'east-pit: complete from 2023-11-14 22:13:22.500Z to 2023-11-14 22:13:58.500Z, 36 readings, 0 missing.',
    )
    const chinese = await verified({ text, language: 'zh-CN' })
    expect(chinese.printed[1]).toContain('数据完整，36 个读数，缺 0 个')
  })

  it('lists the holes with their causes', async () => {
    const { code, printed } = await verified({ text: (await exported(pit(), [11])).join('') })
    expect(code).toBe(0)
    expect(printed.slice(1, 5)).toEqual([
      expect.stringMatching(/62 readings, 23 missing. Holes:$/),
      expect.stringMatching(/power cut, 3 readings$/),
      expect.stringMatching(/minutes are left, 10 readings$/),
      expect.stringMatching(/still at the gateway, 10 readings$/),
    ])
  })

  it('says at which link and line a file was changed, and ends with 1', async () => {
    const lines = await exported(pit())
    const at = lines.findIndex((line) => line.startsWith('{"kind":"link"') && line.includes('"n":3,'))
    const { code, printed } = await verified({ text: lines.toSpliced(at, 1).join('') })
    expect(code).toBe(1)
    expect(printed[0]).toMatch(/has been changed or is not whole/)
    expect(printed[1]).toMatch(/link 3 of stream s0000000: links are missing/)
  })

  it('trusts the key it is given and no other', async () => {
    const text = (await exported(pit(gateway.privateKey))).join('')
    expect(await verified({ text, key: pem(gateway.publicKey) })).toMatchObject({ code: 0 })
    const { code, printed } = await verified({ text, key: pem(stranger.publicKey) })
    expect(code).toBe(1)
    expect(printed[1]).toContain('the signature does not fit')
    await expect(verified({ text, key: 'no key' })).rejects.toMatchObject({ code: 'config/unreadable' })
  })

  it('calls a file that is none of ours by its name', async () => {
    const { code, printed } = await verified({ text: 'hello\n' })
    expect(code).toBe(1)
    expect(printed).toContainEqual(expect.stringContaining('line 1: this line cannot be read'))
  })
})
