import { controlDatabase } from '../control-database.ts'
import { type Command, UsageError } from '../command.ts'
import { isExport, verifyExport } from '../verify/export.ts'
import { say } from '../verify/texts.ts'

/** Checks what the control room has written down, without it: its ledger, or an exported proof of completeness. */
export const command: Command = {
  name: 'verify',
  summary: {
    'zh-CN': '核验监控中心台账，或核验导出的完整性证明',
    en: "verify a control room's ledger, or an exported proof of completeness",
  },
  operands: [
    {
      name: 'PATH',
      about: {
        'zh-CN': '监控中心的存储目录或数据目录；或完整性证明文件（.ndjson）',
        en: "the control room's store, or the data folder of up; or an exported proof (.ndjson)",
      },
    },
  ],
  options: {
    key: {
      value: 'FILE',
      about: {
        'zh-CN': '网关的公钥或证书（PEM）：只信任它的签名，不信任文件里的公钥',
        en: "the gateway's public key or certificate (PEM): trust its signatures, not the keys in the file",
      },
    },
  },
  run: async (call) => {
    const path = call.operand(0)
    if (await isExport(path)) return await verifyExport(path, call)
    if (call.option('key') !== null) throw new UsageError(say(call.language, 'keyForLedger'))
    const { verifyLedgerFile } = await import('../../dashboard/server/alarms/ledger.ts')
    const verdict = await verifyLedgerFile(controlDatabase(path))
    const { entries, brokenAt } = verdict
    call.print(say(call.language, verdict.intact ? 'intact' : 'broken', { entries, brokenAt: brokenAt ?? 0 }))
    return verdict.intact ? 0 : 1
  },
}
