import { parentPort, workerData } from 'node:worker_threads'
import { added, judge, NOTHING } from './judge.ts'

const { first, count }: { readonly first: number; readonly count: number } = workerData
let sum = NOTHING
for (let seed = first; seed < first + count; seed += 1) sum = added(sum, judge(seed))
parentPort?.postMessage(sum)
