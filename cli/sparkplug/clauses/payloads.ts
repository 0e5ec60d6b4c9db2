import { DATA_TYPE, type Property } from '../../../platform/sparkplug.ts'
import {
  type Clause,
  each,
  type Fault,
  faultIf,
  type Finding,
  may,
  must,
  notApplicable,
  notSeen,
  should,
} from '../clause.ts'
import { metricName, metricsOf, type NodeMessage, type NodeView, type PlacedMetric } from '../node-view.ts'
import { usesAliases } from './births.ts'
import { inSequence } from './messages.ts'

/** The last number of a data type, an array of DateTime. (Sparkplug 3.0 §6.4.16) */
const LAST_TYPE = 34

/** The last data type of a property value, PropertySetList; DataSet to Template are none. */
const PROPERTY_TYPES = {
  last: 21,
  none: [DATA_TYPE.dataSet, DATA_TYPE.bytes, DATA_TYPE.file, DATA_TYPE.template] as readonly number[],
}

/** 2001: what is below was meant as seconds. */
const EARLIEST_MS = 978_307_200_000

/** What is true of every payload. (Sparkplug 3.0 §6.4.5–6.4.9) */
export const PAYLOAD_CLAUSES: readonly Clause[] = [
  must('payloads-timestamp-in-UTC', (view) =>
    each(
      view.messages.filter(({ payload }) => payload?.timestamp !== undefined),
      'no-birth',
      (one) =>
        faultIf(!isMilliseconds(one.payload?.timestamp, view), one, `timestamp ${String(one.payload?.timestamp)}`),
    ),
  ),
  must('payloads-sequence-num-always-included', (view) =>
    each(
      view.messages.filter(({ type }) => type !== 'NDEATH'),
      'no-birth',
      (one) => faultIf(one.payload?.seq === undefined, one, 'no seq'),
    ),
  ),
  must('payloads-sequence-num-incrementing', (view) => inSequence(view, 'any')),
  must('payloads-name-requirement', (view) =>
    eachMetric(
      view,
      () => true,
      ({ metric }) => metric.name !== undefined || metric.alias !== undefined,
    ),
  ),
  must('payloads-alias-uniqueness', uniqueAliases),
  must('payloads-alias-birth-requirement', (view) =>
    withAliases(view, () =>
      eachMetric(view, isBirth, ({ metric }) => metric.alias === undefined || metric.name !== undefined),
    ),
  ),
  must('payloads-alias-data-cmd-requirement', (view) =>
    withAliases(view, () =>
      eachMetric(view, isData, ({ metric }) => metric.alias === undefined || metric.name === undefined),
    ),
  ),
  must('payloads-name-birth-data-requirement', (view) =>
    eachMetric(
      view,
      (one) => isBirth(one) || isData(one),
      ({ metric }) => metric.timestamp !== undefined,
    ),
  ),
  may('payloads-name-cmd-requirement'),
  must('payloads-metric-timestamp-in-UTC', (view) =>
    eachMetric(
      view,
      () => true,
      ({ metric }) => metric.timestamp === undefined || isMilliseconds(metric.timestamp, view),
    ),
  ),
  must('payloads-metric-datatype-value-type', (view) =>
    eachMetric(view, isBirth, ({ metric }) => metric.datatype === undefined || metric.datatype <= 0xffff_ffff),
  ),
  must('payloads-metric-datatype-value', (view) =>
    eachMetric(
      view,
      () => true,
      ({ metric: { datatype } }) => datatype === undefined || (datatype >= 1 && datatype <= LAST_TYPE),
    ),
  ),
  must('payloads-metric-datatype-req', (view) =>
    eachMetric(view, isBirth, ({ metric }) => metric.datatype !== undefined),
  ),
  should('payloads-metric-datatype-not-req', (view) =>
    eachMetric(view, isData, ({ metric }) => metric.datatype === undefined),
  ),
  must('payloads-propertyset-keys-array-size', propertyCounts),
  must('payloads-propertyset-values-array-size', propertyCounts),
  must('payloads-metric-propertyvalue-type-type', (view) =>
    eachProperty(
      view,
      () => true,
      ({ type }) => type <= 0xffff_ffff,
    ),
  ),
  must('payloads-metric-propertyvalue-type-value', (view) =>
    eachProperty(
      view,
      () => true,
      ({ type }) => type <= PROPERTY_TYPES.last && !PROPERTY_TYPES.none.includes(type),
    ),
  ),
  must('payloads-metric-propertyvalue-type-req', (view) => eachProperty(view, isBirth, ({ type }) => type > 0)),
  must('payloads-propertyset-quality-value-type', (view) => eachQuality(view, ({ type }) => type === DATA_TYPE.int32)),
  must('payloads-propertyset-quality-value-value', (view) =>
    eachQuality(view, ({ value }) => [0, 192, 500].includes(Number(value))),
  ),
]

function isBirth({ type }: NodeMessage): boolean {
  return type.endsWith('BIRTH')
}

function isData({ type }: NodeMessage): boolean {
  return type.endsWith('DATA')
}

/** Milliseconds since 1970: neither seconds nor a time far in the future. */
function isMilliseconds(told: number | undefined, { timeline }: NodeView): boolean {
  const latest = timeline.beganAt + timeline.lastedMs + 86_400_000
  return told !== undefined && told >= EARLIEST_MS && told <= latest
}

function eachMetric(
  view: NodeView,
  isMeant: (message: NodeMessage) => boolean,
  isKept: (metric: PlacedMetric) => boolean,
): Finding {
  const metrics = metricsOf(view.messages.filter((one) => isMeant(one)))
  return each(metrics, isMeant === isData ? 'no-ddata' : 'no-birth', (one) =>
    faultIf(!isKept(one), one.message, `metric ${metricName(one.metric)}`),
  )
}

function withAliases(view: NodeView, check: () => Finding): Finding {
  return usesAliases(view) ? check() : notApplicable('no-alias')
}

/** Over the whole node, from one NBIRTH to the next. */
function uniqueAliases(view: NodeView): Finding {
  return withAliases(view, () => {
    const owners = new Map<string, string>()
    return each(view.messages.filter(isBirth), 'no-birth', (birth): Fault | null => {
      if (birth.type === 'NBIRTH') owners.clear()
      const twice = birth.payload?.metrics.find(({ name, alias }) => {
        if (alias === undefined) return false
        const owner = `${birth.device ?? ''}/${name ?? ''}`
        const before = owners.get(String(alias))
        owners.set(String(alias), owner)
        return before !== undefined && before !== owner
      })
      return faultIf(twice !== undefined, birth, `alias ${String(twice?.alias)}`)
    })
  })
}

function propertyCounts(view: NodeView): Finding {
  const sets = view.messages.flatMap((one) =>
    one.shapes.flatMap(({ properties }) => (properties === null ? [] : [{ one, ...properties }])),
  )
  return each(sets, 'no-property', ({ one, keys, values }) =>
    faultIf(keys !== values, one, `${keys} keys, ${values} values`),
  )
}

function eachProperty(
  view: NodeView,
  isMeant: (message: NodeMessage) => boolean,
  isKept: (property: Property, key: string) => boolean,
): Finding {
  const found = metricsOf(view.messages.filter((one) => isMeant(one))).flatMap(({ message, metric }) =>
    Object.entries(metric.properties ?? {}).map(([key, property]) => ({ message, key, property })),
  )
  return each(found, 'no-property', ({ message, key, property }) =>
    faultIf(!isKept(property, key), message, `property ${key}`),
  )
}

function eachQuality(view: NodeView, isKept: (property: Property) => boolean): Finding {
  const found = metricsOf(view.messages).flatMap(({ message, metric }) => {
    const property = metric.properties?.Quality
    return property === undefined ? [] : [{ message, metric, property }]
  })
  if (found.length === 0) return notSeen('no-quality')
  return each(found, 'no-quality', ({ message, metric, property }) =>
    faultIf(!isKept(property), message, `Quality of ${metricName(metric)}: ${String(property.value)}`),
  )
}
