import type { Explanation } from '../contract/alarm.ts'
import type { Citation, LawFile, LawRecord } from '../contract/law.ts'
import { type Quantity, QUANTITIES, Unit, UNITS } from '../contract/quantity.ts'
import type { Id } from '../contract/text.ts'
import type { RuleFault } from './rule.ts'

/** The threshold library: its files by name. */
export type LawLibrary = ReadonlyMap<Id, LawFile>

/** Numbers of one record, in its quantity's own unit (a gas in %); null where it has none of that kind. */
export interface LegalNumbers {
  readonly alarm: number | null
  readonly act: number | null
  readonly restore: number | null
  readonly min: number | null
  readonly max: number | null
}

/** What a rule takes from the library: numbers, and what an explanation tells of where they come from. Plain JSON. */
export interface Legal {
  readonly record: Id
  readonly numbers: LegalNumbers
  readonly values: Explanation['values']
}

/** What a rule asks the library for. */
export interface LegalQuery {
  /** File of the library; may be absent where only one of them answers. */
  readonly law?: Id | undefined
  readonly edition?: string | undefined
  readonly quantity: Quantity
  /** By its place and, for gases, by the gas; or by its id. */
  readonly by: { readonly place: Id; readonly gas?: Id | undefined } | { readonly record: Id }
}

type Found = { readonly legal: Legal } | { readonly faults: readonly RuleFault[] }

/** The one record a rule means, or why there is none: faults with paths from the rule. */
export function findLegal(library: LawLibrary | undefined, query: LegalQuery): Found {
  if (library === undefined || library.size === 0)
    return fault([], 'expected a threshold library with the limits of the law, came none')
  const { law, quantity, by } = query
  const names = [...library.keys()].sort().join(', ')
  if (law !== undefined && !library.has(law))
    return fault(['law'], `expected a file of the threshold library (${names}), came ${law}`)
  const files = [...library.values()].filter((file) => law === undefined || file.library === law)
  const fitting = files.flatMap((file) =>
    file.records.filter((record) => record.quantity === quantity).map((record) => ({ file, record })),
  )
  const matches = fitting.filter(({ record }) =>
    'record' in by ? record.id === by.record : record.place === by.place && record.gas === by.gas,
  )
  const [match] = matches
  if (match === undefined)
    return fault(
      ...missing(
        fitting.map(({ record }) => record),
        query,
      ),
    )
  if (matches.length > 1)
    return fault(
      ['law'],
      `expected one of ${matches.map(({ file }) => file.library).join(', ')}, which all have such a limit`,
    )
  return cite(match.file, match.record, query.edition)
}

/** What is wrong with a file beyond its schema, on top of the one `below`, whose places and laws it may name. */
export function lawFaults(file: LawFile, below?: LawFile): RuleFault[] {
  const whole = below === undefined ? file : overlayLaw(below, file)
  const inherited = whole.records.length - file.records.length
  const taken = new Map<string, Id>()
  return whole.records.flatMap((record, index) => {
    const faults = index < inherited ? [] : [...recordFaults(whole, record)]
    for (const [name, key] of [
      ['id', `id ${record.id}`],
      ['place', keyOf(record)],
    ] as const) {
      if (key === null) continue
      const first = taken.get(key)
      if (first === undefined) taken.set(key, record.id)
      else faults.push({ key: name, message: `expected a record of its own, came ${key}, as record ${first} has` })
    }
    return faults.map(({ key, message }) => ({ path: ['records', index - inherited, key], message }))
  })
}

/** The shipped file with a site's own on top: its records stand in place of those with the same id, its names beside the others. */
export function overlayLaw(shipped: LawFile, own: LawFile): LawFile {
  const replaced = new Set(own.records.map(({ id }) => id))
  return {
    ...shipped,
    name: own.name,
    laws: { ...shipped.laws, ...own.laws },
    places: { ...shipped.places, ...own.places },
    records: [...shipped.records.filter(({ id }) => !replaced.has(id)), ...own.records],
  }
}

/** A number of a record in its quantity's own unit: 24 ppm are 0.0024 %. */
export function ownUnit(record: LawRecord, value: number): number {
  const unit = Unit.safeParse(record.unit).data
  // Powers of ten leave a tail: 24 · 0.0001 is 0.0024000000000000002.
  return unit === undefined ? value : Number((value * UNITS[unit].factor).toPrecision(12))
}

function fault(path: readonly (string | number)[], message: string): Found {
  return { faults: [{ path: ['with', ...path], message }] }
}

function missing(records: readonly LawRecord[], { by, quantity }: LegalQuery): [readonly string[], string] {
  if ('record' in by) return [['law'], `expected a file with a record ${by.record} of ${quantity}, came one without`]
  const here = records.filter(({ place }) => place === by.place)
  if (here.length === 0) {
    const places = unique(records.map(({ place }) => place))
    return [['place'], `expected a place with a limit for ${quantity} (${places}), came ${by.place}`]
  }
  const gases = unique(here.flatMap(({ gas }) => gas ?? []))
  return [['gas'], `expected a gas with a limit at ${by.place} (${gases}), came ${by.gas ?? 'none'}`]
}

function unique(names: readonly string[]): string {
  return [...new Set(names)].sort().join(', ')
}

function cite(file: LawFile, record: LawRecord, edition: string | undefined): Found {
  const cited = edition === undefined ? record.editions.at(-1) : record.editions.find((one) => one.edition === edition)
  if (cited === undefined) {
    const known = record.editions.map((one) => one.edition).join(', ')
    return fault(['edition'], `expected an edition that ${record.id} cites (${known}), came ${String(edition)}`)
  }
  const number = (value: number | undefined) => (value === undefined ? null : ownUnit(record, value))
  const { alarm, act, restore, min, max } = record
  const numbers = {
    alarm: number(alarm),
    act: number(act),
    restore: number(restore),
    min: number(min),
    max: number(max),
  }
  return { legal: { record: record.id, numbers, values: citationValues(file, record, cited) } }
}

function citationValues(file: LawFile, record: LawRecord, cited: Citation): Explanation['values'] {
  const law = file.laws[cited.law]
  // The same limit in the other numbering, for whoever holds the other book in hands.
  const other = record.editions.findLast(
    (one) => one.law === cited.law && one.edition !== cited.edition && one.article !== undefined,
  )
  return {
    itemZh: record.item['zh-CN'],
    itemEn: record.item.en,
    demandZh: record.demand?.['zh-CN'] ?? null,
    demandEn: record.demand?.en ?? null,
    lawZh: law?.name['zh-CN'] ?? null,
    lawEn: law?.name.en ?? null,
    lawKind: law?.kind ?? null,
    edition: cited.edition,
    article: cited.article ?? null,
    otherEdition: other?.edition ?? null,
    otherArticle: other?.article ?? null,
    verified: cited.verified ? 1 : 0,
    unit: record.unit ?? null,
  }
}

/** Two records must not both answer a rule that asks by place. */
function keyOf({ quantity, place, gas }: LawRecord): string | null {
  if (quantity !== 'gas' && quantity !== 'air_velocity') return null
  return ['place', place, quantity, ...(gas === undefined ? [] : [gas])].join(' ')
}

function* recordFaults(file: LawFile, record: LawRecord): Generator<{ key: string; message: string }> {
  const { place, quantity, unit, gas, alarm, act, restore, min, max } = record
  if (file.places[place] === undefined)
    yield {
      key: 'place',
      message: `expected one of the file's places (${Object.keys(file.places).join(', ')}), came ${place}`,
    }
  if (quantity !== undefined) {
    const { unit: own } = QUANTITIES[quantity]
    const fitting = Unit.options.filter((one) => UNITS[one].own === own)
    if (!fitting.some((one) => one === unit))
      yield { key: 'unit', message: `expected a unit of ${quantity} (${fitting.join(', ')}), came ${unit ?? 'none'}` }
  }
  if ((quantity === 'gas') !== (gas !== undefined))
    yield {
      key: 'gas',
      message: `expected a gas for quantity gas and for no other, came ${gas ?? 'none'} with ${quantity ?? 'none'}`,
    }
  if ([alarm, min, max].every((one) => one === undefined) && record.demand === undefined)
    yield { key: 'id', message: 'expected alarm, min, max or demand, came none of them' }
  for (const one of ['act', 'restore'] as const)
    if (record[one] !== undefined && alarm === undefined)
      yield { key: one, message: `expected alarm beside ${one}, came none` }
  if (act !== undefined && alarm !== undefined && act < alarm)
    yield { key: 'act', message: `expected a value not below alarm ${alarm}, came ${act}` }
  if (restore !== undefined && alarm !== undefined && restore > alarm)
    yield { key: 'restore', message: `expected a value not above alarm ${alarm}, came ${restore}` }
  if (min !== undefined && max !== undefined && min >= max)
    yield { key: 'min', message: `expected a value below max ${max}, came ${min}` }
  for (const { law } of record.editions)
    if (file.laws[law] === undefined)
      yield {
        key: 'editions',
        message: `expected one of the file's laws (${Object.keys(file.laws).join(', ')}), came ${law}`,
      }
  if (record.editions.some(({ verified }) => !verified) && record.note === undefined)
    yield {
      key: 'note',
      message: 'expected a note that says what is doubtful, because a citation is not verified; came none',
    }
}
