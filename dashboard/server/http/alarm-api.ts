import { Alarm } from '../../../core/contract/alarm.ts'
import { Acknowledge, AddNote } from '../../../core/contract/acts.ts'
import { AlarmList, AlarmQuery, JudgeAlarm } from '../../../core/contract/http.ts'
import { alarmId, EVERYBODY, none, nothing, OPERATORS, route } from './route.ts'

/** Routes of alarms and of what people do about them. */
export const ALARM_API = {
  alarms: route({
    method: 'GET',
    path: '/api/alarms',
    about: 'Alarms, newest first.',
    allowed: EVERYBODY,
    params: none,
    query: AlarmQuery,
    body: nothing,
    answer: AlarmList,
  }),
  alarm: route({
    method: 'GET',
    path: '/api/alarms/:id',
    about: 'One alarm.',
    allowed: EVERYBODY,
    params: alarmId,
    query: none,
    body: nothing,
    answer: Alarm,
  }),
  acknowledge: route({
    method: 'POST',
    path: '/api/alarms/:id/acknowledge',
    about: 'Acknowledges an alarm. Red and orange need a note of at least 4 characters.',
    allowed: OPERATORS,
    params: alarmId,
    query: none,
    body: Acknowledge,
    answer: Alarm,
  }),
  addNote: route({
    method: 'POST',
    path: '/api/alarms/:id/notes',
    about: 'Adds a note to an alarm.',
    allowed: OPERATORS,
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
    params: alarmId,
    query: none,
    body: JudgeAlarm,
    answer: Alarm,
  }),
} as const
