import { dirname, resolve } from 'node:path'
import type { Command } from '../command.ts'
import { speaker } from '../messages.ts'

const say = speaker({
  running: {
    'zh-CN': '看守程序正在运行：{socket}。Ctrl-C 结束。',
    en: 'The watchman is running: {socket}. Ctrl-C ends it.',
  },
  modem: { 'zh-CN': '短信模块：{path}', en: 'modem: {path}' },
  noModem: {
    'zh-CN': '未配置短信模块（watchman.modem）：不能发短信。',
    en: 'No modem in the configuration (watchman.modem): it cannot text.',
  },
  buzzer: { 'zh-CN': '蜂鸣器：{path}', en: 'buzzer: {path}' },
  noBuzzer: {
    'zh-CN': '未配置蜂鸣器（watchman.buzzer）。',
    en: 'No buzzer in the configuration (watchman.buzzer).',
  },
})

/** Runs the watchman until it is told to end. */
export const command: Command = {
  name: 'watchman',
  summary: {
    'zh-CN': '运行看守程序：持有短信模块和蜂鸣器，从外部监视监控中心',
    en: 'run the watchman: it holds modem and buzzer and watches the control room from outside',
  },
  operands: [
    {
      name: 'FILE',
      about: {
        'zh-CN': '监控中心配置 control.yaml，与监控中心使用同一份',
        en: "the control room's configuration, control.yaml: the same file",
      },
    },
  ],
  options: {},
  run: async (call) => {
    const { runWatchman } = await import('../../dashboard/watchman/main.ts')
    const { loadControlConfig } = await import('../../dashboard/server/config.ts')
    const path = resolve(call.operand(0))
    const config = loadControlConfig(path)
    await runWatchman(config, {
      clock: call.clock,
      log: call.log,
      signal: call.signal,
      baseFolder: dirname(path),
      onReady: (facts) => {
        const { language } = call
        const { modem, buzzer } = facts
        call.print(modem === null ? say(language, 'noModem') : say(language, 'modem', { path: modem }))
        call.print(buzzer === null ? say(language, 'noBuzzer') : say(language, 'buzzer', { path: buzzer }))
        call.print(say(language, 'running', { socket: facts.socket }))
        call.tell({ kind: 'ready', facts })
      },
    })
    return 0
  },
}
