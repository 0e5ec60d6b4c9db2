import { execFile } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { testFolder } from '../support/processes.ts'

const SITE = `rules:
  - id: joint-test
    type: drainage-test
    point: sump/level
    priority: yellow
    with:
      law: non-coal
      maxInflow: 100
      flow: pipe/flow
      pumps: [{ current: one/i, rated: 40 }, { current: two/i, rated: 40 }]
`

function recording(flow: number): string {
  const lines: string[] = []
  for (let s = 0; s <= 35 * 60; s += 5) {
    const say = (point: string, value: number) =>
      lines.push(JSON.stringify({ at: 1_768_000_000_000 + s * 1_000, point, value }))
    say('one/i', 38)
    say('two/i', 36)
    say('sump/level', 5 - s / 3_600)
    say('pipe/flow', flow)
  }
  return [...lines, 'not a reading'].join('\n')
}

interface Ended {
  readonly code: number
  readonly out: string
  readonly complaints: string
}

async function drainage(site: string, readings: string, ...more: string[]): Promise<Ended> {
  await using folder = await testFolder()
  const [sitePath, readingsPath] = [join(folder.path, 'site.yaml'), join(folder.path, 'readings.ndjson')]
  writeFileSync(sitePath, site)
  writeFileSync(readingsPath, readings)
  const args = ['cli/pitwatch.js', 'drainage', sitePath, readingsPath, ...more]
  return await new Promise((settle) => {
    execFile(process.execPath, args, { env: { ...process.env, LC_ALL: 'en_GB.UTF-8' } }, (error, out, complaints) => {
      settle({ code: error === null ? 0 : Number(error.code), out, complaints })
    })
  })
}

describe('pitwatch drainage', () => {
  it('prints the certificate of a test that was passed, each criterion with its numbers, and ends with 0', async () => {
    const { code, out, complaints } = await drainage(SITE, recording(130))
    expect(out).toContain('Joint drainage test: passed')
    expect(out).toMatch(/all pumps together +at least 30 min +35 min +pass/)
    expect(out).toMatch(/current to rated current +two\/i +at most 110 % +90 % +pass/)
    expect(out).toMatch(/flow in all +at least 120 m³\/h +130 m³\/h +pass/)
    expect(complaints).toContain('1 lines are no readings')
    expect(code).toBe(0)
  })

  it('ends with 1 and says what was missing, in Chinese too', async () => {
    const { code, out } = await drainage(SITE, recording(110), '--lang', 'zh-CN')
    expect(out).toMatch(/总流量 +不少于 120 m³\/h +110 m³\/h +不合格/)
    expect(out).toContain('联合排水试验：不合格')
    expect(code).toBe(1)
  })

  it('ends with 2 where the file has no such rule, or a faulty one', async () => {
    expect((await drainage('rules: []\n', '')).code).toBe(2)
    const { code, complaints } = await drainage(SITE.replace('non-coal', 'steel'), '')
    expect(complaints).toMatch(/site\.yaml:7:7: rules\[0\]\.with\.law: expected a file of the threshold library/)
    expect(code).toBe(2)
  })
})
