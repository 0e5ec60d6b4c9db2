import { rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { LiveHello } from '../../../../core/contract/live.ts'
import { openHello } from '../../../../dashboard/server/live/hello.ts'
import { testFolder } from '../../../support/processes.ts'

const html = (script: string) =>
  `<!doctype html><head><link rel="icon" href="/mark.svg"><script type="module" crossorigin src="${script}"></script></head>`

describe('who the control room says it is', () => {
  it('names the script of its page, and notices when another is built', async () => {
    await using folder = await testFolder()
    const index = join(folder.path, 'index.html')
    const hello = await openHello(folder.path)
    expect(LiveHello.parse(hello.now()).page).toBeNull()
    await writeFile(index, html('/assets/index-a1.js'))
    expect([await hello.look(), hello.now().page]).toEqual([true, '/assets/index-a1.js'])
    expect(await hello.look()).toBe(false)
    await rm(index)
    expect([await hello.look(), hello.now().page]).toEqual([false, '/assets/index-a1.js'])
    await writeFile(index, html('/assets/index-b2.js'))
    expect([await hello.look(), hello.now().page]).toEqual([true, '/assets/index-b2.js'])
  })
})
