import type { ReadRequest } from '../../core/decode/modbus-pdu.ts'
import { numberOf } from '../../core/decode/registers.ts'
import { wordsText } from '../../gateway/technician/hex.ts'
import { type LiveDeps, type LiveExchange, readTable } from '../../gateway/technician/live.ts'
import { numberText } from '../../gateway/technician/unit-text.ts'
import type { Call } from '../command.ts'
import { speaker } from '../messages.ts'
import { textTable } from '../text-table.ts'

const say = speaker({
  address: { 'zh-CN': '地址', en: 'address' },
  floatHigh: { 'zh-CN': 'f32 高字在前', en: 'f32 high first' },
  floatLow: { 'zh-CN': 'f32 低字在前', en: 'f32 low first' },
  bit: { 'zh-CN': '位', en: 'bit' },
  asked: { 'zh-CN': '{asked}（{ms} ms）', en: '{asked} ({ms} ms)' },
  sent: { 'zh-CN': '  发 {bytes}', en: '  > {bytes}' },
  came: { 'zh-CN': '  收 {bytes}', en: '  < {bytes}' },
  nothing: { 'zh-CN': '（无）', en: '(nothing)' },
  failed: { 'zh-CN': '  失败：{why}', en: '  failed: {why}' },
  refused: { 'zh-CN': '  设备拒绝：{what}', en: '  the device refused: {what}' },
})

/** Prints cells of a table as they are, for a device without a profile; answers the exit code. Throws `link/down`, `link/busy`. */
export async function printTable(call: Call, request: ReadRequest, deps: LiveDeps): Promise<number> {
  const { language, print } = call
  const { answer, exchange } = await readTable(request, deps, call.signal)
  printExchange(call, exchange)
  if (answer === null || answer.kind === 'exception') return 1
  const place = (index: number) => `${request.address + index} (0x${hex4(request.address + index)})`
  if (answer.kind === 'bits') {
    const rows = answer.bits.map((bit, index) => [place(index), bit ? '1' : '0'])
    for (const line of textTable([say(language, 'address'), say(language, 'bit')], rows)) print(line)
    return 0
  }
  const { words } = answer
  const rows = words.map((word, index) => {
    const pair = words.slice(index, index + 2)
    const float = (order: 'high-first' | 'low-first') =>
      pair.length < 2 ? '' : floatText(numberOf(pair, 'f32', order))
    const single = (type: 'u16' | 's16') => String(numberOf([word], type, 'high-first'))
    return [place(index), wordsText([word]), single('u16'), single('s16'), float('high-first'), float('low-first')]
  })
  const heads = [say(language, 'address'), 'hex', 'u16', 's16', say(language, 'floatHigh'), say(language, 'floatLow')]
  for (const line of textTable(heads, rows, [2, 3, 4, 5])) print(line)
  return 0
}

/** Prints what was asked and what came, byte for byte. */
export function printExchange(
  { language, print }: Call,
  { asked, tookMs, sent, came, ...exchange }: LiveExchange,
): void {
  const bytes = (text: string) => (text === '' ? say(language, 'nothing') : text)
  print(say(language, 'asked', { asked, ms: tookMs.toFixed(1) }))
  print(say(language, 'sent', { bytes: bytes(sent) }))
  print(say(language, 'came', { bytes: bytes(came) }))
  const { error, refusal } = exchange
  if (error !== null) print(say(language, 'failed', { why: error.message }))
  if (refusal !== null) print(say(language, 'refused', { what: refusal }))
}

function floatText(value: number): string {
  return Number.isFinite(value) ? numberText(value) : String(value)
}

function hex4(address: number): string {
  return address.toString(16).toUpperCase().padStart(4, '0')
}
