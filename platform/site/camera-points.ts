import type { Quantity } from '../../core/contract/quantity.ts'
import type { Bilingual } from '../../core/contract/text.ts'

/** The points every camera has, whatever its make; the driver fixes them. */
export const CAMERA_POINTS: readonly {
  readonly point: string
  readonly quantity: Quantity
  readonly name: Bilingual
}[] = [
  { point: 'stream', quantity: 'stream', name: { 'zh-CN': '事件流', en: 'event stream' } },
  { point: 'human', quantity: 'presence', name: { 'zh-CN': '有人', en: 'person' } },
  { point: 'vehicle', quantity: 'presence', name: { 'zh-CN': '有车', en: 'vehicle' } },
]
