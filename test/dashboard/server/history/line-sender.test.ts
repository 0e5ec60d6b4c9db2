import fc from 'fast-check'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { openDeadLetters } from '../../../../dashboard/server/history/dead-letters.ts'
import type { WriteOutcome } from '../../../../dashboard/server/history/influx-server.ts'
import { openLineSender } from '../../../../dashboard/server/history/line-sender.ts'
import { retentionMs } from '../../../../dashboard/server/history/retention.ts'
import { handClock } from '../../../support/hand-clock.ts'
import { testFolder } from '../../../support/processes.ts'
import { quietLog } from '../../../support/quiet-log.ts'

const never = new AbortController().signal

/** A server that takes lines without an `x`; `stores` = it stores the good ones of a request with bad ones, and says how many were bad. */
function pickyServer(stores: boolean) {
  const stored = new Set<string>()
  let requests = 0
  return {
    stored,
    requests: () => requests,
    write: (text: string): Promise<WriteOutcome> => {
      requests++
      const lines = text.trimEnd().split('\n')
      const good = lines.filter((line) => !line.startsWith('x'))
      if (stores || good.length === lines.length) for (const line of good) stored.add(line)
      const dropped = stores ? lines.length - good.length : null
      return Promise.resolve(
        good.length === lines.length ? { is: 'stored' } : { is: 'refused', words: 'unable to parse', dropped },
      )
    },
  }
}

describe('sending lines', () => {
  it('leaves each good line at the server and each bad one in the dead letters, whatever lies between', async () => {
    const lines = fc
      .array(fc.boolean(), { minLength: 1, maxLength: 60 })
      .map((bad) => bad.map((is, n) => `${is ? 'x' : 'a'}${n}`))
    await fc.assert(
      fc.asyncProperty(lines, fc.boolean(), async (given, stores) => {
        const server = pickyServer(stores)
        const buried: string[] = []
        const letters = { add: (some: readonly string[]) => Promise.resolve(void buried.push(...some)) }
        const sender = openLineSender({ server, letters, log: quietLog() })
        await sender.send(given.map((line) => `${line}\n`).join(''), never)
        expect([...server.stored].sort()).toEqual(given.filter((line) => line.startsWith('a')).sort())
        expect(buried).toEqual(given.filter((line) => line.startsWith('x')))
        expect(sender.rejected()).toBe(buried.length)
      }),
    )
  })

  it('finds a block of thousands of bad lines in a few requests, where the server counts them', async () => {
    const server = pickyServer(true)
    const letters = { add: () => Promise.resolve() }
    const sender = openLineSender({ server, letters, log: quietLog() })
    const lines = Array.from({ length: 5_000 }, (_, n) => `${n >= 1_000 && n < 4_000 ? 'x' : 'a'}${n}\n`)
    await sender.send(lines.join(''), never)
    expect(sender.rejected()).toBe(3_000)
    expect(server.requests()).toBeLessThan(100)
  })

  it('buries nothing when the server is away in the middle: all of it may come again', async () => {
    const away = { write: () => Promise.reject(new Error('away')) }
    const sender = openLineSender({ server: away, letters: { add: () => Promise.resolve() }, log: quietLog() })
    await expect(sender.send('a\n', never)).rejects.toThrow('away')
    expect(sender.rejected()).toBe(0)
  })
})

describe('the dead-letter file', () => {
  it('has each line with the words of the server, and never grows beyond twice its bound', async () => {
    await using folder = await testFolder()
    const letters = openDeadLetters(folder.path, handClock(5), 1_000)
    for (let n = 0; n < 40; n++) await letters.add([`line ${n} "quoted"`], 'server\nsays no')
    const texts = await Promise.all(
      ['dead-letter.older.ndjson', 'dead-letter.ndjson'].map((name) => readFile(join(folder.path, name), 'utf8')),
    )
    expect(texts.every((text) => text.length <= 1_000)).toBe(true)
    const last = texts[1]?.trim().split('\n').at(-1) ?? ''
    expect(JSON.parse(last)).toEqual({ at: 5, words: 'server\nsays no', line: 'line 39 "quoted"' })
  })
})

describe('how long a server keeps readings', () => {
  it.each([
    ['0s', 'v1', Infinity],
    ['168h0m0s', 'v1', 7 * 86_400_000],
    ['1h30m0s', 'v1', 5_400_000],
    ['2592000s', 'v2', 30 * 86_400_000],
    ['1', 'victoriametrics', 31 * 86_400_000],
    ['30d', 'victoriametrics', 30 * 86_400_000],
    ['100y', 'victoriametrics', 100 * 365 * 86_400_000],
    ['for ever', 'v1', Infinity],
  ] as const)('is understood: %s of %s', (words, kind, expected) => {
    expect(retentionMs(words, kind)).toBe(expected)
  })
})
