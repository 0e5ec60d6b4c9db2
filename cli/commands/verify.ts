import { controlDatabase } from '../control-database.ts'
import type { Command } from '../command.ts'
import { speaker } from '../messages.ts'

const say = speaker({
  intact: {
    'zh-CN': '台账完整：{entries} 条记录，逐条相扣，无一被改动。',
    en: 'The ledger is intact: {entries} entries, each fitting the one before.',
  },
  broken: {
    'zh-CN': '台账已被改动：第 {brokenAt} 条与前一条不符（共 {entries} 条）。',
    en: 'The ledger has been changed: entry {brokenAt} does not fit the one before (of {entries}).',
  },
})

/** Checks the hash chain of a control room's ledger without changing anything, also while it runs. */
export const command: Command = {
  name: 'verify',
  summary: {
    'zh-CN': '核验监控中心台账的哈希链',
    en: "verify the hash chain of a control room's ledger",
  },
  operands: [
    {
      name: 'FOLDER',
      about: { 'zh-CN': '监控中心的存储目录或数据目录', en: "the control room's store, or the data folder of up" },
    },
  ],
  options: {},
  run: async (call) => {
    const { verifyLedgerFile } = await import('../../dashboard/server/alarms/ledger.ts')
    const verdict = await verifyLedgerFile(controlDatabase(call.operand(0)))
    const { entries, brokenAt } = verdict
    call.print(say(call.language, verdict.intact ? 'intact' : 'broken', { entries, brokenAt: brokenAt ?? 0 }))
    return verdict.intact ? 0 : 1
  },
}
