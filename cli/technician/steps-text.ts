import type { Language } from '../../core/contract/text.ts'
import { wordsText } from '../../gateway/technician/hex.ts'
import type { LiveStep } from '../../gateway/technician/live.ts'
import { numberText, unitText } from '../../gateway/technician/unit-text.ts'
import { speaker } from '../messages.ts'
import { qualityText } from './words.ts'

const say = speaker({
  words: { 'zh-CN': '寄存器 {words}', en: 'registers {words}' },
  bit: { 'zh-CN': '位 {bit}', en: 'bit {bit}' },
  ordered: { 'zh-CN': '低字在前，调整为 {words}', en: 'low word first, so {words}' },
  raw: { 'zh-CN': '按 {type} 解读为 {raw}', en: 'as {type} that is {raw}' },
  digits: {
    'zh-CN': 'BCD 低字节在前：{digits}，{decimals} 位小数',
    en: 'BCD digits, low byte first: {digits}, {decimals} of them behind the point',
  },
  read: { 'zh-CN': '即 {value} {unit}', en: 'that is {value} {unit}' },
  bits: { 'zh-CN': '取第 {low}–{high} 位：{raw}', en: 'of it bits {low}–{high}: {raw}' },
  sentinel: {
    'zh-CN': '{raw} 表示设备没有此值（{said}）',
    en: '{raw} is how the device says that it has no value ({said})',
  },
  scaled: { 'zh-CN': '× {scale} + {offset} = {value} {unit}', en: '× {scale} + {offset} = {value} {unit}' },
  inside: { 'zh-CN': '在 {low}–{high} {unit} 之内', en: 'within {low} to {high} {unit}' },
  outside: { 'zh-CN': '不在 {low}–{high} {unit} 之内', en: 'not within {low} to {high} {unit}' },
  converted: { 'zh-CN': '{from} 换算 × {factor} = {value} {unit}', en: 'from {from}, × {factor} = {value} {unit}' },
  span: {
    'zh-CN': '现场量程 {from} 对应 {to}：{value} {unit}',
    en: 'on this site {from} means {to}: {value} {unit}',
  },
  inverted: { 'zh-CN': '常闭接点，取反：{value}', en: 'wired normally closed, so the other way round: {value}' },
  result: { 'zh-CN': '结果：{value} {unit}，{quality}', en: 'result: {value} {unit}, {quality}' },
})

/** One step from registers to value, in a person's words. */
export function stepText(language: Language, step: LiveStep): string {
  switch (step.key) {
    case 'words':
    case 'ordered':
      return say(language, step.key, { words: wordsText(step.words) })
    case 'bit':
      return say(language, 'bit', { bit: step.bit ? 1 : 0 })
    case 'digits':
      return say(language, 'digits', { digits: step.digits, decimals: step.decimals })
    case 'read':
      return say(language, 'read', { value: numberText(step.value), unit: unitText(step.unit) }).trimEnd()
    case 'raw':
      return say(language, 'raw', { type: step.type, raw: step.raw })
    case 'bits':
      return say(language, 'bits', { low: step.low, high: step.high, raw: step.raw })
    case 'sentinel':
      return say(language, 'sentinel', { raw: step.raw, said: qualityText(language, step.reason) })
    case 'scaled':
      return say(language, 'scaled', { ...step, unit: unitText(step.unit) })
    case 'range': {
      const { low, high, unit } = step
      return say(language, step.inside ? 'inside' : 'outside', { low, high, unit: unitText(unit) }).trimEnd()
    }
    case 'converted':
      return say(language, 'converted', { ...step, from: unitText(step.from), unit: unitText(step.unit) })
    case 'span': {
      const ends = { from: step.from.join('–'), to: step.to.join('–') }
      return say(language, 'span', { ...ends, value: step.value, unit: unitText(step.unit) })
    }
    case 'inverted':
      return say(language, 'inverted', { value: String(step.value) })
    case 'result': {
      const value = valueText(step.value)
      return say(language, 'result', { value, unit: unitText(step.unit), quality: qualityText(language, step.reason) })
    }
  }
}

/** A value for a table; a missing one is a dash, never a number. */
export function valueText(value: number | boolean | null): string {
  if (value === null) return '—'
  return typeof value === 'number' ? numberText(value) : String(value)
}
