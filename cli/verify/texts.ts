import type { HoleCause } from '../../core/contract/chain.ts'
import type { LedgerFault } from '../../core/contract/proof.ts'
import type { Bilingual } from '../../core/contract/text.ts'
import type { ExportFaultKind } from '../../dashboard/server/archive/check-chain.ts'
import { speaker } from '../messages.ts'

/** Sentences of `pitwatch verify`. */
export const say = speaker({
  intact: {
    'zh-CN': '台账完整：{entries} 条记录，逐条相扣，无一被改动。',
    en: 'The ledger is intact: {entries} entries, each fitting the one before.',
  },
  broken: {
    'zh-CN': '台账不完整：自第 {n} 条起不相符：{what}。',
    en: 'The ledger is not intact: the first entry that does not fit is {n}: {what}.',
  },
  faultTime: { 'zh-CN': '  所记时间：{at}', en: '  its time: {at}' },
  faultSays: { 'zh-CN': '  所记内容：{says}', en: '  it says: {says}' },
  faultExpected: { 'zh-CN': '  应为：{expected}', en: '  expected: {expected}' },
  faultCame: { 'zh-CN': '  实为：{came}', en: '  came: {came}' },
  head: {
    'zh-CN': '末条：第 {n} 条，{at}，哈希 {hash}',
    en: 'Last entry: {n}, {at}, hash {hash}',
  },
  root: {
    'zh-CN': '{day}：第 {first}–{last} 条，共 {entries} 条，校验码 {root}',
    en: '{day}: entries {first}–{last}, {entries} in all, root {root}',
  },
  rootUnsent: {
    'zh-CN': '{day}：第 {first}–{last} 条，共 {entries} 条，校验码 {root}（未发出）',
    en: '{day}: entries {first}–{last}, {entries} in all, root {root} (not sent)',
  },
  badExpect: {
    'zh-CN': '--expect：应为 序号:哈希 或 日期:校验码（至少 16 位十六进制），如 1234:0a1b…，实为 {came}',
    en: '--expect: expected N:HASH or DAY:ROOT with at least 16 hexadecimal digits, such as 1234:0a1b…, came {came}',
  },
  exportIntact: {
    'zh-CN': '文件完整：{links} 个链节逐个相扣，{bodies} 个数据包与其哈希相符，无一被改动。',
    en: 'The file is intact: {links} links each fit the one before, {bodies} bodies are those of their links.',
  },
  exportBroken: {
    'zh-CN': '文件已被改动，或不完整：{count} 处不符（{links} 个链节）。',
    en: 'The file has been changed or is not whole: {count} faults ({links} links).',
  },
  fault: { 'zh-CN': '  第 {line} 行：{what}。{detail}', en: '  line {line}: {what}. {detail}' },
  faultAt: {
    'zh-CN': '  第 {line} 行，数据流 {stream} 的第 {n} 个链节：{what}。{detail}',
    en: '  line {line}, link {n} of stream {stream}: {what}. {detail}',
  },
  faultIn: {
    'zh-CN': '  第 {line} 行，数据流 {stream} 的第 {n} 个链节（读数 {from}–{to}）：{what}。{detail}',
    en: '  line {line}, link {n} of stream {stream} (readings {from}–{to}): {what}. {detail}',
  },
  more: { 'zh-CN': '  另有 {count} 处未列出。', en: '  {count} more are not listed.' },
  complete: {
    'zh-CN': '{site}：{from} 至 {to} 数据完整，{readings} 个读数，缺 0 个。',
    en: '{site}: complete from {from} to {to}, {readings} readings, 0 missing.',
  },
  incomplete: {
    'zh-CN': '{site}：{from} 至 {to}，{readings} 个读数，缺 {missing} 个。空缺：',
    en: '{site}: {from} to {to}, {readings} readings, {missing} missing. Holes:',
  },
  hole: { 'zh-CN': '  {from} 至 {to}：{cause}', en: '  {from} to {to}: {cause}' },
  holeReadings: {
    'zh-CN': '  {from} 至 {to}：{cause}，{readings} 个读数',
    en: '  {from} to {to}: {cause}, {readings} readings',
  },
  uncertain: { 'zh-CN': '时间误差不超过 ±{seconds} 秒。', en: 'Times are right to ±{seconds} s.' },
  uncertainUnknown: {
    'zh-CN': '部分时间的误差无人能证明。',
    en: 'Nobody can say how far some of its times are off.',
  },
  signedGiven: {
    'zh-CN': '签名：全部 {signed} 个链节由 --key 给出的公钥担保。',
    en: 'Signatures: all {signed} links are vouched for by the key given with --key.',
  },
  signedFile: {
    'zh-CN':
      '签名：{signed} 个链节由文件自带的公钥担保，{unsigned} 个没有。要确认公钥属于谁，请用 --key 给出网关的公钥。',
    en: "Signatures: {signed} links are vouched for by the keys in the file itself, {unsigned} by none. Name the gateway's key with --key to be sure whose they are.",
  },
  signedNone: {
    'zh-CN': '签名：没有。哈希只能说明文件未被零星改动；要与台账中“导出完整性证明”一条里的哈希核对。',
    en: "Signatures: none. The hashes show that nothing was changed in passing; compare the last hashes with the ledger's entry of the export.",
  },
  chain: {
    'zh-CN': '  数据流 {stream}：链节 {first}–{last}，末尾哈希 {hash}',
    en: '  stream {stream}: links {first}–{last}, last hash {hash}',
  },
  badKey: {
    'zh-CN': '--key {path}：应为 PEM 格式的公钥或证书：{why}',
    en: '--key {path}: expected a public key or certificate as PEM: {why}',
  },
  ledgerOnly: {
    'zh-CN': '--expect 和 --roots 只用于核验台账',
    en: '--expect and --roots are for a ledger only',
  },
  keyForLedger: {
    'zh-CN': '--key 只用于核验完整性证明文件',
    en: '--key is for an exported proof of completeness only',
  },
  unreadable: { 'zh-CN': '{path}：读不出来：{why}', en: '{path}: it cannot be read: {why}' },
})

/** Why readings are missing. */
export const HOLES: Readonly<Record<HoleCause, Bilingual>> = {
  'on-its-way': { 'zh-CN': '还在网关里，尚未送达', en: 'still at the gateway' },
  'not-yet-told': { 'zh-CN': '网关还没有报告', en: 'not told by the gateway yet' },
  reduced: {
    'zh-CN': '网关存储已满，只留下每分钟的最小、平均、最大值',
    en: "the gateway's store was full: minutes are left",
  },
  dropped: { 'zh-CN': '网关存储已满，没有留下', en: "the gateway's store was full: nothing is left" },
  damaged: { 'zh-CN': '存储损坏，读不出来', en: 'damaged where it was stored' },
  power: { 'zh-CN': '断电', en: 'power cut' },
  disk: { 'zh-CN': '磁盘拒绝写入', en: 'the disk refused them' },
  stopped: { 'zh-CN': '网关被停止', en: 'the gateway was stopped' },
  killed: { 'zh-CN': '网关程序意外终止', en: "the gateway's program ended without a word" },
  'store-lost': { 'zh-CN': '网关存储丢失，换了新的', en: "the gateway's store was lost and another begun" },
}

/** What is wrong with an export. */
export const FAULTS: Readonly<Record<ExportFaultKind, Bilingual>> = {
  unreadable: { 'zh-CN': '这一行无法识别', en: 'this line cannot be read' },
  misplaced: { 'zh-CN': '这一行位置不对', en: 'this line stands where it may not' },
  'other-site': { 'zh-CN': '属于另一个站点', en: 'it is about another site' },
  doubled: { 'zh-CN': '链节重复', en: 'the link is doubled' },
  order: { 'zh-CN': '链节次序颠倒', en: 'the link is out of order' },
  missing: { 'zh-CN': '链节缺失', en: 'links are missing' },
  hash: { 'zh-CN': '链节被改动', en: 'the link has been changed' },
  chain: { 'zh-CN': '与前一个链节不相扣', en: 'it does not fit the link before it' },
  body: { 'zh-CN': '读数被改动', en: 'the readings have been changed' },
  signature: { 'zh-CN': '签名不符', en: 'the signature does not fit' },
  unsigned: { 'zh-CN': '没有签名担保', en: 'no signature vouches for it' },
  dating: { 'zh-CN': '定时记录不符', en: 'the dating does not fit' },
  certificate: { 'zh-CN': '证明与链节不符', en: 'the links bear out another proof' },
  end: { 'zh-CN': '文件末尾的校验不符', en: 'the end does not fit what stands before it' },
  'cut-off': { 'zh-CN': '文件末尾缺失', en: 'the end of the file is missing' },
}

/** What is wrong with an entry of a ledger. */
export const LEDGER_FAULTS: Readonly<Record<LedgerFault['kind'], Bilingual>> = {
  missing: { 'zh-CN': '此处缺失记录', en: 'entries are missing here' },
  content: { 'zh-CN': '内容被改动，与其哈希不符', en: 'its content was changed and does not fit its hash' },
  hash: { 'zh-CN': '哈希被改动', en: 'its hash was changed' },
  link: {
    'zh-CN': '与前一条不相扣，两条之一被重写',
    en: 'it does not follow the one before: one of the two was written anew',
  },
  time: { 'zh-CN': '时间早于前一条', en: 'it is older than the one before' },
  'no-entry': { 'zh-CN': '不是有效记录', en: 'it is no entry' },
  unreadable: { 'zh-CN': '文件在此处损坏', en: 'the file is damaged there' },
  root: { 'zh-CN': '当日校验码与已发出的不一致', en: "the day's root differs from the one that was made" },
  expected: { 'zh-CN': '与 --expect 给出的不一致', en: 'it is not what --expect says' },
  'cut-off': { 'zh-CN': '末尾被截断', en: 'the end is cut off' },
  'no-raise': { 'zh-CN': '有报警而无产生记录', en: 'there is an alarm and no entry of its raise' },
  'no-alarm': { 'zh-CN': '有产生记录而无报警', en: 'there is the entry of a raise and no alarm' },
}
