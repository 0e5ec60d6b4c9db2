import { describe, expect, it } from 'vitest'
import { wordBytes } from '../../../core/decode/modbus-cells.ts'
import { encodeTcp } from '../../../core/decode/modbus-tcp.ts'
import { hex } from '../../core/decode/hex.ts'
import { join } from '../../core/decode/modbus-arbitraries.ts'
import { type Answering, trueAnswer } from './memory-gateway.ts'
import { messageOf, mix, seeded } from './mixing-gateway.ts'
import { at, bench, TIMEOUT_MS, words } from './tcp-bench.ts'

describe('a Modbus TCP line', () => {
  it('answers many questions at once, in whatever order the answers come', async () => {
    let left = 8
    const { ask, gateway } = bench((question) => gateway.send(() => trueAnswer(question), left--))
    const asked = Array.from({ length: 8 }, (_, index) => ask(at(10 * index, 2)))
    expect(await Promise.all(asked)).toEqual(Array.from({ length: 8 }, (_, index) => words(10 * index, 2)))
  })

  it('puts answers together that come byte by byte, or several in one segment', async () => {
    const { ask, gateway, tally } = bench((question) => {
      if (question.transaction === 1) {
        for (const [index, byte] of trueAnswer(question).entries()) gateway.send(() => Uint8Array.of(byte), index)
      } else if (question.transaction === 3) {
        const second = { ...question, transaction: 2, pdu: hex('03 00 08 00 01') }
        gateway.send(() => join(trueAnswer(question), trueAnswer(second)), 1)
      }
    })
    expect(await ask(at(7))).toEqual(words(7))
    expect(await Promise.all([ask(at(8)), ask(at(9, 2))])).toEqual([words(8), words(9, 2)])
    expect(tally).toMatchObject({ exchanges: 3, discardedBytes: 0, malformed: 0 })
  })

  it.each([
    ['another transaction', (t: number) => encodeTcp({ transaction: t + 900, unit: 1, pdu: hex('03 02 00 63') })],
    ['another unit', (t: number) => encodeTcp({ transaction: t, unit: 2, pdu: hex('03 02 00 63') })],
    ['another function', (t: number) => encodeTcp({ transaction: t, unit: 1, pdu: hex('04 02 00 63') })],
    ['another length', (t: number) => encodeTcp({ transaction: t, unit: 1, pdu: hex('03 04 00 63 00 64') })],
  ])('throws away a message of %s, counts it, and still takes the answer', async (_what, stray) => {
    const { ask, gateway, tally } = bench((question) => {
      gateway.send(() => stray(question.transaction), 1)
      gateway.send(() => trueAnswer(question), 2)
    })
    expect(await ask(at(7))).toEqual(words(7))
    expect(tally).toMatchObject({ malformed: 0, timeouts: 0, discardedBytes: stray(1).length })
    expect(gateway.connections).toBe(1)
  })

  it.each([
    ['one at a time', 1],
    ['eight at once', 8],
  ])('holds no answer back where nothing goes wrong, %s, however alike the questions are', async (_what, depth) => {
    for (const room of [undefined, { before: 0, after: 0 }, { before: 40, after: 40 }]) {
      const { line, gateway, clock, tally } = bench((question) => gateway.sendNow(trueAnswer(question)))
      for (let first = 0; first < 64; first += depth) {
        const addresses = Array.from({ length: depth }, (_, index) => 40 + 4 * (first + index))
        const how = { withinMs: TIMEOUT_MS, room }
        const asked = addresses.map((address) => line.exchange(at(address, 4), how, new AbortController().signal))
        expect(await Promise.all(asked)).toEqual(addresses.map((address) => words(address, 4)))
      }
      expect(clock.mono()).toBe(0)
      expect(tally.exchanges).toBe(64)
    }
  })

  it('says what came when no answer did', async () => {
    const wrong = encodeTcp({ transaction: 1, unit: 2, pdu: hex('03 02 00 63') })
    const { ask, gateway, tally } = bench(() => gateway.send(() => wrong, 1))
    await expect(ask(at(7))).rejects.toMatchObject({ code: 'modbus/malformed' })
    expect(tally).toMatchObject({ malformed: 1, timeouts: 0 })
  })

  it('gives up a connection whose stream is out of step, and makes another at once', async () => {
    const { ask, gateway, tally } = bench((question) => {
      gateway.send(() => (question.transaction === 1 ? hex('00 01 00 07 00 03 01') : trueAnswer(question)), 1)
    })
    await expect(ask(at(7))).rejects.toMatchObject({ code: 'modbus/malformed' })
    expect(await ask(at(8))).toEqual(words(8))
    expect(gateway.connections).toBe(2)
    expect(tally).toMatchObject({ malformed: 1, discardedBytes: 7 })
  })

  it('gives up a connection on which a message began and did not end', async () => {
    const { ask, gateway } = bench((question) => {
      gateway.send(() => trueAnswer(question).slice(0, question.transaction === 1 ? 9 : undefined), 1)
    })
    await expect(ask(at(7))).rejects.toMatchObject({ code: 'modbus/malformed' })
    expect(await ask(at(8))).toEqual(words(8))
    expect(gateway.connections).toBe(2)
  })

  it.each([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12])(
    'takes no answer that was cut short by %i bytes and filled up by the next message',
    async (missing) => {
      const { ask, gateway } = bench((question) => {
        const late = encodeTcp({ transaction: question.transaction, unit: 1, pdu: hex('03 06 00 00 00 04 00 00') })
        gateway.send(() => join(trueAnswer(question).slice(0, -missing), late), 1)
      })
      await expect(ask(at(7, 8))).rejects.toMatchObject({ code: 'modbus/malformed' })
    },
  )

  it('takes no answer that another message has filled up to its very end', async () => {
    const { ask, gateway } = bench((question) => {
      const { transaction, unit } = question
      const late = encodeTcp({ transaction, unit, pdu: hex('03 06 00 00 00 04 00 00') })
      gateway.send(() => join(trueAnswer(question).slice(0, -late.length), late), 1)
    })
    await expect(ask(at(7, 12))).rejects.toMatchObject({ code: 'modbus/malformed' })
  })

  it('takes no answer of several asked for that the next one has filled up and shows only afterwards', async () => {
    const questions: Parameters<Answering>[0][] = []
    const { ask, gateway } = bench((question) => {
      questions.push(question)
      const [first, second] = questions
      if (first === undefined || second === undefined) return
      const next = trueAnswer(second)
      gateway.send(() => trueAnswer(first).slice(0, -2), 1)
      gateway.send(() => next.slice(0, 2), 2)
      gateway.send(() => next.slice(2), 3)
    })
    const asked = await Promise.allSettled([ask(at(7)), ask(at(9, 2))])
    expect(asked.map(({ status }) => status)).toEqual(['rejected', 'rejected'])
  })

  it('takes no answer that the beginning of the next message has filled up, byte by byte', async () => {
    const { ask, gateway } = bench((question) => {
      const whole = trueAnswer(question)
      gateway.send(() => whole.slice(0, -2), 1)
      for (const [index, byte] of whole.entries()) gateway.send(() => Uint8Array.of(byte), 2 + index)
    })
    await expect(ask(at(7, 12))).rejects.toMatchObject({ code: 'modbus/malformed' })
  })

  it('takes no answer that the first bytes of the next message have filled up, even if that is cut short as well', async () => {
    const { ask, gateway } = bench((question) => {
      const whole = trueAnswer(question)
      gateway.send(() => whole.slice(0, -3), 1)
      gateway.send(() => whole.slice(0, 3), 2)
    })
    await expect(ask(at(7, 12))).rejects.toMatchObject({ code: 'modbus/malformed' })
  })

  it('takes an answer for what it is though its small numbers have the look of a header', async () => {
    const { ask, gateway } = bench(({ transaction, unit, pdu }) => {
      const quantity = pdu[4]!
      const cells = Array.from({ length: quantity }, (_, index) => (index % 3 === 1 ? 0 : transaction + (index % 7)))
      gateway.send(
        () => encodeTcp({ transaction, unit, pdu: Uint8Array.of(3, 2 * quantity, ...wordBytes(...cells)) }),
        1,
      )
    })
    for (let n = 0; n < 400; n += 1) expect(await ask(at(10, 40))).toMatchObject({ kind: 'registers' })
    expect(gateway.connections).toBe(1)
  })

  it('takes no answer behind which something begins that nobody asked for', async () => {
    const { ask, gateway } = bench((question) => {
      gateway.send(() => join(trueAnswer(question), hex('00 07')), 1)
    })
    await expect(ask(at(7))).rejects.toMatchObject({ code: 'modbus/malformed' })
  })

  it('ends each question in its own time', async () => {
    const { ask, clock } = bench(() => undefined)
    const ended: [number, number][] = []
    const start = clock.mono()
    const note = (withinMs: number) => () => ended.push([withinMs, clock.mono() - start])
    await Promise.all([70, 30, 50].map((withinMs) => ask(at(1), { withinMs }).catch(note(withinMs))))
    expect(ended).toEqual([
      [30, 30],
      [50, 50],
      [70, 70],
    ])
  })

  it('finds a connection that is dead without a word after three silent rounds', async () => {
    const { ask, gateway, tally } = bench((question) => {
      if (gateway.connections > 1) gateway.send(() => trueAnswer(question), 1)
    })
    for (let round = 0; round < 3; round += 1) {
      const outcomes = await Promise.allSettled([ask(at(10)), ask(at(20, 2))])
      expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'rejected'])
    }
    expect(await ask(at(30))).toEqual(words(30))
    expect(gateway.connections).toBe(2)
    expect(tally).toMatchObject({ timeouts: 6, exchanges: 7 })
  })

  it('keeps the connection while anybody answers on it', async () => {
    const { ask, gateway } = bench((question) => {
      if (question.unit === 1) gateway.send(() => trueAnswer(question), 1)
    })
    for (let round = 0; round < 5; round += 1) {
      await expect(ask(at(10, 1, 2))).rejects.toMatchObject({ code: 'link/timeout' })
      expect(await ask(at(round))).toEqual(words(round))
    }
    expect(gateway.connections).toBe(1)
  })

  it('tells everybody who waits that the connection is lost', async () => {
    const { ask, gateway } = bench((question) => {
      if (question.transaction === 2) gateway.hangUp(1)
    })
    const outcomes = await Promise.allSettled([ask(at(1)), ask(at(2, 2))])
    for (const outcome of outcomes) expect(outcome).toMatchObject({ reason: { code: 'link/down' } })
  })

  it('ends with the reason of the caller who gives up, and with link/down when it is closed', async () => {
    const { ask, line } = bench(() => undefined)
    const caller = new AbortController()
    const given = ask(at(1), {}, caller.signal)
    const left = ask(at(2))
    caller.abort(new Error('enough'))
    await expect(given).rejects.toThrow('enough')
    line.close()
    await expect(left).rejects.toMatchObject({ code: 'link/down' })
    await expect(ask(at(3))).rejects.toMatchObject({ code: 'link/down' })
  })

  it('tells how long the device thought', async () => {
    const { ask, gateway } = bench((question) => gateway.send(() => trueAnswer(question), 12))
    const thought: number[] = []
    await ask(at(1), { thought: (ms) => thought.push(ms) })
    expect(thought).toEqual([12])
  })

  it('writes, and asks who a device is', async () => {
    const { ask, gateway } = bench(({ transaction, unit, pdu }) => {
      const answer = pdu[0] === 6 ? pdu : hex('2B 0E 01 01 00 00 01 00 02 41 42')
      gateway.send(() => encodeTcp({ transaction, unit, pdu: answer }), 1)
    })
    expect(await ask({ kind: 'write-register', unit: 1, address: 4, word: 9 })).toEqual({ kind: 'written' })
    const identity = await ask({ kind: 'identify', unit: 1, access: 1, object: 0 })
    expect(identity).toMatchObject({ kind: 'identification', objects: new Map([[0, 'AB']]) })
  })
})

describe('after an unanswered question', () => {
  /** A gateway that gives the late answer of the first question the newest transaction id. */
  const late: Answering = (question, gateway) => {
    if (question.transaction > 1) gateway.send(() => trueAnswer(question), 5)
    else gateway.send(() => trueAnswer({ ...question, ...gateway.newest }), TIMEOUT_MS + 3)
  }

  it('its late answer is not taken for the next one, whatever transaction id it comes with', async () => {
    const { ask, gateway, tally } = bench(late)
    await expect(ask(at(7))).rejects.toMatchObject({ code: 'link/timeout' })
    expect(await ask(at(8))).toEqual(words(8))
    expect(tally).toMatchObject({ timeouts: 1, malformed: 0, staleAnswers: 1, discardedBytes: 11 })
    expect(gateway.connections).toBe(1)
  })

  it('nor is it when the gateway copies the unit id of the newest question as well', async () => {
    const { ask } = bench((question, gateway) => {
      if (question.transaction > 1) {
        gateway.send(() => trueAnswer(question), 5)
        return
      }
      const { pdu } = messageOf(trueAnswer(question))
      gateway.send(() => encodeTcp({ ...gateway.newest, pdu }), TIMEOUT_MS + 3)
    })
    const room = { before: 7, after: 7 }
    await expect(ask(at(7, 1, 1))).rejects.toMatchObject({ code: 'link/timeout' })
    expect(await ask(at(7, 1, 2), { room })).toEqual(words(7, 1, 2))
  })

  it('nor is it over a new connection', async () => {
    const { ask, gateway, clock } = bench(late)
    await expect(ask(at(7))).rejects.toMatchObject({ code: 'link/timeout' })
    gateway.hangUp(1)
    await clock.advance(2)
    const outcome = await ask(at(8)).catch((error: unknown) => error)
    if (!(outcome instanceof Error)) expect(outcome).toEqual(words(8))
  })

  it.each([10, 11])('nor after the gateway itself gave up with exception %i', async (code) => {
    const { ask, tally } = bench((question, gateway) => {
      if (question.transaction > 1) {
        gateway.send(() => trueAnswer(question), 5)
        return
      }
      const { transaction, unit } = question
      gateway.send(() => encodeTcp({ transaction, unit, pdu: Uint8Array.of(0x83, code) }), 1)
      gateway.send(() => trueAnswer({ ...question, ...gateway.newest }), 3)
    })
    expect(await ask(at(7))).toEqual({ kind: 'exception', code })
    expect(await ask(at(8))).toEqual(words(8))
    expect(tally).toMatchObject({ staleAnswers: 1 })
  })

  it('nor is its late answer to a write unknown', async () => {
    const { ask, gateway, tally, clock } = bench(({ transaction, unit, pdu }) => {
      gateway.send(() => encodeTcp({ transaction, unit, pdu: hex('86 0B') }), 1)
      gateway.send(() => encodeTcp({ transaction, unit, pdu }), 30)
    })
    const write = { kind: 'write-register', unit: 1, address: 4, word: 9 } as const
    expect(await ask(write)).toEqual({ kind: 'exception', code: 11 })
    await clock.advance(50)
    expect(tally).toMatchObject({ staleAnswers: 1 })
  })

  it.each([
    ['unit', (t: number) => encodeTcp({ transaction: t, unit: 9, pdu: hex('03 02 00 63') })],
    ['function', (t: number) => encodeTcp({ transaction: t, unit: 1, pdu: hex('04 02 00 63') })],
  ])('a message with its transaction id and another %s is not its late answer', async (_what, stray) => {
    const { ask, gateway } = bench((question) => {
      const { transaction } = question
      if (transaction !== 2) gateway.send(() => trueAnswer(question), 1)
      else {
        gateway.send(() => stray(2), TIMEOUT_MS + 2)
        gateway.send(() => trueAnswer({ ...question, ...gateway.newest }), TIMEOUT_MS + 10)
      }
    })
    expect(await ask(at(6))).toEqual(words(6))
    await expect(ask(at(7))).rejects.toMatchObject({ code: 'link/timeout' })
    expect(await ask(at(8, 3))).toEqual(words(8, 3))
    expect(await ask(at(9))).toEqual(words(9))
  })

  it('a header copied from another unit costs an answer where nothing else can tell it, but no truth', async () => {
    const room = { before: 0, after: 0 }
    const { ask, gateway, clock } = bench((question) => {
      if (question.unit === 2) gateway.send(() => trueAnswer(question), 20)
      const { pdu } = messageOf(trueAnswer(question))
      const lateMs = question.transaction === 1 ? 1 : TIMEOUT_MS + 5
      if (question.unit === 1) gateway.send(() => encodeTcp({ ...gateway.newest, pdu }), lateMs)
    })
    expect(await ask(at(6), { room })).toEqual(words(6))
    await expect(ask(at(7), { room })).rejects.toMatchObject({ code: 'link/timeout' })
    await expect(ask(at(8, 1, 2), { room })).rejects.toMatchObject({ code: 'modbus/malformed' })
    await clock.advance(11_000)
    expect(await ask(at(8, 1, 2), { room })).toEqual(words(8, 1, 2))
  })

  it('a device that refuses the cells around is asked in another way within the same read', async () => {
    const asked: number[] = []
    const { ask } = bench((question, gateway) => {
      const [, , low = 0, , quantity = 0] = question.pdu
      asked.push(quantity)
      if (question.transaction === 1) return
      const { transaction, unit } = question
      const isThere = low + quantity <= 9
      const refusal = () => encodeTcp({ transaction, unit, pdu: hex('83 02') })
      gateway.send(isThere ? () => trueAnswer(question) : refusal, 1)
    })
    await expect(ask(at(8))).rejects.toMatchObject({ code: 'link/timeout' })
    expect(await ask(at(8))).toEqual(words(8))
    expect(asked).toEqual([1, 2, 3])
  })

  it('a unit with nothing around it is not asked before the answer came or no longer comes', async () => {
    const room = { before: 0, after: 0 }
    const { ask, clock, tally } = bench(late)
    await expect(ask(at(7), { room })).rejects.toMatchObject({ code: 'link/timeout' })
    await expect(ask(at(8), { room })).rejects.toMatchObject({ code: 'link/timeout' })
    expect(tally.exchanges).toBe(1)
    await clock.advance(10)
    expect(await ask(at(8), { room })).toEqual(words(8))
    expect(tally.staleAnswers).toBe(1)
  })

  it('another unit with nothing around it is asked all the same', async () => {
    const room = { before: 0, after: 0 }
    const { ask, gateway } = bench((question) => {
      if (question.unit === 2) gateway.send(() => trueAnswer(question), 1)
    })
    await expect(ask(at(7), { room })).rejects.toMatchObject({ code: 'link/timeout' })
    expect(await ask(at(8, 1, 2), { room })).toEqual(words(8, 1, 2))
  })
})

describe('where an answer failed to come, one of the same shape as the one before it', () => {
  /** The last question is answered once more 5 ms later, with what belongs to `address`. */
  const twice = async (address: number) => {
    const { ask } = bench((question, gateway) => {
      const { transaction } = question
      if (transaction !== 2) gateway.send(() => trueAnswer(question), 1)
      const again = { ...question, pdu: Uint8Array.of(3, 0, address, 0, 2) }
      if (transaction === 4) gateway.send(() => trueAnswer(again), 5)
    })
    expect(await ask(at(1))).toEqual(words(1))
    await expect(ask(at(2))).rejects.toMatchObject({ code: 'link/timeout' })
    expect(await ask(at(7, 2))).toEqual(words(7, 2))
    return ask(at(8, 2))
  }

  it('is taken when nothing else follows but a copy of it', async () => {
    expect(await twice(8)).toMatchObject(words(8, 2))
  })

  it('is not taken when another one follows', async () => {
    await expect(twice(7)).rejects.toMatchObject({ code: 'modbus/malformed' })
  })
})

describe('a device that stood still for a while', () => {
  it('is believed at once when what it owed has come under the right names', async () => {
    const { ask, gateway, clock } = bench((question) => {
      gateway.send(() => trueAnswer(question), question.transaction === 2 ? TIMEOUT_MS + 20 : 0)
    })
    expect(await ask(at(1, 125))).toEqual(words(1, 125))
    await expect(ask(at(201, 125))).rejects.toMatchObject({ code: 'link/timeout' })
    await clock.advance(30)
    const before = clock.mono()
    for (const address of [401, 601, 801]) expect(await ask(at(address, 125))).toEqual(words(address, 125))
    // Held back until no copy can come they would take eight times the timeout each.
    expect(clock.mono()).toBeLessThan(before + 2 * TIMEOUT_MS)
  })
})

describe('behind a gateway that gives each answer the id of the newest question', () => {
  it.each([
    ['known cells around', { before: 9, after: 9 }],
    ['nothing around', { before: 0, after: 0 }],
    ['nobody knows what around', undefined],
  ])('no two questions at once get one another’s answer, with %s', async (_what, room) => {
    const { ask, gateway } = bench((question) => {
      gateway.send(() => encodeTcp({ ...messageOf(trueAnswer(question)), ...gateway.newest }), 20)
    })
    let good = 0
    for (let n = 0; n < 10; n += 1) {
      const reads = [100, 200, 300].map((address) => at(address, 2))
      for (const [index, outcome] of (await Promise.allSettled(reads.map((read) => ask(read, { room })))).entries()) {
        if (outcome.status === 'rejected') continue
        expect(outcome.value).toMatchObject(words(reads[index]!.address, 2))
        good += 1
      }
    }
    expect(good).toBeGreaterThanOrEqual(10)
  })
})

describe('behind a gateway that mixes everything', () => {
  it.each([
    ['transaction ids', false],
    ['whole headers', true],
  ])('and its %s too, no value is ever another one’s', async (_what, copiesUnit) => {
    const room = { before: 60, after: 60 }
    const chance = seeded(20_260_214)
    const { ask, gateway, tally } = bench((question) => mix(question, gateway, { chance, copiesUnit }))
    let good = 0
    for (let n = 0; n < 2_000; n += 1) {
      const [address, quantity, unit] = [60 + chance(40) * 3, 1 + chance(3), 1 + chance(3)]
      const outcome = await ask(at(address, quantity, unit), { room }).catch(() => null)
      if (outcome === null || outcome.kind === 'exception') continue
      expect(outcome).toMatchObject(words(address, quantity, unit))
      good += 1
    }
    expect(good).toBeGreaterThan(1_000)
    expect(tally.staleAnswers).toBeGreaterThan(50)
  })
})
