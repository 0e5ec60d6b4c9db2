import type { Feedback } from '../../../core/contract/activity.ts'
import { HouseError } from '../../../core/kit/errors.ts'
import { type FeedbackRefusal, GREATEST_APPLIANCE_W, refusalOf } from '../../../core/rules/activity/feedback.ts'

/** Which field of a request a refusal is about. */
const FIELD: Readonly<Record<FeedbackRefusal, 'kind' | 'power' | 'until' | 'point'>> = {
  'no-activity': 'kind',
  'no-load': 'kind',
  'no-power': 'power',
  'too-much': 'power',
  'no-until': 'until',
  over: 'until',
  'too-long': 'until',
  'no-point': 'point',
}

/**
 * Throws `http/invalid` with the field for what no gateway may take, whatever its site is. What the site itself allows, such as its
 * declared load, only its gateway knows.
 */
export function checkLimits(feedback: Feedback): void {
  const refusal = refusalOf(feedback, { hasActivity: true, load: { declared: GREATEST_APPLIANCE_W } })
  if (refusal?.kind !== 'refused') return
  const { reason, message } = refusal
  const [, expected = message, came = ''] = /^expected (.*), came (.*)$/.exec(message) ?? []
  throw new HouseError('http/invalid', `${FIELD[reason]}: ${message}`, { field: FIELD[reason], expected, came })
}
