import type { ReasonCode } from '../../core/contract/reading.ts'
import type { Bilingual } from '../../core/contract/text.ts'

/** Why a value is not good, in a word or two. */
export const REASON_WORDS: Readonly<Record<ReasonCode, Bilingual>> = {
  timeout: { 'zh-CN': '无应答', en: 'no answer' },
  exception: { 'zh-CN': '设备拒绝', en: 'refused' },
  'link-down': { 'zh-CN': '线路断开', en: 'line down' },
  malformed: { 'zh-CN': '应答有误', en: 'malformed' },
  sentinel: { 'zh-CN': '设备称无此值', en: 'not available' },
  'not-a-number': { 'zh-CN': '不是数', en: 'not a number' },
  'out-of-range': { 'zh-CN': '超出量程', en: 'out of range' },
  'open-loop': { 'zh-CN': '回路断线', en: 'open loop' },
  expired: { 'zh-CN': '过期', en: 'expired' },
  'identity-mismatch': { 'zh-CN': '设备被更换', en: 'other device' },
  'stream-lost': { 'zh-CN': '视频流中断', en: 'stream lost' },
}

export const GOOD_WORD: Bilingual = { 'zh-CN': '良好', en: 'good' }
