import type { Language } from '../../core/contract/text.ts'
import type { ReasonCode } from '../../core/contract/reading.ts'
import type { Reason } from '../../gateway/technician/identify.ts'
import { GOOD_WORD, REASON_WORDS } from '../../gateway/technician/reason-words.ts'
import { numberText } from '../../gateway/technician/unit-text.ts'
import { speaker } from '../messages.ts'

const say = speaker({
  'in-range': { 'zh-CN': '{of} 个值中 {count} 个在量程内', en: '{count} of {of} values in range' },
  'out-of-range': { 'zh-CN': '超出量程：{points}', en: 'out of range: {points}' },
  'all-zero': { 'zh-CN': '所有值为 0，设备可能未接线', en: 'every value is 0: perhaps nothing is wired to it' },
  'voltages-alike': { 'zh-CN': '电压合理：{volts} V', en: 'voltages make sense: {volts} V' },
  'voltages-differ': { 'zh-CN': '各相电压不一致：{volts} V', en: 'phase voltages differ: {volts} V' },
  frequency: { 'zh-CN': '频率 {hertz} Hz', en: 'frequency {hertz} Hz' },
  'not-a-frequency': { 'zh-CN': '频率 {hertz} Hz 不合理', en: 'frequency {hertz} Hz makes no sense' },
  'power-fits': { 'zh-CN': '功率与电压、电流相符（{watts} W）', en: 'power fits volts and amperes ({watts} W)' },
  'power-misfits': {
    'zh-CN': '功率 {watts} W 与电压、电流算得的 {expected} W 不符',
    en: 'power {watts} W does not fit volts and amperes ({expected})',
  },
  'sum-fits': { 'zh-CN': '总功率等于各相之和', en: 'total power is the sum of the phases' },
  'sum-misfits': {
    'zh-CN': '总功率 {watts} W 不等于各相之和 {expected} W',
    en: 'total power {watts} W is not the sum of the phases, {expected} W',
  },
  'model-register': { 'zh-CN': '型号寄存器 {address} = {raw}', en: 'model register {address} = {raw}' },
  'other-model': {
    'zh-CN': '型号寄存器 {address} = {raw}，是别的型号',
    en: 'model register {address} = {raw}: another model',
  },
  'says-itself': { 'zh-CN': '设备自报“{text}”', en: 'says itself "{text}"' },
  answers: {
    'zh-CN': '该型号的 {of} 个请求应答了 {answered} 个',
    en: 'answered {answered} of {of} requests of its map',
  },
  unexplained: {
    'zh-CN': '另有 {count} 个应答此型号无法解释',
    en: 'gave {count} answers that this model does not explain',
  },
  'factory-line': { 'zh-CN': '线路设置为其出厂值', en: 'has its factory line settings' },
})

/** A reason of the scanner in a person's words. */
export function reasonText(language: Language, reason: Reason): string {
  const values = Object.entries(reason).map(([key, value]: [string, unknown]): [string, string] => [key, shown(value)])
  return say(language, reason.kind, Object.fromEntries(values))
}

function shown(value: unknown): string {
  if (typeof value === 'number') return numberText(Number(value.toPrecision(5)))
  return Array.isArray(value) ? value.map(shown).join(' / ') : String(value)
}

/** Good, or why not. */
export function qualityText(language: Language, reason: ReasonCode | null): string {
  return (reason === null ? GOOD_WORD : REASON_WORDS[reason])[language]
}
