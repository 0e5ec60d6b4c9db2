import type { SiteDetail } from '../../../core/contract/http.ts'
import type { PointRef } from '../../../core/contract/reading.ts'
import type { Quantity } from '../../../core/contract/quantity.ts'
import type { sitesZh } from '../i18n/sites-zh-cn.ts'
import type { Texts } from '../i18n/texts.ts'
import type { ShownSymbol } from '../parts/schematic-box.tsx'
import { qualityText } from '../parts/value.tsx'
import type { Route } from '../stores/route.ts'
import { numberText, unitOf, valueText } from './number.ts'
import { agoText } from './time.ts'

/** Limits of a point in words, such as `3.50 kW`; empty where it has none. */
export function limitText(ref: PointRef, quantity: Quantity, { limits }: Pick<SiteDetail, 'limits'>): string {
  const own = limits.filter(({ point }) => point === ref).map(({ limit }) => limit)
  return [...new Set(own)].map((limit) => `${numberText(limit, quantity)} ${unitOf(quantity)}`.trim()).join(' / ')
}

interface Reader {
  readonly texts: Texts
  readonly words: typeof sitesZh
  readonly detail: Pick<SiteDetail, 'limits'>
}

/** A symbol as one who does not see it hears it: what it is, whether it runs, its alarm, each value with unit, quality, age and limit. */
export function symbolSentence({ title, state, alarms, points, note }: ShownSymbol, reader: Reader): string {
  const { texts, words, detail } = reader
  const worst = alarms.map(({ priority }) => texts.priority[priority])
  const values = points.map(({ name, info, shown, ref }) => {
    const { text, unit } = valueText(shown.value, info.quantity, texts)
    const age = shown.ageMs === null ? '' : agoText(shown.ageMs, texts)
    const limit = limitText(ref, info.quantity, detail)
    return [
      `${name} ${text} ${unit}`.trim(),
      qualityText(shown, texts),
      age,
      limit === '' ? '' : `${words.limit} ${limit}`,
    ]
      .filter((part) => part !== '')
      .join(', ')
  })
  return [
    title,
    state === null ? '' : words.states[state],
    worst.length === 0 ? '' : words.inAlarm(worst.join(', ')),
    note?.text ?? '',
    ...values,
  ]
    .filter((part) => part !== '')
    .join('; ')
}

/** Where a symbol leads: the trends of its points, or what is technical of the site. */
export function routeOfSymbol({ points }: Pick<ShownSymbol, 'points'>, site: string): Route {
  if (points.length === 0) return { page: 'site', site, point: null, span: '15min', tab: 'technical' }
  return trendsRoute(
    site,
    points.map(({ ref }) => ref),
  )
}

/** The trends of points of one site. */
export function trendsRoute(site: string, points: readonly PointRef[]): Route {
  return { page: 'trends', query: { p: points.map((ref) => `${site}/${ref}`).join(',') } }
}
