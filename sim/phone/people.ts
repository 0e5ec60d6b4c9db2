import type { Language } from '../../core/contract/text.ts'

/** An officer with a simulated phone. Nobody of this name exists, and nobody has these numbers. */
export interface Officer {
  readonly id: string
  readonly name: string
  readonly language: Language
  readonly role: 'duty' | 'leader'
  /** Number of the phone, in international form. */
  readonly number: string
  readonly mail: string
}

/** Who can be called in the fictional county: the duty officer, and the leader on duty. */
export const OFFICERS: readonly Officer[] = [
  {
    id: 'officer-he',
    name: '贺青松（模拟）',
    language: 'zh-CN',
    role: 'duty',
    number: '+8613900000001',
    mail: 'he@phones.simulated',
  },
  {
    id: 'officer-ye',
    name: 'Ye Tingyu (simulated)',
    language: 'en',
    role: 'leader',
    number: '+8613900000002',
    mail: 'ye@phones.simulated',
  },
]
