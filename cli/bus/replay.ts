import { resolve } from 'node:path'
import type { Recording } from '../../core/decode/bus-recording.ts'
import { readRecording } from '../../gateway/recorder.ts'
import { systemClock } from '../../platform/clock.ts'
import { replay } from '../../sim/modbus/replay.ts'
import type { Divergence } from '../../sim/modbus/replayer.ts'
import { openPty } from '../../sim/pty.ts'
import { boxed } from '../columns.ts'
import type { Call } from '../command.ts'
import { speaker } from '../messages.ts'
import { portOption } from '../option-values.ts'

const LOOK_EVERY_MS = 200
/** Differences that are shown one by one. */
const MOST_SHOWN = 20

const say = speaker({
  simulated: {
    'zh-CN': '模拟器：重放总线 {bus} 自 {from} 起的录制',
    en: 'SIMULATOR: plays what bus {bus} did from {from} on',
  },
  facts: {
    'zh-CN': '{requests} 次询问，{seconds} s；应答的字节与时刻同录制时一致',
    en: '{requests} requests, {seconds} s; answers come with the recorded bytes at the recorded times',
  },
  where: { 'zh-CN': '主站连接：{where}（{kind}）', en: 'The master connects to {where} ({kind})' },
  ends: { 'zh-CN': '放完即止，Ctrl-C 提前结束', en: 'Ends when all is played; Ctrl-C ends it early' },
  differs: {
    'zh-CN': '第 {request} 次询问不同：录制为 {expected}，来的是 {came}；{then}',
    en: 'request {request} differs: recorded {expected}, came {came}; {then}',
  },
  silent: { 'zh-CN': '不予应答', en: 'no answer is given' },
  skips: { 'zh-CN': '先放此次，{count} 次暂缓', en: 'it is played before its turn, {count} recorded requests wait' },
  nothing: { 'zh-CN': '已放完', en: 'nothing more' },
  more: { 'zh-CN': '更多不同不再逐条显示', en: 'further differences are only counted' },
  done: {
    'zh-CN': '已放 {played}/{requests} 次询问，{differences} 处不同。',
    en: '{played} of {requests} requests played, {differences} differences.',
  },
})

/** Plays a recording to a master until it is over; answers 1 when the master asked anything else, or less. Throws `config/…`. */
export async function replayFile(call: Call, path: string): Promise<number> {
  const { language, print } = call
  const recording = readRecording(resolve(path))
  let differences = 0
  const onDivergence = (divergence: Divergence) => {
    differences += 1
    if (differences <= MOST_SHOWN) print(differs(call, divergence))
    if (differences === MOST_SHOWN) print(say(language, 'more'))
  }
  const player = replay(recording, { clock: systemClock, onDivergence })
  await using bus = await player.serve(call.option('host') ?? '127.0.0.1', portOption(call, 'port') ?? 0)
  const pty = call.option('pty')
  await using _line = pty === null ? null : await openPty(resolve(pty), bus)
  for (const line of boxed(heading(call, recording, pty ?? `${bus.host}:${bus.port}`, player.progress().requests)))
    print(line)
  call.tell({ kind: 'ready', facts: { port: bus.port } })
  const isOver = () => player.progress().played === player.progress().requests
  while (!call.signal.aborted && !isOver()) await systemClock.sleep(LOOK_EVERY_MS, call.signal).catch(() => undefined)
  // The last answer may still be on its way.
  await systemClock.sleep(tailMs(recording), call.signal).catch(() => undefined)
  print(say(language, 'done', { ...player.progress(), differences }))
  return differences === 0 && isOver() ? 0 : 1
}

function heading(call: Call, { header, events }: Recording, where: string, requests: number): readonly string[] {
  const { language } = call
  const seconds = Math.round((events.at(-1)?.atUs ?? 0) / 1e6)
  // A converter or a pseudo-terminal carries the bytes of a wire as they are.
  const kind = header.kind === 'tcp' ? 'tcp' : 'rtu-over-tcp'
  return [
    say(language, 'simulated', { bus: header.bus, from: new Date(header.startedAt).toISOString() }),
    say(language, 'facts', { requests, seconds }),
    say(language, 'where', { where, kind: where.includes(':') ? kind : 'rtu' }),
    say(language, 'ends'),
  ]
}

function differs(call: Call, { request, expected, came, skipped }: Divergence): string {
  const { language } = call
  const then = skipped === null ? say(language, 'silent') : say(language, 'skips', { count: skipped })
  const recorded = expected === null ? say(language, 'nothing') : hex(expected)
  return say(language, 'differs', { request, expected: recorded, came: hex(came), then })
}

/** How long after the last request something still came. */
function tailMs({ events }: Recording): number {
  const last = events.findLast(({ kind }) => kind === 'out')
  return last === undefined ? 0 : ((events.at(-1)?.atUs ?? 0) - last.atUs) / 1_000 + LOOK_EVERY_MS
}

function hex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0').toUpperCase()).join(' ')
}
