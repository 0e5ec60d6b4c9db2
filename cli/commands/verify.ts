import { controlDatabase } from '../control-database.ts'
import { type Command, UsageError } from '../command.ts'
import { kindOf, verifyExport } from '../verify/export.ts'
import { verifyLedger } from '../verify/ledger.ts'
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
        'zh-CN': '监控中心的存储目录、数据目录或 control.sqlite；或完整性证明文件（.ndjson）',
        en: "the control room's store, the data folder of up, or control.sqlite itself; or an exported proof (.ndjson)",
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
    expect: {
      value: 'N:HASH',
      about: {
        'zh-CN': '核查单或短信上的“序号:哈希”或“日期:校验码”：台账里必须有它',
        en: 'N:HASH or DAY:ROOT from a sheet or a message: the ledger must have it',
      },
    },
    roots: { about: { 'zh-CN': '打印每日校验码', en: 'print the root of each day' } },
  },
  run: async (call) => {
    const path = call.operand(0)
    const kind = await kindOf(path)
    if (kind === 'export') {
      if (call.option('expect') !== null || call.has('roots')) throw new UsageError(say(call.language, 'ledgerOnly'))
      return await verifyExport(path, call)
    }
    if (call.option('key') !== null) throw new UsageError(say(call.language, 'keyForLedger'))
    return await verifyLedger(kind === 'database' ? path : controlDatabase(path), call)
  },
}
