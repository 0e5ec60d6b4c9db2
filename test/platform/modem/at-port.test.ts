import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { AtPort, FREE, RANK, type Unasked } from '../../../platform/modem/at-port.ts'
import { handClock } from '../../support/hand-clock.ts'

/** A port whose modem answers by hand. */
function port() {
  const clock = handClock()
  const written: string[] = []
  const heard: Unasked[] = []
  const write = (bytes: Uint8Array) => void written.push(Buffer.from(bytes).toString('latin1'))
  const at = new AtPort({ write, close: () => undefined }, clock, (unasked) => void heard.push(unasked))
  const say = (text: string) => at.received(Buffer.from(text, 'latin1'))
  return { at, clock, written, heard, say }
}

const turn = () => new Promise((settle) => setImmediate(settle))

/** A port past its first synchronisation. */
async function ready() {
  const world = port()
  const asked = world.at.ask({ text: 'AT', rank: RANK.watch })
  await turn()
  world.say('\r\nOK\r\nnoise\0\xff\r\n+CMEE: 1\r\n\r\nOK\r\n')
  await turn()
  world.say('\r\nOK\r\n')
  await asked
  world.heard.length = 0
  world.written.length = 0
  return world
}

const UNASKED = ['+CMTI: "SM",3', 'RING', '^RSSI: 21', '+CREG: 1', '+CDS: 25\r\n0006AA', '+CTZV: +32', 'NO CARRIER']
const told = (line: string): Unasked => {
  const [head = '', pdu] = line.split('\r\n')
  return { line: head, pdu: pdu ?? null }
}

/** Lines with others between them at any place, cut into pieces at any byte. */
function mixed(lines: readonly string[]) {
  const between = fc.array(fc.array(fc.constantFrom(...UNASKED), { maxLength: 2 }), {
    minLength: lines.length,
    maxLength: lines.length,
  })
  return fc.tuple(between, fc.infiniteStream(fc.integer({ min: 1, max: 9 }))).map(([between, sizes]) => {
    const all = lines.flatMap((line, at) => [...(between[at] ?? []), line])
    const text = all.map((line) => `\r\n${line}\r\n`).join('')
    const pieces: string[] = []
    for (let at = 0; at < text.length;) {
      const size = Number(sizes.next().value)
      pieces.push(text.slice(at, at + size))
      at += size
    }
    return { pieces, unasked: between.flat().map(told) }
  })
}

describe('what a modem says', () => {
  it('is understood however it is cut and whatever comes between', async () => {
    const answer = ['+CMGL: 1,1,,25', '0004AA', '+CMGL: 7,0,,25', '0004BB', 'OK']
    await fc.assert(
      fc.asyncProperty(mixed(answer), async ({ pieces, unasked }) => {
        const { at, heard, say } = await ready()
        const asked = at.ask({ text: 'AT+CMGL=4', answer: '+CMGL:', hasPdus: true, mayBeEmpty: true, rank: RANK.mail })
        await turn()
        for (const piece of pieces) say(piece)
        expect(await asked).toEqual({ is: 'ok', lines: answer.slice(0, -1) })
        expect(heard).toHaveLength(unasked.length)
        expect(heard).toEqual(expect.arrayContaining(unasked))
      }),
      { numRuns: 300 },
    )
  })

  it('is a prompt only where one is awaited', async () => {
    await fc.assert(
      fc.asyncProperty(mixed(['+CMGS: 12', 'OK']), async ({ pieces }) => {
        const { at, written, say } = await ready()
        const asked = at.ask({ text: 'AT+CMGS=3', body: 'ABCDEF', answer: '+CMGS:', rank: RANK.text })
        await turn()
        expect(written).toEqual(['AT+CMGS=3\r'])
        say('\r\n+CMTI: "SM",1\r\n\r\n')
        say('> ')
        expect(written).toEqual(['AT+CMGS=3\r', 'ABCDEF\u001a'])
        for (const piece of pieces) say(piece)
        expect(await asked).toEqual({ is: 'ok', lines: ['+CMGS: 12'] })
      }),
      { numRuns: 100 },
    )
    const { heard, say } = await ready()
    say('\r\n> not now\r\n')
    expect(heard).toEqual([{ line: '> not now', pdu: null }])
  })

  it('is an error with its code, or none', async () => {
    const { at, say } = await ready()
    for (const [line, kind, code] of [
      ['+CMS ERROR: 38', 'cms', 38],
      ['+CME ERROR: 10', 'cme', 10],
      ['ERROR', 'plain', 0],
    ] as const) {
      const asked = at.ask({ text: 'AT+CMGS=3', body: 'AA', answer: '+CMGS:', rank: RANK.text })
      await turn()
      say(`\r\n${line}\r\n`)
      expect(await asked).toEqual({ is: 'error', kind, code, text: line })
    }
  })

  it('may echo what it was asked, and name itself between other things', async () => {
    const { at, say } = await ready()
    const asked = at.ask({ text: 'AT+CGMM', answer: FREE, rank: RANK.watch })
    await turn()
    say('AT+CGMM\r\r\n^RSSI: 3\r\nE3372\r\n\r\nOK\r\n')
    expect(await asked).toEqual({ is: 'ok', lines: ['E3372'] })
  })
})

describe('commands', () => {
  it('go one at a time, and the most urgent of those that wait first', async () => {
    const { at, written, say } = await ready()
    const ranks = [RANK.watch, RANK.call, RANK.mail, RANK.text, RANK.urgent, RANK.mail]
    const asked = ranks.map((rank, index) => at.ask({ text: `AT${rank}${index}`, rank }))
    for (let count = 0; count < ranks.length; count += 1) {
      await turn()
      expect(written).toHaveLength(count + 1)
      say('\r\nOK\r\n')
    }
    await Promise.all(asked)
    expect(written).toEqual(['AT30\r', 'AT04\r', 'AT13\r', 'AT22\r', 'AT25\r', 'AT41\r'])
  })

  it('that get no answer end in time, and their late answer is nobody else’s', async () => {
    const { at, clock, say, written } = await ready()
    const late = at.ask({ text: 'AT+CSQ', answer: '+CSQ:', rank: RANK.watch })
    const failed = expect(late).rejects.toMatchObject({ code: 'link/timeout' })
    await turn()
    await clock.advance(5_000)
    await failed
    await clock.advance(10_000)
    expect(at.silentMs).toBe(10_000)
    const next = at.ask({ text: 'AT+CREG?', answer: '+CREG:', rank: RANK.watch })
    await turn()
    say('\r\n+CSQ: 3,99\r\n\r\nOK\r\n\r\nERROR\r\n\r\n+CMEE: 1\r\n\r\nOK\r\n\r\n+CMGF: 0\r\n\r\nOK\r\n')
    await turn()
    say('\r\nOK\r\n\r\n+CREG: 0,1\r\n\r\nOK\r\n')
    expect(await next).toEqual({ is: 'ok', lines: ['+CREG: 0,1'] })
    expect(at.silentMs).toBe(0)
    expect(written).toEqual(['AT+CSQ\r', '\u001b\r', 'AT+CMGF?\r', 'AT+CREG?\r'])
  })

  it('count as done when the reference came and only the OK is missing', async () => {
    const { at, clock, say } = await ready()
    const asked = at.ask({ text: 'AT+CMGS=3', body: 'AA', answer: '+CMGS:', rank: RANK.text })
    await turn()
    say('\r\n> ')
    say('\r\n+CMGS: 9\r\n')
    await clock.advance(5_000)
    expect(await asked).toEqual({ is: 'ok', lines: ['+CMGS: 9'] })
  })

  it('fail when the port is gone, and say whether the modem had all of it', async () => {
    const { at, say } = await ready()
    const asked = at.ask({ text: 'AT+CMGS=3', body: 'AA', answer: '+CMGS:', rank: RANK.text })
    const waiting = at.ask({ text: 'AT', rank: RANK.watch })
    await turn()
    say('\r\n> ')
    const { HouseError } = await import('../../../core/kit/errors.ts')
    at.lost(new HouseError('link/down', 'unplugged'))
    await expect(asked).rejects.toMatchObject({ code: 'link/down', facts: { mayBeDone: true } })
    await expect(waiting).rejects.toMatchObject({ code: 'link/down' })
  })
})
