import type { z } from 'zod'
import type { RuleConfig } from '../core/contract/site.ts'
import type { Bilingual } from '../core/contract/text.ts'

type Rule = z.input<typeof RuleConfig>

/** The meter's cover switch. */
export const COVER: Rule = {
  id: 'meter-cover',
  type: 'tamper',
  point: 'contacts/di-2',
  priority: 'red',
  name: { 'zh-CN': '电表开盖', en: 'Meter cover opened' },
  with: { offDelay: '20s' },
}

/** The cabinet's or the seal's door switch. */
export const DOOR: Rule = {
  id: 'door-open',
  type: 'tamper',
  point: 'contacts/di-1',
  priority: 'orange',
  name: { 'zh-CN': '门被打开', en: 'Door opened' },
  with: { offDelay: '20s' },
}

/** A point that has not been read for half a minute is not being watched. */
export function silent(id: string, point: string, name: Bilingual): Rule {
  return { id, type: 'stale', point, priority: 'yellow', name, with: { after: '30s', offDelay: '5s' } }
}
