import { DATA_TYPE } from '../../../platform/sparkplug.ts'
import { type Clause, type Finding, may, must, notApplicable, notSeen } from '../clause.ts'
import { metricsOf, type NodeView } from '../node-view.ts'

const DATASETS = [
  'payloads-dataset-column-size',
  'payloads-dataset-column-num-headers',
  'payloads-dataset-types-def',
  'payloads-dataset-types-num',
  'payloads-dataset-types-type',
  'payloads-dataset-types-value',
  'payloads-dataset-parameter-type-req',
  'payloads-template-dataset-value',
] as const

const TEMPLATES = [
  'topics-nbirth-templates',
  'payloads-template-definition-nbirth-only',
  'payloads-template-definition-is-definition',
  'payloads-template-definition-ref',
  'payloads-template-definition-members',
  'payloads-template-definition-nbirth',
  'payloads-template-definition-parameters',
  'payloads-template-instance-is-definition',
  'payloads-template-instance-ref',
  'payloads-template-instance-members',
  'payloads-template-instance-members-birth',
  'payloads-template-version',
  'payloads-template-ref-definition',
  'payloads-template-ref-instance',
  'payloads-template-is-definition',
  'payloads-template-is-definition-definition',
  'payloads-template-is-definition-instance',
  'payloads-template-parameter-name-required',
  'payloads-template-parameter-name-type',
  'payloads-template-parameter-value-type',
  'payloads-template-parameter-type-value',
  'payloads-template-parameter-type-req',
  'payloads-template-parameter-value',
] as const

const TEMPLATES_MAY = [
  'payloads-template-definition-parameters-default',
  'payloads-template-instance-members-data',
  'payloads-template-instance-parameters',
] as const

/** DataSets and Templates: they bind a node that sends some; the inside of what is sent is not looked into. (Sparkplug 3.0 §6.4.11–15) */
export const STRUCTURE_CLAUSES: readonly Clause[] = [
  ...DATASETS.map((id) => must(id, (view) => absent(view, DATA_TYPE.dataSet))),
  ...TEMPLATES.map((id) => must(id, (view) => absent(view, DATA_TYPE.template))),
  ...TEMPLATES_MAY.map((id) => may(id)),
]

function absent(view: NodeView, datatype: number): Finding {
  const births = view.messages.filter(({ type }) => type.endsWith('BIRTH'))
  if (births.length === 0) return notSeen('no-birth')
  const isSent = metricsOf(births).some(({ metric }) => metric.datatype === datatype)
  if (isSent) return notSeen('not-decoded')
  return notApplicable(datatype === DATA_TYPE.dataSet ? 'no-dataset' : 'no-template')
}
