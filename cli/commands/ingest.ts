import { dirname, resolve } from 'node:path'
import { Id } from '../../core/contract/text.ts'
import { type Command, UsageError } from '../command.ts'
import { speaker } from '../messages.ts'

const say = speaker({
  running: {
    'zh-CN': '接收进程 {name} 正在运行，分担数据链的接收。Ctrl-C 结束。',
    en: 'Worker {name} is running and takes a share of the links. Ctrl-C ends it.',
  },
  badName: {
    'zh-CN': '--name：应为小写字母、数字和连字符，却是 {came}',
    en: '--name: expected lower-case letters, digits and hyphens, came {came}',
  },
})

/** Runs a worker beside a control room: it takes a share of the links a fleet sends. */
export const command: Command = {
  name: 'ingest',
  summary: {
    'zh-CN': '运行一个接收进程，与监控中心分担数据链的接收',
    en: "run a worker that takes a share of the fleet's links beside the control room",
  },
  operands: [
    {
      name: 'FILE',
      about: {
        'zh-CN': '监控中心配置 control.yaml，须有 broker.share',
        en: "the control room's configuration, control.yaml, with broker.share",
      },
    },
  ],
  options: {
    name: {
      value: 'NAME',
      about: { 'zh-CN': '本进程的名称，各进程不同（默认 1）', en: 'tells this worker from others (default 1)' },
    },
  },
  run: async (call) => {
    const { runIngestWorker } = await import('../../dashboard/server/worker-program.ts')
    const { loadControlConfig } = await import('../../dashboard/server/config.ts')
    const path = resolve(call.operand(0))
    const name = call.option('name') ?? '1'
    if (!Id.safeParse(name).success) throw new UsageError(say(call.language, 'badName', { came: name }))
    let isSaid = false
    await runIngestWorker(loadControlConfig(path), {
      ...{ clock: call.clock, log: call.log, signal: call.signal, baseFolder: dirname(path), name },
      onReady: () => {
        if (isSaid) return
        isSaid = true
        call.print(say(call.language, 'running', { name }))
        call.tell({ kind: 'ready', facts: { name } })
      },
    })
    return 0
  },
}
