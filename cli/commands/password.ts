import { boxed } from '../columns.ts'
import type { Command } from '../command.ts'
import { COMMAND_LINE, withUsers } from '../control-users.ts'
import { speaker } from '../messages.ts'

const say = speaker({
  user: { 'zh-CN': '用户：{user}', en: 'user: {user}' },
  password: { 'zh-CN': '新密码：{password}', en: 'new password: {password}' },
  once: {
    'zh-CN': '只显示这一次；此用户已登录的会话全部失效。',
    en: 'Shown this once. Every session this user had has ended.',
  },
})

/** Gives a user of the control room a new generated password. */
export const command: Command = {
  name: 'password',
  summary: { 'zh-CN': '为监控中心的用户设新密码', en: 'give a user of the control room a new password' },
  operands: [{ name: 'USER', about: { 'zh-CN': '用户名，如 admin', en: 'user name, such as admin' } }],
  options: {
    data: {
      value: 'DIR',
      about: {
        'zh-CN': '监控中心的存储目录或数据目录（默认 data）',
        en: "the control room's store or up's data folder (default data)",
      },
    },
  },
  run: async (call) => {
    const user = call.operand(0)
    const { password } = await withUsers(call, (users) => users.resetPassword(user, COMMAND_LINE))
    const lines = (['user', 'password', 'once'] as const).map((key) => say(call.language, key, { user, password }))
    for (const line of boxed(lines)) call.print(line)
    return 0
  },
}
