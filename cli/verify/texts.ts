import type { HoleCause } from '../../core/contract/chain.ts'
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
    'zh-CN': '台账已被改动：第 {brokenAt} 条与前一条不符（共 {entries} 条）。',
    en: 'The ledger has been changed: entry {brokenAt} does not fit the one before (of {entries}).',
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
