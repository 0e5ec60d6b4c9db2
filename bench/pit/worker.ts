import { parentPort, workerData } from 'node:worker_threads'
import { rehearse, type Task } from './rehearsal.ts'

const task: Task = workerData
parentPort?.postMessage(rehearse(task))
