import type { Language } from '../../core/contract/text.ts'

/** An officer with a simulated phone. Nobody of this name exists. */
export interface Officer {
  readonly id: string
  readonly name: string
  readonly language: Language
  readonly role: 'first' | 'second'
}

/** Who is on duty in the fictional county, first called first. */
export const OFFICERS: readonly Officer[] = [
  { id: 'officer-he', name: '贺青松（模拟）', language: 'zh-CN', role: 'first' },
  { id: 'officer-ye', name: 'Ye Tingyu (simulated)', language: 'en', role: 'second' },
]
