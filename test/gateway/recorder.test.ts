import { existsSync, mkdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { Bus } from '../../core/contract/site.ts'
import { MonoMs } from '../../core/contract/time.ts'
import { parseRecording } from '../../core/decode/bus-recording.ts'
import type { TapEvent } from '../../gateway/link/tap.ts'
import { openRecorder, readRecording } from '../../gateway/recorder.ts'
import { handClock } from '../support/hand-clock.ts'
import { testFolder } from '../support/processes.ts'
import { quietLog } from '../support/quiet-log.ts'
import { until } from '../support/until.ts'

const BUS = Bus.parse({ id: 'line-1', kind: 'rtu', path: '/dev/ttyUSB0' })

describe('the recorder of a bus', () => {
  it('keeps every event with its time, in order', async () => {
    await using folder = await testFolder()
    const path = join(folder.path, 'line-1.rec')
    const recorder = openRecorder(path, { maxBytes: Infinity, ...parts() })
    for (const event of [opened(5_000), out(5_001.25, 1), came(5_020.5, 2), lost(5_060)]) recorder.tap(event)
    await recorder.close()
    const { header, events } = readRecording(path)
    expect(header).toMatchObject({ bus: 'line-1', kind: 'rtu', timeoutMs: 1_000, startedAt: 1_700_000_000_000 })
    expect(events.map(({ kind, atUs, bytes }) => [kind, atUs, ...bytes])).toEqual([
      ['opened', 0],
      ['out', 1_250, 1],
      ['in', 20_500, 2],
      ['lost', 60_000],
    ])
  })

  it('keeps the last bytes within its size, in two files that go together', async () => {
    await using folder = await testFolder()
    const path = join(folder.path, 'line-1.rec')
    const clock = handClock()
    const recorder = openRecorder(path, { maxBytes: 4_096, ...parts(), clock })
    for (let n = 0; n < 1_000; n++) {
      await clock.advance(10)
      recorder.tap(out(clock.mono(), n & 0xff))
    }
    await recorder.close()
    const size = statSync(path).size + statSync(`${path}.old`).size
    expect(size).toBeLessThanOrEqual(4_096)
    expect(size).toBeGreaterThan(2_048)
    const { events } = readRecording(path)
    const numbers = events.map(({ bytes }) => bytes[0])
    expect(numbers.at(-1)).toBe(999 & 0xff)
    const [first = 0] = numbers
    expect(numbers).toEqual(numbers.map((_, index) => (first + index) & 0xff))
    for (const [index, { atUs }] of events.entries()) expect(atUs).toBe(index * 10_000)
  })

  it('keeps what the run before it left as the older half', async () => {
    await using folder = await testFolder()
    const path = join(folder.path, 'line-1.rec')
    for (const mark of [1, 2, 3]) {
      const recorder = openRecorder(path, { maxBytes: 65_536, ...parts() })
      recorder.tap(out(0, mark))
      await recorder.close()
    }
    expect(readRecording(path).events.map(({ bytes }) => bytes[0])).toEqual([2, 3])
  })

  it('writes nothing where nothing happens', async () => {
    await using folder = await testFolder()
    const path = join(folder.path, 'line-1.rec')
    await openRecorder(path, { maxBytes: 65_536, ...parts() }).close()
    expect(existsSync(path)).toBe(false)
  })

  it('ends when the disk refuses, says so once, and leaves the bus alone', async () => {
    await using folder = await testFolder()
    const { log, ...others } = parts()
    const recorder = openRecorder(join(folder.path, 'missing', 'line-1.rec'), { maxBytes: 65_536, log, ...others })
    recorder.tap(out(0, 1))
    await until('the fault to be said', () => log.lines.length > 0)
    for (let n = 0; n < 100; n++) recorder.tap(out(n, 1))
    await recorder.close()
    expect(log.lines.map(({ level, facts }) => [level, facts.code, facts.bus])).toEqual([
      ['error', 'store/failed', 'line-1'],
    ])
  })

  it('ends when the disk refuses in the middle, with all before it still whole', async () => {
    await using folder = await testFolder()
    const path = join(folder.path, 'line-1.rec')
    mkdirSync(join(`${path}.old`, 'in-the-way'), { recursive: true })
    const { log, ...others } = parts()
    const recorder = openRecorder(path, { maxBytes: 4_096, log, ...others })
    for (let n = 0; n < 500; n++) recorder.tap(out(n, n & 0xff))
    await until('the fault to be said', () => log.lines.length > 0)
    recorder.tap(out(1_000, 1))
    await recorder.close()
    expect(log.lines).toHaveLength(1)
    const { events } = parseRecording(readFileSync(path, 'utf8'), path)
    expect(events.length).toBeGreaterThan(50)
    expect(events.map(({ atUs }) => atUs)).toEqual(events.map((_, index) => index * 1_000))
  })

  it('takes the place of what was there when it has no limit, and never of anything but a file', async () => {
    await using folder = await testFolder()
    const path = join(folder.path, 'out.rec')
    for (const mark of [1, 2]) {
      const recorder = openRecorder(path, { maxBytes: Infinity, ...parts() })
      recorder.tap(out(0, mark))
      await recorder.close()
    }
    expect(existsSync(`${path}.old`)).toBe(false)
    expect(readRecording(path).events.map(({ bytes }) => bytes[0])).toEqual([2])
    const { log, ...others } = parts()
    const ring = openRecorder(folder.path, { maxBytes: 4_096, log, ...others })
    ring.tap(out(0, 1))
    await until('the fault to be said', () => log.lines.length > 0)
    await ring.close()
    expect(existsSync(path)).toBe(true)
  })

  it('does not let a disk that hangs eat the memory', () => {
    const { log, ...others } = parts()
    const recorder = openRecorder(join('/nonexistent', 'a.rec'), { maxBytes: Infinity, log, ...others })
    const bytes = new Uint8Array(2_000)
    for (let n = 0; n < 3_000; n++) recorder.tap({ kind: 'in', at: MonoMs.parse(n), bytes })
    expect(log.lines).toHaveLength(1)
  })

  it('can be read while it is being written', async () => {
    await using folder = await testFolder()
    const path = join(folder.path, 'line-1.rec')
    const recorder = openRecorder(path, { maxBytes: 65_536, ...parts() })
    recorder.tap(out(0, 1))
    await until('the first event on disk', () => existsSync(path) && readFileSync(path, 'utf8').includes('out 01\n'))
    expect(parseRecording(readFileSync(path, 'utf8'), path).events).toHaveLength(1)
    await recorder.close()
  })
})

function parts() {
  return { bus: BUS, clock: handClock(), log: quietLog() }
}

function opened(at: number): TapEvent {
  return { kind: 'opened', at: MonoMs.parse(at) }
}

function lost(at: number): TapEvent {
  return { kind: 'lost', at: MonoMs.parse(at) }
}

function out(at: number, mark: number): TapEvent {
  return { kind: 'out', at: MonoMs.parse(at), bytes: Uint8Array.of(mark) }
}

function came(at: number, mark: number): TapEvent {
  return { kind: 'in', at: MonoMs.parse(at), bytes: Uint8Array.of(mark) }
}
