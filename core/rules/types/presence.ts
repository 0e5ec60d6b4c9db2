import { z } from 'zod'
import type { CameraTarget } from '../../contract/evidence.ts'
import { defineRule, timing } from '../define-rule.ts'
import { NoOwn, noOwn } from '../own.ts'
import { conditionValues, STATES } from './common.ts'

/** One sight of somebody says less than two. */
const STRENGTH = 2.2

const Params = z.object(timing({ onDelay: 0, offDelay: 60_000 })).strict()
type Params = z.infer<typeof Params>

const TARGETS: Readonly<Record<string, CameraTarget>> = { human: 'human', vehicle: 'vehicle' }

/** A camera says that somebody or something is there. Its pictures go with the alarm. */
export const presence = defineRule<Params, NoOwn>({
  type: 'presence',
  serves: 8,
  group: 'camera',
  isAlarm: true,
  params: Params,
  quantities: STATES,
  own: NoOwn,
  start: noOwn,
  peak: 'highest',
  sense: (_context, _own, sample, _input, out) => {
    out.strength = STRENGTH
    if (sample.kind === 'state') out.verdict = sample.value === 1 ? 'true' : 'false'
  },
  explain: (context, _own, facts) => {
    // The camera driver names its points after what was seen.
    const point = context.config.point.split('/')[1] ?? ''
    return {
      key: `presence.${facts.kind}`,
      values: { ...conditionValues(context, facts), target: TARGETS[point] ?? 'unknown' },
    }
  },
})
