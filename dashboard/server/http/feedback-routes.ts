import type { FastifyInstance } from 'fastify'
import { HouseError } from '../../../core/kit/errors.ts'
import { API } from './api.ts'
import { callerOf, seesId } from './gate.ts'
import { serve } from './routes.ts'
import type { HttpServices } from './services.ts'

/** The routes of what people make of alarms. */
export function serveFeedback(app: FastifyInstance, { feedback, county }: HttpServices): void {
  serve(app, API.judgeAlarm, ({ params: { id }, body, request }) => {
    const { name, kind } = callerOf(request)
    // What makes a site less watched needs somebody who answers for it.
    if (kind === 'service')
      throw new HouseError('http/forbidden', 'only a person may judge an alarm; a program may add a note')
    return feedback.judge(id, body, name)
  })
  serve(app, API.precision, ({ request }) => feedback.precision((site) => seesId(callerOf(request), county, site)))
}
