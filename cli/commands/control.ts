import { dirname, resolve } from 'node:path'
import { boxed } from '../columns.ts'
import type { Command } from '../command.ts'
import { speaker } from '../messages.ts'

const say = speaker({
  running: {
    'zh-CN': '监控中心正在运行：{url}，消息代理 {broker}。Ctrl-C 结束。',
    en: 'The control room is running: {url}, broker {broker}. Ctrl-C ends it.',
  },
  first: { 'zh-CN': '首次启动：管理员账号', en: 'First start: the administrator' },
  user: { 'zh-CN': '用户：admin', en: 'user: admin' },
  password: { 'zh-CN': '密码：{password}', en: 'password: {password}' },
  once: {
    'zh-CN': '此密码只显示这一次，请立即保存。',
    en: 'This password is shown once, now. Write it down.',
  },
})

/** Runs the control room until it is told to end. */
export const command: Command = {
  name: 'control',
  summary: { 'zh-CN': '运行监控中心', en: 'run the control room' },
  operands: [
    {
      name: 'FILE',
      about: { 'zh-CN': '监控中心配置 control.yaml', en: "the control room's configuration, control.yaml" },
    },
  ],
  options: {},
  run: async (call) => {
    const { runControlRoom } = await import('../../dashboard/server/main.ts')
    const { loadControlConfig } = await import('../../dashboard/server/config.ts')
    const path = resolve(call.operand(0))
    const config = loadControlConfig(path)
    await runControlRoom(config, {
      clock: call.clock,
      log: call.log,
      signal: call.signal,
      baseFolder: dirname(path),
      onReady: (facts) => {
        const password = facts.administratorPassword
        // A secret does not go into a log file; the program that started this one shows it.
        if (password !== null && !call.isChild) {
          const lines = (['first', 'user', 'password', 'once'] as const).map((key) =>
            say(call.language, key, { password }),
          )
          for (const line of boxed(lines)) call.print(line)
        }
        call.print(say(call.language, 'running', { url: facts.url, broker: facts.brokerUrl }))
        call.tell({ kind: 'ready', facts })
      },
    })
    return 0
  },
}
