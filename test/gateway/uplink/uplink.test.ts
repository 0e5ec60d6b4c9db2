import { createHash } from 'node:crypto'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { HouseError } from '../../../core/kit/errors.ts'
import { UtcMs } from '../../../core/contract/time.ts'
import type { BirthDevice } from '../../../gateway/uplink/births.ts'
import type { UplinkOptions } from '../../../gateway/uplink/uplink.ts'
import { Cable, ControlRoom, freePort, Mosquitto, powerAt, temporaryFolder, transitionOf, until } from './county.ts'
import { DATING, Gateway, meterWith, openStore, T0 } from './gateway.ts'

describe('the uplink over a real Mosquitto', () => {
  let broker: Mosquitto
  let room: ControlRoom
  let folder: ReturnType<typeof temporaryFolder>
  const gateways: Gateway[] = []
  const gateway = (options: Partial<UplinkOptions> = {}, store = openStore(folder.path), url = broker.url): Gateway => {
    const made = new Gateway(url, store, options)
    gateways.push(made)
    return made
  }
  const ended = async (one: Gateway) => {
    gateways.splice(gateways.indexOf(one), 1)
    await one.end()
  }
  const births = (count = 1) =>
    until(() => room.types().filter((type) => type === 'DBIRTH').length >= count, `births ${count}`)
  const delivered = (one: Gateway) => until(() => one.isEmpty(), 'everything receipted')

  beforeEach(async () => {
    broker = new Mosquitto(await freePort())
    await broker.start()
    folder = temporaryFolder()
    room = new ControlRoom(broker.url)
    await room.ready()
  })
  afterEach(async () => {
    for (const one of gateways.splice(0)) await one.end()
    await room.close()
    await broker.end()
    folder.remove()
  })

  it('sends readings live, and again in a range that is forgotten when it is receipted', async () => {
    const one = gateway()
    await births()
    for (let i = 0; i < 20; i += 1) one.commit([powerAt(T0 + i, i)])
    await until(() => room.readings.length === 20, 'live')
    expect(room.readings.every(({ historical, uncertaintyMs }) => !historical && uncertaintyMs === 40)).toBe(true)
    await delivered(one)
    expect(room.values()).toEqual(Array.from({ length: 20 }, (_, index) => index))
    expect(room.links.map(({ head }) => head.link.kind)).toEqual(['start', 'range'])
    expect(one.uplink.counts().accepted).toBe(2)
  })

  it('brings over what an outage held back: links once, and what is in no range yet as historical', async () => {
    const cable = new Cable(broker.port)
    await cable.lay()
    const timing = { rangeMs: 100_000, rangeAloneMs: 100_000 }
    const one = gateway({ timing }, openStore(folder.path), cable.url)
    await births()
    cable.unplug()
    await until(() => one.log.lines.some(({ facts }) => facts.code === 'mqtt/refused'), 'the loss')
    for (let i = 0; i < 100; i += 1) one.commit([powerAt(T0 + i, i), powerAt(T0 + i, -i)])
    await one.told()
    cable.plug()
    await until(() => room.readings.length === 200, 'the late ones')
    expect(room.readings.map(({ seq }) => seq)).toEqual(Array.from({ length: 200 }, (_, index) => index))
    expect(room.readings.every(({ historical }) => historical)).toBe(true)
    one.commit([powerAt(T0 + 1_000, 1_000)])
    await until(() => room.readings.at(-1)?.value === 1_000, 'live again')
    expect(room.readings.at(-1)).toMatchObject({ historical: false, seq: 200 })
    await cable.end()
  })

  it('sends again after a restart whatever had no receipt', async () => {
    room.receipting = { range: false, trend: false, alarm: false, evidence: false }
    const first = gateway()
    await births()
    first.commit([powerAt(T0, 7)], [transitionOf('a', 1)])
    await until(() => room.links.length === 2 && room.transitions.length > 0, 'first sending')
    await ended(first)
    room.receipting = { range: true, trend: true, alarm: true, evidence: true }
    const second = gateway()
    await delivered(second)
    expect(room.values()).toEqual([7])
    expect(room.transitions.at(-1)).toEqual(transitionOf('a', 1))
  })

  it('keeps a link that is rejected, sends it no more, and says so once', async () => {
    room.verdict = ({ head }) => (head.link.kind === 'range' ? 'reject' : 'accept')
    const one = gateway()
    await births()
    one.commit([powerAt(T0, 7)])
    await until(() => one.uplink.counts().rejected === 1, 'the first')
    one.commit([powerAt(T0, 8)])
    await until(() => one.uplink.counts().rejected === 2, 'the second')
    expect(one.store.links()).toEqual([])
    expect(room.links).toHaveLength(3)
    expect(one.log.lines.filter(({ message }) => message.includes('refuses'))).toHaveLength(1)
  })

  it('does not send a link again for now that is to be kept', async () => {
    room.verdict = ({ head }) => (head.link.kind === 'range' ? 'keep' : 'accept')
    const one = gateway()
    await births()
    one.commit([powerAt(T0, 7)])
    await until(() => one.uplink.counts().kept === 1, 'the verdict')
    one.commit([powerAt(T0, 8)])
    await until(() => one.uplink.counts().kept === 2, 'the next')
    expect(room.links).toHaveLength(3)
    expect(one.store.links()).toHaveLength(2)
  })

  it('refuses forged receipts and what it cannot read, each kind said once, and goes on', async () => {
    room.receipting.range = false
    const one = gateway()
    await births()
    one.commit([powerAt(T0, 1)], [transitionOf('a', 1)])
    await until(() => room.links.length === 2, 'links')
    const { stream } = one.store
    const hash = 'a'.repeat(64)
    for (const receipt of [
      { lane: 'range', stream, n: 1, hash },
      { lane: 'range', stream, n: 7, hash: room.links[1]!.hash },
      { lane: 'range', stream: 'anotherstream', n: 1, hash: room.links[1]!.hash },
      { lane: 'trend', stream, from: 0, to: 5 },
    ])
      await room.receipt(receipt)
    for (const text of ['', '{', '{"lane":"alarm"}', '[]', '\u0000'])
      await room.say('pitwatch/v1/demo/east-pit/receipt', text)
    await room.say('spBv1.0/demo/NCMD/east-pit', 'no payload')
    await room.say('spBv1.0/demo/DCMD/east-pit/feeder-meter', '')
    const refused = () => Object.fromEntries(one.uplink.counts().refused)
    await until(() => refused()['command to a device'] === 1, 'all refused')
    expect(refused()).toEqual({ 'forged receipt': 4, 'malformed message': 6, 'command to a device': 1 })
    expect(one.log.lines.filter(({ facts }) => facts.code === 'message/malformed')).toHaveLength(3)
    expect(one.store.links()).toHaveLength(2)
    for (const { head, hash: real } of room.links) {
      const receipt = { lane: 'range', stream, n: head.link.n, hash: real }
      await room.receipt(receipt)
      await room.receipt(receipt)
    }
    await delivered(one)
    expect(refused()['forged receipt']).toBe(4)
  })

  it('keeps an alarm of which a receipt comes before it was sent, and says so when one is refused for good', async () => {
    room.receipting.alarm = false
    const one = gateway()
    await births()
    const [raised, cleared] = [transitionOf('a', 1), transitionOf('a', 2, 'clear')]
    one.commit([], [raised, cleared])
    await until(() => room.transitions.length > 0, 'the first')
    await room.receipt({ lane: 'alarm', occurrence: cleared.occurrence, n: 2 })
    await until(() => one.uplink.counts().refused.get('forged receipt') === 1, 'the refusal')
    await room.receipt({
      lane: 'alarm',
      occurrence: raised.occurrence,
      n: 1,
      verdict: 'reject',
      reason: 'no such rule',
    })
    await until(() => room.transitions.some(({ n }) => n === 2), 'the second')
    expect(one.log.lines.filter(({ facts }) => facts.why === 'no such rule')).toHaveLength(1)
    room.receipting.alarm = true
    await delivered(one)
  })

  it('sends an alarm again until it is receipted, and the next of its rule only then', async () => {
    room.receipting.alarm = false
    const one = gateway()
    await births()
    const ofAnother = { ...transitionOf('b', 1), rule: 'fan-on', occurrence: 'east-pit.fan-on.b' }
    one.commit([], [transitionOf('a', 1), transitionOf('a', 2, 'clear'), ofAnother, transitionOf('c', 1)])
    await until(
      () => room.transitions.filter(({ n, occurrence }) => n === 1 && occurrence.endsWith('.a')).length >= 3,
      'resends',
    )
    expect(room.transitions.every(({ n }) => n === 1)).toBe(true)
    expect(room.transitions.some(({ occurrence }) => occurrence.endsWith('.b'))).toBe(true)
    expect(room.transitions.some(({ occurrence }) => occurrence.endsWith('.c'))).toBe(false)
    await room.receipt({ lane: 'alarm', occurrence: transitionOf('a', 1).occurrence, n: 1 })
    await until(() => room.transitions.some(({ n }) => n === 2), 'the clear')
    room.receipting.alarm = true
    await delivered(one)
  })

  it('dates an alarm anew that was raised before the time was known', async () => {
    const one = gateway()
    await births()
    const at = UtcMs.parse(5_000)
    const clock = { boot: DATING.boot, mono: 5_000 as never, recordedAt: at, uncertaintyMs: null }
    one.commit([], [{ ...transitionOf('a', 1), at, clock }])
    await until(() => room.transitions.length > 0, 'the alarm')
    expect(room.transitions[0]).toMatchObject({ at: T0 + 5_000, clock: { recordedAt: 5_000, uncertaintyMs: 40 } })
  })

  it('sends the other alarms at once when one cannot be read, and that one when it can', async () => {
    const store = openStore(folder.path)
    const transitions = ['a', 'b', 'c'].map((one) => transitionOf(one, 1))
    store.commit([{ device: null, readings: [], pictures: [], transitions }])
    const disk = { broken: true }
    const bad = transitionOf('a', 1).occurrence
    const alarm = (occurrence: string, n: number) => {
      if (disk.broken && occurrence === bad) throw new HouseError('store/failed', 'disk I/O error')
      return store.alarm(occurrence, n)
    }
    const one = gateway({}, { ...store, alarm })
    await until(() => new Set(room.transitions.map(({ occurrence }) => occurrence)).size === 2, 'the other two')
    expect(one.log.lines.filter(({ facts }) => facts.code === 'store/failed')).toHaveLength(1)
    disk.broken = false
    await until(() => room.transitions.some(({ occurrence }) => occurrence === bad), 'the third')
  })

  it('carries the pictures an alarm names in parts, until the whole is receipted', async () => {
    const bytes = Buffer.alloc(100_000, 'a picture ')
    const sha256 = createHash('sha256').update(bytes).digest('hex')
    const common = { kind: 'picture', mediaType: 'image/jpeg', device: 'gate-camera', target: 'human' } as const
    const evidence = { ...common, sha256, bytes: bytes.length, event: 'fielddetection', at: UtcMs.parse(T0) }
    const one = gateway()
    await births()
    one.commit([], [{ ...transitionOf('a', 1), evidence: [evidence] }], [{ sha256, mediaType: 'image/jpeg', bytes }])
    await delivered(one)
    expect(room.pictures.map((picture) => picture.sha256)).toEqual([sha256])
    expect(Buffer.from(room.pictures[0]!.bytes).equals(bytes)).toBe(true)
    const parts = room.heard.filter(({ topic }) => topic.kind === 'evidence')
    expect(Math.max(...parts.map((part) => part.bytes.length))).toBeLessThan(16_384)
  })

  it('loses no alarm and no reading when the broker is killed again and again', async () => {
    const one = gateway()
    await births()
    for (let round = 0; round < 4; round += 1) {
      for (let i = 0; i < 20; i += 1)
        one.commit(
          [powerAt(T0 + round * 20 + i, round * 20 + i)],
          [transitionOf(`r${round}x${i}`, 1), transitionOf(`r${round}x${i}`, 2, 'clear')],
        )
      await broker.kill()
      await broker.start()
    }
    // Rows that no range has closed yet are not waiting for a receipt.
    await until(() => room.values().length >= 80, 'all readings')
    await delivered(one)
    expect(room.values()).toEqual(Array.from({ length: 80 }, (_, index) => index))
    for (const occurrence of new Set(room.transitions.map((one) => one.occurrence))) {
      const numbers = room.transitions.filter((one) => one.occurrence === occurrence).map(({ n }) => n)
      expect(numbers).toEqual(numbers.toSorted((a, b) => a - b))
      expect(new Set(numbers)).toEqual(new Set([1, 2]))
    }
    expect(new Set(room.transitions.map(({ occurrence }) => occurrence)).size).toBe(80)
  })

  it('carries further lanes over its connection, asked before the births', async () => {
    const heard: string[] = []
    const order: string[] = []
    const one = gateway({
      lanes: [
        {
          hears: 'clock-answer',
          hear: (payload) => {
            if (payload.length === 0) throw new HouseError('message/malformed', 'empty')
            heard.push(Buffer.from(payload).toString())
          },
          connected: async (say) => {
            order.push(`births: ${room.types().length}`)
            await say('clock-ask', 'how late is it')
          },
        },
      ],
    })
    await births()
    expect(order).toEqual(['births: 0'])
    expect(room.heard.findIndex(({ topic }) => topic.kind === 'clock-ask')).toBe(0)
    await room.say('pitwatch/v1/demo/east-pit/clock-answer', '')
    await room.say('pitwatch/v1/demo/east-pit/clock-answer', 'noon')
    await until(() => heard.length === 1, 'the answer')
    expect(Object.fromEntries(one.uplink.counts().refused)).toEqual({ 'malformed message': 1 })
  })

  it('ends also while it waits for a line that takes nothing any more', async () => {
    const cable = new Cable(broker.port)
    await cable.lay()
    // A broker that is asked only every half an hour whether it is there.
    const one = gateway({ mqtt: { keepaliveS: 1_800 } }, openStore(folder.path), cable.url)
    await births()
    let isTold = false
    // More than the buffers of two machines take.
    const points = Array.from({ length: 200_000 }, (_, n) => `point-${n}`)
    const device: BirthDevice = {
      ...meterWith(points),
      get source() {
        isTold = true
        cable.hold()
        return 'made for tests'
      },
    }
    one.uplink.changed([device])
    await until(() => isTold, 'the birth to be on its way')
    await ended(one)
    await cable.end()
  })

  it('comes back over a line that is cut, and tells its health', async () => {
    const cable = new Cable(broker.port)
    await cable.lay()
    gateway({}, openStore(folder.path), cable.url)
    await births()
    cable.cut()
    await births(2)
    await until(() => room.heard.some(({ topic }) => topic.kind === 'health'), 'health')
    await cable.end()
  })
})
