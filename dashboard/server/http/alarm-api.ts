import type { z } from 'zod'
import { Alarm } from '../../../core/contract/alarm.ts'
import {
  AcknowledgeAlarm,
  AcknowledgeMany,
  AddFinding,
  AddNote,
  Assign,
  EndSuppression,
  OutOfService,
  Reset,
  Shelve,
  Suppress,
  Withdraw,
} from '../../../core/contract/acts.ts'
import { AlarmRowQuery, AlarmRows } from '../../../core/contract/alarm-row.ts'
import { AlarmList, AlarmQuery, JudgeAlarm } from '../../../core/contract/http.ts'
import { alarmId, EVERYBODY, none, nothing, OPERATORS, route } from './route.ts'

/** An act of an operator on one alarm; the answer is the alarm as it is then. */
function act<B extends z.ZodType>(name: string, about: string, body: B) {
  const path = `/api/alarms/:id/${name}`
  return route({
    method: 'POST',
    path,
    about,
    allowed: OPERATORS,
    reach: 'alarm',
    params: alarmId,
    query: none,
    body,
    answer: Alarm,
  })
}

/** Routes of alarms and of what people do about them. */
export const ALARM_API = {
  alarms: route({
    method: 'GET',
    path: '/api/alarms',
    about: 'Alarms, newest first.',
    allowed: EVERYBODY,
    reach: 'filtered',
    params: none,
    query: AlarmQuery,
    body: nothing,
    answer: AlarmList,
  }),
  alarmRows: route({
    method: 'GET',
    path: '/api/alarms/rows',
    about:
      'What a list says of alarms: every open one, whenever it was raised, and the closed ones raised since a time, newest first. A tenth of the size of the alarms themselves.',
    allowed: EVERYBODY,
    reach: 'filtered',
    params: none,
    query: AlarmRowQuery,
    body: nothing,
    answer: AlarmRows,
  }),
  alarm: route({
    method: 'GET',
    path: '/api/alarms/:id',
    about: 'One alarm.',
    allowed: EVERYBODY,
    reach: 'alarm',
    params: alarmId,
    query: none,
    body: nothing,
    answer: Alarm,
  }),
  acknowledge: act(
    'acknowledge',
    'Acknowledges an alarm. Red and orange need a note of at least 4 characters. A phone says when it was said, and the newest raise it knew of: a later one is not acknowledged.',
    AcknowledgeAlarm,
  ),
  acknowledgeMany: route({
    method: 'POST',
    path: '/api/alarms/acknowledge',
    about: 'Acknowledges up to 200 alarms for one reason, none of them red: all of them or none.',
    allowed: OPERATORS,
    reach: 'filtered',
    params: none,
    query: none,
    body: AcknowledgeMany,
    answer: AlarmList,
  }),
  shelve: act(
    'shelve',
    'Holds an alarm back: red at most 2 h and with a second person, orange 8 h, yellow 24 h, blue 7 d. The third time in 24 h wants a duty leader or administrator as second person.',
    Shelve,
  ),
  suppress: act(
    'suppress',
    'Holds an alarm back while an order of work is in force, at most 30 d; red needs a second person.',
    Suppress,
  ),
  outOfService: act(
    'out-of-service',
    'Takes what raised an alarm out of service: two persons, the number of the order, at most 30 d.',
    OutOfService,
  ),
  endSuppression: act('end-suppression', 'Ends one kind of suppression before its time.', EndSuppression),
  reset: act(
    'reset',
    'Closes an alarm that latched, once the place was looked at: with what was found and how it is known.',
    Reset,
  ),
  withdraw: act(
    'withdraw',
    'Withdraws an alarm whose rule or point is no more; red needs a second person. What still goes on is raised anew.',
    Withdraw,
  ),
  assign: act('assign', 'Says who is to see to an alarm; null takes it back.', Assign),
  addFinding: act('findings', 'Adds what was found on the spot, or that it was reported upwards.', AddFinding),
  addNote: route({
    method: 'POST',
    path: '/api/alarms/:id/notes',
    about: 'Adds a note to an alarm.',
    allowed: OPERATORS,
    reach: 'alarm',
    params: alarmId,
    query: none,
    body: AddNote,
    answer: Alarm,
  }),
  judgeAlarm: route({
    method: 'POST',
    path: '/api/alarms/:id/feedback',
    about:
      "Says what an alarm was: confirmed, authorised work (until, at most 1 day), a known appliance (power in W, at most 6500, and until, at most 30 days), or a sensor at fault (point and until, at most 7 days). The site's gateway learns it; what it made of that comes with the alarm.",
    allowed: OPERATORS,
    reach: 'alarm',
    params: alarmId,
    query: none,
    body: JudgeAlarm,
    answer: Alarm,
  }),
} as const
