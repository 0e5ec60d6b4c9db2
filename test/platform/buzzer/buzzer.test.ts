import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { systemClock } from '../../../platform/clock.ts'
import { type Buzzer, openBuzzer } from '../../../platform/buzzer/buzzer.ts'
import type { Channel } from '../../../platform/serial/channel.ts'
import { serialConnect } from '../../../platform/serial/serial-channel.ts'
import { openPtyPair, type PtyPair } from '../../../sim/pty.ts'
import { quietLog } from '../../support/quiet-log.ts'
import { testFolder } from '../../support/processes.ts'
import { until } from '../../support/until.ts'

const ON = 'a00101a2'
const OFF = 'a00100a1'
const never = new AbortController().signal
/** Ten times as fast: the relay is real bytes on a real line, the pauses need not be. */
const clock = {
  ...systemClock,
  sleep: (ms: number, signal?: AbortSignal) => systemClock.sleep(ms / 10, signal),
  mono: () => systemClock.mono(),
}

let folder: Awaited<ReturnType<typeof testFolder>>
let path: string
let board: { pair: PtyPair; channel: Channel } | null = null
let heard = ''

async function plugIn(): Promise<void> {
  const pair = await openPtyPair(path)
  const settings = { path: pair.devicePath, baud: 9_600, parity: 'none', stopBits: 1 } as const
  const received = (bytes: Uint8Array) => void (heard += Buffer.from(bytes).toString('hex'))
  board = { pair, channel: await serialConnect(settings)({ received, lost: () => undefined }, never) }
}
async function unplug(): Promise<void> {
  board?.channel.close()
  await board?.pair[Symbol.asyncDispose]()
  board = null
}

beforeEach(async () => {
  folder = await testFolder()
  path = `${folder.path}/relay`
  heard = ''
  await plugIn()
})
afterEach(async () => {
  await unplug()
  await folder[Symbol.asyncDispose]()
})

const connect = () => serialConnect({ path, baud: 9_600, parity: 'none', stopBits: 1 })
const open = (log = quietLog()): Buzzer => openBuzzer({ connect: connect(), clock, log })
const frames = (): string[] => heard.match(/.{8}/g) ?? []
const notOver = () => Promise.resolve(false)

describe('a buzzer on a relay board', () => {
  it('is switched off at the start, as whoever had it before may have been killed while it sounded', async () => {
    const buzzer = open()
    const stop = new AbortController()
    const running = buzzer.run(stop.signal)
    await until('it to be ready', () => buzzer.state() === 'ready')
    await until('it to be off', () => heard === OFF)
    stop.abort()
    await running
  })

  it('sounds in pulses for as long as it is told, and is off at the end', async () => {
    const buzzer = open()
    expect(await buzzer.sound({ forMs: 500, isOver: notOver }, never)).toBeGreaterThanOrEqual(500)
    await until('it to be off', () => frames().length >= 7 && frames().at(-1) === OFF)
    expect(frames().slice(0, 6)).toEqual([ON, OFF, ON, OFF, ON, OFF])
  })

  it('is silent as soon as a person has acknowledged', async () => {
    const buzzer = open()
    let asked = 0
    const isOver = () => Promise.resolve((asked += 1) > 1)
    expect(await buzzer.sound({ forMs: 60_000, isOver }, never)).toBeLessThan(5_000)
    await until('it to be off', () => frames().at(-1) === OFF)
  })

  it('is off when the program ends in the middle of a sound', async () => {
    const buzzer = open()
    const stop = new AbortController()
    const sounding = buzzer.sound({ forMs: 60_000, isOver: notOver }, stop.signal)
    await until('it to sound', () => frames().includes(ON))
    stop.abort()
    await sounding
    await until('it to be off', () => frames().at(-1) === OFF)
  })

  it('lengthens a sound that goes on instead of sounding over it', async () => {
    const buzzer = open()
    const both = await Promise.all([
      buzzer.sound({ forMs: 300, isOver: () => Promise.resolve(true) }, never),
      buzzer.sound({ forMs: 600, isOver: notOver }, never),
    ])
    expect(both[0]).toBe(both[1])
    expect(both[0]).toBeGreaterThanOrEqual(600)
  })

  it('that is not there is told once and stops nothing; it is found again when it is plugged in', async () => {
    await unplug()
    const log = quietLog()
    const buzzer = open(log)
    expect(await buzzer.sound({ forMs: 60_000, isOver: notOver }, never)).toBe(0)
    expect(await buzzer.sound({ forMs: 60_000, isOver: notOver }, never)).toBe(0)
    expect(buzzer.state()).toBe('gone')
    expect(log.lines.map(({ facts }) => facts.code)).toEqual(['link/down'])
    await plugIn()
    const stop = new AbortController()
    const running = buzzer.run(stop.signal)
    await until('it to be there again', () => buzzer.state() === 'ready')
    stop.abort()
    await running
  })
})
