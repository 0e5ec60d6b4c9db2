import { z } from 'zod'
import type { CameraTarget } from '../../contract/evidence.ts'
import type { Reading } from '../../contract/reading.ts'
import { conditionRule, timing } from '../condition-rule.ts'
import { conditionValues, notBoolean } from './common.ts'

const TARGETS: Readonly<Record<string, CameraTarget>> = { human: 'human', vehicle: 'vehicle' }

/** A camera says that somebody or something is there. Its pictures go with the alarm. */
export const presence = conditionRule({
  type: 'presence',
  params: z.object(timing({ onDelay: 0, offDelay: 60_000 })).strict(),
  own: [],
  ownIsOfBoot: false,
  peak: 'highest',
  sense: (_context, own, reading) =>
    typeof reading.value === 'boolean' ? { own, raw: reading.value, measure: null } : null,
  explain: (context, facts) => ({
    key: `presence.${facts.kind}`,
    values: { ...conditionValues(context, facts), target: targetOf(facts.first) },
  }),
  fault: notBoolean,
})

/** The camera driver names its points after what was seen. */
function targetOf(reading: Reading): CameraTarget {
  return TARGETS[reading.point] ?? 'unknown'
}
