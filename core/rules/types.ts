import type { RuleType } from './rule.ts'
import { creep } from './types/creep.ts'
import { fault } from './types/fault.ts'
import { highLimit } from './types/high-limit.ts'
import { lowLimit } from './types/low-limit.ts'
import { presence } from './types/presence.ts'
import { rateOfChange } from './types/rate-of-change.ts'
import { ridesAlong } from './types/rides-along.ts'
import { shouldBeOff } from './types/should-be-off.ts'
import { stale } from './types/stale.ts'
import { tamper } from './types/tamper.ts'
import { baseline } from './types/baseline.ts'
import { baselineShift } from './types/baseline-shift.ts'
import { belowFloor } from './types/below-floor.ts'
import { slowEnergy } from './types/slow-energy.ts'
import { stepCycle } from './types/step-cycle.ts'
import { unexplainedLoad } from './types/unexplained-load.ts'
import { airFlow } from './types/air-flow.ts'
import { airReversal } from './types/air-reversal.ts'
import { drainageTest } from './types/drainage-test.ts'
import { fanStopped } from './types/fan-stopped.ts'
import { gas } from './types/gas.ts'
import { levelJump } from './types/level-jump.ts'
import { limit } from './types/limit.ts'
import { pumpPhysics } from './types/pump-physics.ts'
import { vibration } from './types/vibration.ts'
import { schedule } from './types/schedule.ts'
import { duration } from './types/duration.ts'
import { signature } from './types/signature.ts'
import { compressor } from './types/compressor.ts'
import { feederShare } from './types/feeder-share.ts'
import { nightRegularity } from './types/night-regularity.ts'
import { generator } from './types/generator.ts'
import { meterTamper } from './types/meter-tamper.ts'
import { energyIntegral } from './types/energy-integral.ts'
import { unseenEnergy } from './types/unseen-energy.ts'
import { powerDrop } from './types/power-drop.ts'
import { neighbour } from './types/neighbour.ts'
import { stopWork } from './types/stop-work.ts'
import { cameraEvidence } from './types/camera-evidence.ts'
import { cameraBlinded } from './types/camera-blinded.ts'
import { entry } from './types/entry.ts'
import { comms } from './types/comms.ts'
import { powerComms } from './types/power-comms.ts'
import { stuck } from './types/stuck.ts'
import { permit } from './types/permit.ts'
import { permitOverrun } from './types/permit-overrun.ts'

/** Every rule type a site can arm. A new one is one file and one line here. */
export const RULE_TYPES: readonly RuleType[] = [
  highLimit,
  lowLimit,
  shouldBeOff,
  rateOfChange,
  stale,
  presence,
  tamper,
  fault,
  unexplainedLoad,
  stepCycle,
  slowEnergy,
  creep,
  ridesAlong,
  belowFloor,
  baseline,
  baselineShift,
  airFlow,
  airReversal,
  drainageTest,
  fanStopped,
  gas,
  levelJump,
  limit,
  pumpPhysics,
  vibration,
  schedule,
  duration,
  signature,
  compressor,
  feederShare,
  nightRegularity,
  generator,
  meterTamper,
  energyIntegral,
  unseenEnergy,
  powerDrop,
  neighbour,
  stopWork,
  cameraEvidence,
  cameraBlinded,
  entry,
  comms,
  powerComms,
  stuck,
  permit,
  permitOverrun,
]
