import '../../../dashboard/web/kit/no-eval.ts'
import '../../../dashboard/web/style/tokens.css'
import { timeApply } from './apply.ts'
import { timeFilter } from './filter.ts'
import { timeMap } from './map.ts'
import { timeTiles } from './tiles.ts'

/** What a bench calls in the page that holds parts of ours without the rest. */
const probes = { timeApply, timeFilter, timeMap, timeTiles }
export type Probes = typeof probes

Object.assign(globalThis, { probes })
