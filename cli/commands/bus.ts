import type { Command } from '../command.ts'
import { UsageError } from '../command.ts'
import { speaker } from '../messages.ts'

const say = speaker({
  badAction: {
    'zh-CN': 'bus：应为 record 或 replay，却是 {came}',
    en: 'bus: expected record or replay, came {came}',
  },
})

/** Records every byte of a bus with its time, and plays it again. */
export const command: Command = {
  name: 'bus',
  summary: {
    'zh-CN': '录制总线上的全部字节，并原样重放，使现场故障成为可重复的测试',
    en: 'record every byte of a bus, and play it again, so that a fault in the field becomes a test',
  },
  operands: [
    { name: 'ACTION', about: { 'zh-CN': 'record 录制，replay 重放', en: 'record or replay' } },
    {
      name: 'FILE',
      about: { 'zh-CN': 'record：site.yaml；replay：录制文件', en: 'record: site.yaml; replay: a recording' },
    },
  ],
  options: {
    bus: {
      value: 'ID',
      about: { 'zh-CN': 'record：哪条总线（仅一条时可省）', en: 'record: which bus (not needed where there is one)' },
    },
    for: {
      value: 'DURATION',
      about: { 'zh-CN': 'record：时长（默认 10min）', en: 'record: how long (default 10min)' },
    },
    out: {
      value: 'FILE',
      about: {
        'zh-CN': 'record：写入何处（默认 总线号.bus，覆盖）',
        en: 'record: where to (default ID.bus, replaced)',
      },
    },
    host: {
      value: 'HOST',
      about: { 'zh-CN': 'replay：监听地址（默认 127.0.0.1）', en: 'replay: address (default 127.0.0.1)' },
    },
    port: {
      value: 'N',
      about: { 'zh-CN': 'replay：TCP 端口（默认任选）', en: 'replay: TCP port (any free one when absent)' },
    },
    pty: {
      value: 'PATH',
      about: { 'zh-CN': 'replay：另开一个串口（需 socat）', en: 'replay: offer a serial port as well (needs socat)' },
    },
  },
  run: async (call) => {
    const action = call.operand(0)
    // Each loads what it needs only.
    if (action === 'record') return (await import('../bus/record.ts')).record(call, call.operand(1))
    if (action === 'replay') return (await import('../bus/replay.ts')).replayFile(call, call.operand(1))
    throw new UsageError(say(call.language, 'badAction', { came: action }))
  },
}
