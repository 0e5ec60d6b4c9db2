import { type Command, UsageError } from '../command.ts'
import { speaker } from '../messages.ts'

const say = speaker({
  badAction: {
    'zh-CN': 'sparkplug：应为 lint，却是 {came}',
    en: 'sparkplug: expected lint, came {came}',
  },
})

/** Checks what an edge node says against the specification, clause by clause. */
export const command: Command = {
  name: 'sparkplug',
  summary: {
    'zh-CN': '逐条检查边缘节点是否符合 Sparkplug 3.0（只听不说）',
    en: 'check an edge node against every clause of Sparkplug 3.0 (it only listens)',
  },
  operands: [{ name: 'ACTION', about: { 'zh-CN': 'lint 检查', en: 'lint' } }],
  options: {
    broker: {
      value: 'URL',
      about: { 'zh-CN': 'MQTT 服务器，如 mqtt://127.0.0.1:1883', en: 'the broker, such as mqtt://127.0.0.1:1883' },
    },
    listen: {
      value: 'PORT',
      about: {
        'zh-CN': '在此端口代理到 --broker：节点改连此处，连接、遗嘱、订阅也可检查',
        en: 'stand between node and --broker at this port, so that CONNECT, will and subscriptions are seen too',
      },
    },
    user: {
      value: 'NAME',
      about: {
        'zh-CN': '订阅用的账号，口令取自环境变量 PITWATCH_MQTT_PASSWORD',
        en: 'account to subscribe with; its password is taken from PITWATCH_MQTT_PASSWORD',
      },
    },
    group: { value: 'GROUP', about: { 'zh-CN': '只看这个组', en: 'this group only' } },
    edge: { value: 'NAME', about: { 'zh-CN': '只看这个边缘节点', en: 'this edge node only' } },
    seconds: { value: 'N', about: { 'zh-CN': '监听多少秒（默认 60）', en: 'how long to listen (default 60)' } },
    json: { about: { 'zh-CN': '以 JSON 输出', en: 'print JSON' } },
  },
  run: async (call) => {
    const action = call.operand(0)
    if (action !== 'lint') throw new UsageError(say(call.language, 'badAction', { came: action }))
    return (await import('../sparkplug/lint-command.ts')).lintCommand(call)
  },
}
