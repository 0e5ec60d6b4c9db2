import { afterEach, describe, expect, it } from 'vitest'
import { systemClock } from '../../platform/clock.ts'
import type { Phone } from '../../sim/phone/inbox.ts'
import { OFFICERS } from '../../sim/phone/people.ts'
import { servePhones, type Phones } from '../../sim/phone/server.ts'

const MODEM = '+8613900009001'
const open: Phones[] = []
afterEach(async () => {
  for (const listener of open.splice(0)) await listener.close()
})

const [first, second] = OFFICERS

async function phones() {
  const answers: { from: string; to: string; text: string }[] = []
  const served = await servePhones({
    host: '127.0.0.1',
    port: 0,
    officers: OFFICERS,
    clock: systemClock,
    answered: (from, to, text) => {
      if (to !== MODEM) return false
      answers.push({ from, to, text })
      return true
    },
  })
  open.push(served)
  return { board: served.board, base: `http://127.0.0.1:${served.port}`, answers }
}

function post(url: string, body: unknown): Promise<Response> {
  return fetch(url, { method: 'POST', body: JSON.stringify(body), headers: { 'content-type': 'application/json' } })
}

/** What the page is shown as soon as it asks. */
async function shown(base: string): Promise<readonly Phone[]> {
  const leaving = new AbortController()
  const response = await fetch(`${base}/events`, { signal: leaving.signal })
  let text = ''
  for await (const chunk of response.body!) {
    text += Buffer.from(chunk).toString()
    if (text.includes('\n\n')) break
  }
  leaving.abort()
  return (JSON.parse(text.slice('data: '.length)) as { phones: readonly Phone[] }).phones
}

const sms = (text: string) => ({ app: 'sms', from: MODEM, title: null, text }) as const

describe('a simulated phone', () => {
  it('shows a text that comes twice once, and that it came twice', async () => {
    const { base, board } = await phones()
    for (let turn = 0; turn < 2; turn++) board.arrive(first!.number, sms('【红】北沟废井 Q4821'))
    expect((await shown(base))[0]!.items.map(({ times }) => times)).toEqual([2])
  })

  it('knows its owner by number and by mail address, and shows a group chat on every phone', async () => {
    const { base, board } = await phones()
    board.arrive(second!.mail, { app: 'mail', from: 'control room', title: 'Alarm', text: 'Feeder live' })
    board.arrive('group', { app: 'dingtalk', from: '值班群', title: null, text: '馈线带电' })
    board.arrive('+8613900000099', sms('nobody has this number'))
    expect((await shown(base)).map(({ items }) => items.map(({ app }) => app))).toEqual([
      ['dingtalk'],
      ['dingtalk', 'mail'],
    ])
  })

  it('sends what its owner writes from the owner’s number, and shows it', async () => {
    const { base, answers } = await phones()
    const pressed = await post(`${base}/phones/${first!.id}/answer`, { to: MODEM, text: 'Q4821 已派人' })
    expect(pressed.status).toBe(200)
    expect(answers).toEqual([{ from: first!.number, to: MODEM, text: 'Q4821 已派人' }])
    expect((await shown(base))[0]!.items[0]).toMatchObject({ isOwn: true, text: 'Q4821 已派人' })
  })

  it('says so when nobody has the number it writes to, and refuses what is no text', async () => {
    const { base } = await phones()
    expect((await post(`${base}/phones/${first!.id}/answer`, { to: '+8613900000099', text: 'Q1' })).status).toBe(404)
    expect((await post(`${base}/phones/${first!.id}/answer`, { to: MODEM, text: '' })).status).toBe(400)
    expect((await fetch(`${base}/phones/${first!.id}/answer`, { method: 'POST', body: '{' })).status).toBe(400)
    expect((await post(`${base}/phones/nobody/answer`, { to: MODEM, text: 'x' })).status).toBe(404)
    expect((await shown(base)).map(({ items }) => items.length)).toEqual([0, 0])
  })

  it('gets nothing and writes nothing while it is switched off', async () => {
    const { base, board } = await phones()
    await post(`${base}/phones/${first!.id}/power`, { on: false })
    expect(board.isOn(first!.number)).toBe(false)
    board.arrive(first!.number, sms('lost'))
    expect((await post(`${base}/phones/${first!.id}/answer`, { to: MODEM, text: 'Q1' })).status).toBe(409)
    await post(`${base}/phones/${first!.id}/power`, { on: true })
    expect(board.isOn(first!.number)).toBe(true)
    board.arrive(first!.number, sms('there'))
    expect((await shown(base))[0]!.items.map(({ text }) => text)).toEqual(['there'])
  })

  it('shows the digest of the night on every phone that is on', async () => {
    const { base } = await phones()
    await post(`${base}/phones/${second!.id}/power`, { on: false })
    const both = { 'zh-CN': '夜间摘要', en: 'Digest' }
    expect((await post(`${base}/digest`, { to: 1, title: both, text: both, alarms: [] })).status).toBe(200)
    expect((await post(`${base}/digest`, { title: 'x' })).status).toBe(400)
    expect((await shown(base)).map(({ items }) => items.length)).toEqual([1, 0])
  })

  it('says on its page, in both languages, that it is simulated', async () => {
    const { base } = await phones()
    const page = await (await fetch(base)).text()
    expect(page).toContain('SIMULATED')
    const script = await (await fetch(`${base}/page.js`)).text()
    expect(script).toContain('模拟手机 SIMULATED')
    expect(script).toContain('not real phones')
    expect(page).not.toMatch(/(src|href)="https?:/)
  })
})
