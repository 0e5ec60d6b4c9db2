import { SystemReport } from '../../../core/contract/system.ts'
import { EVERYBODY, none, nothing, route } from './route.ts'

/** Routes of how everything that watches is doing. */
export const SYSTEM_API = {
  system: route({
    method: 'GET',
    path: '/api/system',
    about: "How the control room's machine and each gateway are doing.",
    allowed: EVERYBODY,
    reach: 'filtered',
    params: none,
    query: none,
    body: nothing,
    answer: SystemReport,
  }),
} as const
