import { closeSync, openSync, writeSync } from 'node:fs'
import { HouseError, messageOf } from '../../core/kit/errors.ts'
import type { Call, Command } from '../command.ts'

/** Rehearses a site's rules on what was recorded, or a change of them against the rules as they were. */
export const command: Command = {
  name: 'backtest',
  summary: {
    'zh-CN': '用历史数据预演站点的规则：会报哪些警、值班能否承受；规则改动前后的差别',
    en: "rehearse a site's rules on its history: which alarms, can the desk bear them, what does a change do",
  },
  operands: [],
  options: {
    site: {
      value: 'FILE',
      about: { 'zh-CN': '要预演的站点文件（site.yaml）', en: 'the site file to rehearse (site.yaml)' },
    },
    input: {
      value: 'FILE',
      about: {
        'zh-CN': '读数文件，每行一个 JSON 对象；- 为标准输入',
        en: 'readings, one JSON object a line; - for standard input',
      },
    },
    from: {
      value: 'TIME',
      about: {
        'zh-CN': '或：监控中心历史数据的开始时间（2026-11-01T00:00+08:00，或毫秒）',
        en: 'or: from when on in what the control room has kept (2026-11-01T00:00+08:00, or ms)',
      },
    },
    to: { value: 'TIME', about: { 'zh-CN': '历史数据的结束时间', en: 'until when' } },
    data: {
      value: 'PATH',
      about: {
        'zh-CN': '监控中心的数据目录、存储目录或 control.yaml（默认 data）',
        en: "the control room's data folder, store or control.yaml (default data)",
      },
    },
    'learn-until': {
      value: 'TIME',
      about: {
        'zh-CN': '此前只学习，不输出报警',
        en: 'before it rules only learn: no alarm is put out',
      },
    },
    out: {
      value: 'FILE',
      about: { 'zh-CN': '报警输出文件（默认标准输出）', en: 'where alarms go (default: standard output)' },
    },
    against: {
      value: 'FILE',
      about: {
        'zh-CN': '改动前的站点文件：列出新增、消失、提前、推迟的报警；会漏掉已确认事件或误报增加超过 20 % 时以 1 退出',
        en: 'the site file before the change: alarms added, removed, earlier, later; exit 1 when a confirmed incident would be lost or false alarms rise by more than 20 %',
      },
    },
    incidents: {
      value: 'FILE',
      about: {
        'zh-CN': '已确认的事件，每行 {"from", "to", "note"}',
        en: 'confirmed incidents, {"from", "to", "note"} a line',
      },
    },
    json: { about: { 'zh-CN': '以 JSON 输出汇总', en: 'the summary as JSON' } },
  },
  run: async (call) => {
    const { backtestOptions } = await import('../backtest/options.ts')
    const { backtest } = await import('../backtest/backtest.ts')
    const options = backtestOptions(call)
    using out = options.out === null ? printed(call) : written(options.out)
    return await backtest(options, call, out.line)
  },
}

interface Out extends Disposable {
  readonly line: (text: string) => void
}

function printed(call: Call): Out {
  return { line: call.print, [Symbol.dispose]: () => undefined }
}

function written(path: string): Out {
  try {
    const file = openSync(path, 'w')
    return { line: (text) => void writeSync(file, `${text}\n`), [Symbol.dispose]: () => closeSync(file) }
  } catch (error) {
    throw new HouseError('config/unreadable', `--out ${path}: cannot be written: ${messageOf(error)}`, { path }, error)
  }
}
