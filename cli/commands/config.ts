import type { Command } from '../command.ts'
import { UsageError } from '../command.ts'
import { speaker } from '../messages.ts'

const say = speaker({
  badAction: {
    'zh-CN': 'config：应为 push、list、show、diff 或 rollback，却是 {came}',
    en: 'config: expected push, list, show, diff or rollback, came {came}',
  },
})

/** Sends a site another configuration from the control room's machine, and looks at what was sent. */
export const command: Command = {
  name: 'config',
  summary: {
    'zh-CN': '从监控中心向站点下发配置，查看、比较和回退版本',
    en: 'send a site another configuration; look at, compare and go back to versions',
  },
  operands: [
    {
      name: 'ACTION',
      about: {
        'zh-CN': 'push 下发，list 列出，show 显示，diff 比较，rollback 回退',
        en: 'push, list, show, diff or rollback',
      },
    },
    {
      name: 'FILE|SITE',
      about: { 'zh-CN': 'push：site.yaml；其余：站点号', en: 'push: site.yaml; the others: the id of a site' },
    },
    {
      name: 'VERSION',
      isOptional: true,
      about: {
        'zh-CN': 'show、diff：默认最新；rollback：退回到哪个版本',
        en: 'show, diff: the newest when absent; rollback: which one to go back to',
      },
    },
    {
      name: 'OTHER',
      isOptional: true,
      about: {
        'zh-CN': 'diff：与哪个版本比较（默认前一个）',
        en: 'diff: the version to compare it with (the one before)',
      },
    },
  ],
  options: {
    data: {
      value: 'DIR',
      about: {
        'zh-CN': '监控中心的存储目录或数据目录（默认 data）',
        en: "the control room's store or up's data folder (default data)",
      },
    },
    wait: {
      value: 'DURATION',
      about: {
        'zh-CN': 'push、rollback：等网关答复多久（默认 3min）',
        en: 'push, rollback: how long to wait for what the gateway says (default 3min)',
      },
    },
  },
  run: async (call) => {
    const { diffVersions, listVersions, pushFile, rollBack, showVersion } = await import('../config/actions.ts')
    const action = call.operand(0)
    switch (action) {
      case 'push':
        return await pushFile(call)
      case 'list':
        return await listVersions(call)
      case 'show':
        return await showVersion(call)
      case 'diff':
        return await diffVersions(call)
      case 'rollback':
        return await rollBack(call)
      default:
        throw new UsageError(say(call.language, 'badAction', { came: action }))
    }
  },
}
