import type { RuleConfig } from '../../core/contract/site.ts'
import type { Bilingual } from '../../core/contract/text.ts'

/** The device a gateway is to itself. No other of the site has its name. */
export const SELF = 'gateway'

/** Everything a gateway says of itself, each a truth that should be false, with the rule that guards it. */
export const SIGNS = [
  {
    point: 'store-fault',
    name: { 'zh-CN': '网关存储', en: 'Gateway store' },
    priority: 'orange',
    with: { watches: 'store' },
  },
  {
    point: 'store-reduced',
    name: { 'zh-CN': '网关存储空间', en: 'Room in the gateway store' },
    priority: 'orange',
    with: { watches: 'room' },
  },
  {
    point: 'clock-unsure',
    name: { 'zh-CN': '网关时间', en: "The gateway's time" },
    priority: 'yellow',
    // Whoever starts without the time is told it by the control room within seconds, where there is one.
    with: { watches: 'clock', onDelay: '10min' },
  },
] as const satisfies readonly (Pick<RuleConfig, 'priority' | 'with'> & {
  readonly point: string
  readonly name: Bilingual
})[]

export type Sign = (typeof SIGNS)[number]['point']

/** What the gateway says of itself, as quantities of points; for rules and the checks of a configuration. */
export const SELF_POINTS = SIGNS.map(({ point, name }) => ({
  ref: `${SELF}/${point}`,
  quantity: 'fault' as const,
  name,
}))

/** The rules that guard what it says, but for points that a configured rule watches; `taken` are ids that are not free. */
export function selfRules(watched: readonly (string | undefined)[], taken: readonly string[]): RuleConfig[] {
  return SIGNS.flatMap(({ point, name, priority, with: params }): RuleConfig[] => {
    const [ref, id] = [`${SELF}/${point}`, `${SELF}-${point}`]
    if (watched.includes(ref) || taken.includes(id)) return []
    return [{ id, type: 'fault', point: ref, priority, name, with: params }]
  })
}
