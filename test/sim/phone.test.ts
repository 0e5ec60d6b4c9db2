import { createServer } from 'node:http'
import { afterEach, describe, expect, it } from 'vitest'
import type { NoticeMessage } from '../../core/contract/notice.ts'
import { UtcMs } from '../../core/contract/time.ts'
import { systemClock } from '../../platform/clock.ts'
import { listenHttp, type Listener } from '../../sim/listen.ts'
import { OFFICERS } from '../../sim/phone/people.ts'
import { servePhones } from '../../sim/phone/server.ts'

const [first, second] = OFFICERS.map(({ id }) => id) as [string, string]
const open: Listener[] = []
afterEach(async () => {
  for (const listener of open.splice(0)) await listener.close()
})

interface Shown {
  readonly phones: readonly {
    readonly on: boolean
    readonly messages: readonly { readonly times: number; readonly acknowledged: { readonly by: string } | null }[]
  }[]
}

async function phones(): Promise<string> {
  const listener = await servePhones({ host: '127.0.0.1', port: 0, officers: OFFICERS, clock: systemClock })
  open.push(listener)
  return `http://127.0.0.1:${listener.port}`
}

function message(notice: string, acknowledgeUrl: string | null): NoticeMessage {
  return {
    notice,
    kind: 'raise',
    to: first,
    language: 'zh-CN',
    priority: 'red',
    site: { 'zh-CN': '北沟废井', en: 'Beigou closed pit' },
    title: '红色报警',
    text: '馈线带电',
    alarm: 'beigou-pit.dead-feeder.abc',
    raisedAt: UtcMs.parse(1_000),
    simulated: true,
    acknowledge: acknowledgeUrl === null ? null : { url: acknowledgeUrl },
  }
}

function post(url: string, body: unknown): Promise<Response> {
  return fetch(url, { method: 'POST', body: JSON.stringify(body), headers: { 'content-type': 'application/json' } })
}

/** What the page is shown as soon as it asks. */
async function shown(base: string): Promise<Shown> {
  const leaving = new AbortController()
  const response = await fetch(`${base}/events`, { signal: leaving.signal })
  let text = ''
  for await (const chunk of response.body!) {
    text += Buffer.from(chunk).toString()
    if (text.includes('\n\n')) break
  }
  leaving.abort()
  return JSON.parse(text.slice('data: '.length)) as Shown
}

describe('a simulated phone', () => {
  it('shows a message that comes twice once, and that it came twice', async () => {
    const base = await phones()
    for (let turn = 0; turn < 2; turn++) {
      expect((await post(`${base}/phones/${first}/inbox`, message('n1', null))).status).toBe(200)
    }
    expect((await shown(base)).phones[0]!.messages.map(({ times }) => times)).toEqual([2])
  })

  it('refuses what is no notice, and goes on', async () => {
    const base = await phones()
    expect((await post(`${base}/phones/${first}/inbox`, { hello: 1 })).status).toBe(400)
    expect((await fetch(`${base}/phones/${first}/inbox`, { method: 'POST', body: '{' })).status).toBe(400)
    expect((await post(`${base}/phones/nobody/inbox`, message('n1', null))).status).toBe(404)
    expect((await shown(base)).phones.map(({ messages }) => messages.length)).toEqual([0, 0])
  })

  it('hangs up while it is switched off, and takes calls again when it is on', async () => {
    const base = await phones()
    await post(`${base}/phones/${first}/power`, { on: false })
    await expect(post(`${base}/phones/${first}/inbox`, message('n1', null))).rejects.toThrow()
    await post(`${base}/phones/${first}/power`, { on: true })
    expect((await post(`${base}/phones/${first}/inbox`, message('n1', null))).status).toBe(200)
  })

  it('sends the note of an acknowledgement to where the notice says, and shows it on both phones', async () => {
    const notes: unknown[] = []
    const desk = await listenHttp({
      host: '127.0.0.1',
      port: 0,
      answer: async (request, response) => {
        const chunks = await request.toArray()
        notes.push(JSON.parse(Buffer.concat(chunks).toString()))
        response.end('{}')
      },
    })
    open.push(desk)
    const base = await phones()
    const notice = message('n1', `http://127.0.0.1:${desk.port}/api/notices/t/acknowledge`)
    await post(`${base}/phones/${first}/inbox`, notice)
    await post(`${base}/phones/${second}/inbox`, { ...notice, notice: 'n2', to: second })
    const pressed = await post(`${base}/phones/${first}/acknowledge`, { notice: 'n1', note: '派人到场' })
    expect(pressed.status).toBe(200)
    expect(notes).toEqual([{ note: '派人到场' }])
    const by = (await shown(base)).phones.map(({ messages }) => messages[0]!.acknowledged?.by)
    expect(by).toEqual([OFFICERS[0]!.name, OFFICERS[0]!.name])
  })

  it('shows why an acknowledgement was refused, and can try again', async () => {
    const desk = createServer((_, response) => {
      response.writeHead(400, { 'content-type': 'application/json' })
      response.end(JSON.stringify({ code: 'http/invalid', message: 'a note is needed' }))
    }).listen(0, '127.0.0.1')
    await new Promise((settle) => desk.once('listening', settle))
    const address = desk.address()
    const port = typeof address === 'object' && address !== null ? address.port : 0
    const base = await phones()
    await post(`${base}/phones/${first}/inbox`, message('n1', `http://127.0.0.1:${port}/a`))
    const pressed = await post(`${base}/phones/${first}/acknowledge`, { notice: 'n1', note: '' })
    expect(await pressed.json()).toEqual({ error: 'a note is needed' })
    expect((await shown(base)).phones[0]!.messages[0]!.acknowledged).toBeNull()
    desk.close()
    desk.closeAllConnections()
  })

  it('shows the digest of the night on every phone that is on', async () => {
    const base = await phones()
    await post(`${base}/phones/${second}/power`, { on: false })
    const both = { 'zh-CN': '夜间摘要', en: 'Digest' }
    expect((await post(`${base}/digest`, { to: 1, title: both, text: both, alarms: [] })).status).toBe(200)
    expect((await post(`${base}/digest`, { title: 'x' })).status).toBe(400)
    expect((await shown(base)).phones.map(({ messages }) => messages.length)).toEqual([1, 0])
  })

  it('says on its page, in both languages, that it is simulated', async () => {
    const page = await (await fetch(await phones())).text()
    expect(page).toContain('模拟手机 SIMULATED')
    expect(page).toContain('not real phones')
    expect(page).not.toMatch(/(src|href)="https?:/)
  })
})
