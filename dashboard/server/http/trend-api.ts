import { SuppressionQuery, SuppressionRegister } from '../../../core/contract/suppressions.ts'
import { ManyHistory, ManyHistoryQuery, PointSearch, PointSearchQuery } from '../../../core/contract/trends.ts'
import { EVERYBODY, none, nothing, route } from './route.ts'

/** Routes of looking back: several points over time, points by name, and what was held back. */
export const TREND_API = {
  historyMany: route({
    method: 'GET',
    path: '/api/history/many',
    about: 'Up to 8 points of any sites over the same time, in the same columns. Those nobody has told of are named.',
    allowed: EVERYBODY,
    reach: 'filtered',
    params: none,
    query: ManyHistoryQuery,
    body: nothing,
    answer: ManyHistory,
  }),
  pointSearch: route({
    method: 'GET',
    path: '/api/points',
    about: 'Points whose names or ids, or those of their site or device, hold all of some words.',
    allowed: EVERYBODY,
    reach: 'filtered',
    params: none,
    query: PointSearchQuery,
    body: nothing,
    answer: PointSearch,
  }),
  suppressions: route({
    method: 'GET',
    path: '/api/suppressions',
    about:
      'What was held back between two instants, at most 400 days apart: who and why, until when, how many announcements. What is in force comes first.',
    allowed: EVERYBODY,
    reach: 'filtered',
    params: none,
    query: SuppressionQuery,
    body: nothing,
    answer: SuppressionRegister,
  }),
} as const
