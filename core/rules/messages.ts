import type { Language } from '../contract/text.ts'
import { creepWords } from './words/creep.ts'
import { evidenceWords } from './words/evidence.ts'
import { faultWords } from './words/fault.ts'
import { gatewaySilentWords } from './words/gateway-silent.ts'
import { highLimitWords } from './words/high-limit.ts'
import { lowLimitWords } from './words/low-limit.ts'
import { presenceWords } from './words/presence.ts'
import { rateOfChangeWords } from './words/rate-of-change.ts'
import { ridesAlongWords } from './words/rides-along.ts'
import { ruleWords } from './words/rule.ts'
import { shouldBeOffWords } from './words/should-be-off.ts'
import { siteActivityWords } from './words/site-activity.ts'
import { staleWords } from './words/stale.ts'
import { tamperWords } from './words/tamper.ts'
import { baselineWords } from './words/baseline.ts'
import { baselineShiftWords } from './words/baseline-shift.ts'
import { belowFloorWords } from './words/below-floor.ts'
import { slowEnergyWords } from './words/slow-energy.ts'
import { stepCycleWords } from './words/step-cycle.ts'
import { unexplainedLoadWords } from './words/unexplained-load.ts'
import { airFlowWords } from './words/air-flow.ts'
import { airReversalWords } from './words/air-reversal.ts'
import { drainageTestWords } from './words/drainage-test.ts'
import { fanStoppedWords } from './words/fan-stopped.ts'
import { gasWords } from './words/gas.ts'
import { levelJumpWords } from './words/level-jump.ts'
import { limitWords } from './words/limit.ts'
import { pumpPhysicsWords } from './words/pump-physics.ts'
import { vibrationWords } from './words/vibration.ts'
import { scheduleWords } from './words/schedule.ts'
import { durationWords } from './words/duration.ts'
import { signatureWords } from './words/signature.ts'
import { controlRoomWords } from './words/control-room.ts'
import { compressorWords } from './words/compressor.ts'
import { feederShareWords } from './words/feeder-share.ts'
import { nightRegularityWords } from './words/night-regularity.ts'
import { generatorWords } from './words/generator.ts'
import { meterTamperWords } from './words/meter-tamper.ts'
import { energyIntegralWords } from './words/energy-integral.ts'
import { unseenEnergyWords } from './words/unseen-energy.ts'
import { powerDropWords } from './words/power-drop.ts'
import { neighbourWords } from './words/neighbour.ts'
import { stopWorkWords } from './words/stop-work.ts'
import { cameraEvidenceWords } from './words/camera-evidence.ts'
import { cameraBlindedWords } from './words/camera-blinded.ts'
import { entryWords } from './words/entry.ts'
import { commsWords } from './words/comms.ts'
import { powerCommsWords } from './words/power-comms.ts'
import { stuckWords } from './words/stuck.ts'
import { permitWords } from './words/permit.ts'
import { permitOverrunWords } from './words/permit-overrun.ts'
import type { Headline, Message, RuleWords } from './words/words.ts'

/** What each rule type and the control room say. A new type is one file and one line here. */
export const WORDS: readonly RuleWords[] = [
  highLimitWords,
  lowLimitWords,
  shouldBeOffWords,
  rateOfChangeWords,
  staleWords,
  presenceWords,
  tamperWords,
  faultWords,
  evidenceWords,
  ruleWords,
  gatewaySilentWords,
  controlRoomWords,
  siteActivityWords,
  unexplainedLoadWords,
  stepCycleWords,
  slowEnergyWords,
  creepWords,
  ridesAlongWords,
  belowFloorWords,
  baselineWords,
  baselineShiftWords,
  airFlowWords,
  airReversalWords,
  drainageTestWords,
  fanStoppedWords,
  gasWords,
  levelJumpWords,
  limitWords,
  pumpPhysicsWords,
  vibrationWords,
  scheduleWords,
  durationWords,
  signatureWords,
  compressorWords,
  feederShareWords,
  nightRegularityWords,
  generatorWords,
  meterTamperWords,
  energyIntegralWords,
  unseenEnergyWords,
  powerDropWords,
  neighbourWords,
  stopWorkWords,
  cameraEvidenceWords,
  cameraBlindedWords,
  entryWords,
  commsWords,
  powerCommsWords,
  stuckWords,
  permitWords,
  permitOverrunWords,
]

/** Every explanation a rule or the control room gives, by language and key. */
export const MESSAGES: Readonly<Record<Language, Readonly<Record<string, Message>>>> = {
  'zh-CN': tableOf('zh-CN'),
  en: tableOf('en'),
}

export const MESSAGE_KEYS: readonly string[] = Object.keys(MESSAGES['zh-CN'])

/** What a rule type is called in lists; undefined for one that has no name. */
export function typeName(type: string, language: Language): string | undefined {
  return WORDS.find((words) => words.type === type)?.name?.[language]
}

/** A few words for the title of a message about an explanation; null for a type that has none. */
export function headlineWords(ruleType: string, key: string): Headline | null {
  const headlines = WORDS.find((words) => words.type === ruleType)?.headline
  const variant = /-([a-z]+)$/.exec(key.slice(ruleType.length))?.[1]
  return (variant === undefined ? undefined : headlines?.[variant]) ?? headlines?.usual ?? null
}

function tableOf(language: Language): Readonly<Record<string, Message>> {
  const entries = WORDS.flatMap(({ type, [language]: table }) =>
    Object.entries(table).map(([key, message]) => [`${type}.${key}`, message] as const),
  )
  return Object.fromEntries(entries)
}
