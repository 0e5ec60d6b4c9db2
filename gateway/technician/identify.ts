import {
  type IdentityRegister,
  type LineSettings,
  type ModbusPoint,
  type ModbusProfile,
} from '../../core/contract/device-profile.ts'
import { isBitTable, type ReadAnswer } from '../../core/decode/modbus-pdu.ts'
import { decodeBit, decodeRegisters } from '../../core/decode/point.ts'
import { cellsOf, covers } from '../../core/decode/readings.ts'
import { numberOf } from '../../core/decode/registers.ts'
import { isOwn, keyOf, type Library, type Question, questionFor, REFUSED, touches } from './identify-library.ts'
import { plausibilityOf, type SeenPoint, type Sign } from './plausible.ts'

/** What a device did with a question. */
export type Outcome = ReadAnswer | { readonly kind: 'silent' }

/** What has been learned of one device so far. */
export interface Evidence {
  /** The line it was found on; null where there is none (Modbus TCP). */
  readonly line: LineSettings | null
  readonly asked: readonly { readonly question: Question; readonly outcome: Outcome }[]
  /** What it says of itself (function 43/14), by object id; null when it was not asked or has nothing to say. */
  readonly texts: ReadonlyMap<number, string> | null
}

/** Why a profile was chosen; put into words by who shows it. */
export type Reason =
  | Sign
  | { readonly kind: 'model-register'; readonly address: number; readonly raw: number }
  | { readonly kind: 'other-model'; readonly address: number; readonly raw: number }
  | { readonly kind: 'says-itself'; readonly text: string }
  | { readonly kind: 'answers'; readonly answered: number; readonly of: number }
  | { readonly kind: 'unexplained'; readonly count: number }
  | { readonly kind: 'factory-line' }

/** One profile held against the evidence. */
export interface Candidate {
  readonly profile: ModbusProfile
  /** Probability among all candidates and "none of them", 0–1. */
  readonly confidence: number
  readonly reasons: readonly Reason[]
}

/** Natural logarithms of how much likelier an outcome is when the device is of the profile than when it is of none. */
const WEIGHT = {
  answered: 0.7,
  answeredZero: 0.2,
  touched: 0.2,
  refused: -4,
  silent: -2.5,
  unexplained: -1,
  unexplainedZero: -0.2,
  foreignRefused: 0.2,
  model: 7,
  otherModel: -7,
  saysItself: 8,
  factoryLine: 1.2,
} as const
/** What speaks for a device of no profile in the library before anything is known. */
const PRIOR_OF_NONE = 1.5
/** Above this the device counts as known, once it has been confirmed by its own registers. */
const SURE = 0.99
const CONFIRMATIONS = 2
const MOST_QUESTIONS = 32

/** All profiles by how well they explain the evidence, best first. Those below a thousandth are left out. */
export function rank(library: Library, evidence: Evidence): readonly Candidate[] {
  const weighed = library.profiles.map((profile) => ({ profile, ...weigh(library, profile, evidence) }))
  const most = Math.max(PRIOR_OF_NONE, ...weighed.map(({ score }) => score))
  const sum = weighed.reduce((total, { score }) => total + Math.exp(score - most), Math.exp(PRIOR_OF_NONE - most))
  return weighed
    .map(({ profile, score, reasons }) => ({ profile, confidence: Math.exp(score - most) / sum, reasons }))
    .filter(({ confidence }) => confidence >= 0.001)
    .sort((a, b) => b.confidence - a.confidence)
}

/**
 * The question that separates the remaining candidates best for the time it takes, or null when the device is known well
 * enough, when nothing would tell more, or when it has been asked enough. `msPerCell` is the line's time for one register.
 */
export function nextQuestion(library: Library, evidence: Evidence, msPerCell: number): Question | null {
  if (evidence.asked.length >= MOST_QUESTIONS) return null
  const ranking = rank(library, evidence)
  const open = library.questions.filter((question) => !isKnown(question, evidence))
  const [best] = ranking
  if (best !== undefined && best.confidence >= SURE) return confirmation(library, best.profile, evidence, open)
  const valued = open
    .map((question) => ({ question, value: gain(library, ranking, question) / costOf(question, msPerCell) }))
    .filter(({ value }) => value > 0)
  return valued.sort((a, b) => b.value - a.value)[0]?.question ?? null
}

/** The question that reads the profile's serial number, or null where it has none. */
export function serialQuestion(profile: ModbusProfile): Question | null {
  const serial = profile.identity?.serial
  return serial === undefined ? null : questionFor(serial)
}

/** True when it was asked already, or when every cell of it has been given: it would tell nothing new. */
function isKnown(question: Question, { asked }: Evidence): boolean {
  const { table, address, quantity } = question
  if (asked.some((one) => keyOf(one.question) === keyOf(question))) return true
  const given = asked.filter(({ question: other, outcome }) => other.table === table && hasData(outcome))
  return Array.from({ length: quantity }, (_, index) => address + index).every((cell) =>
    given.some(({ question: other }) => cell >= other.address && cell < other.address + other.quantity),
  )
}

function confirmation(
  library: Library,
  profile: ModbusProfile,
  evidence: Evidence,
  open: readonly Question[],
): Question | null {
  const own = (question: Question) => isOwn(library, profile, question)
  const confirmed = evidence.asked.filter(({ question }) => own(question)).length
  return confirmed >= CONFIRMATIONS ? null : (open.filter(own).sort((a, b) => b.quantity - a.quantity)[0] ?? null)
}

/** Entropy of the answers that are to be expected: candidates that would answer alike cannot be told apart by it. */
function gain(library: Library, ranking: readonly Candidate[], question: Question): number {
  const groups = new Map<string, number>()
  const prints = library.prints.get(question)
  const known = ranking.reduce((sum, { confidence }) => sum + confidence, 0)
  const add = (group: string, share: number) => groups.set(group, (groups.get(group) ?? 0) + share)
  for (const { profile, confidence } of ranking) add(prints?.get(profile) ?? REFUSED, confidence)
  add(REFUSED, Math.max(0, 1 - known))
  return [...groups.values()].reduce((sum, share) => (share > 0 ? sum - share * Math.log(share) : sum), 0)
}

function costOf({ table, quantity }: Question, msPerCell: number): number {
  return 60 + 13 * (msPerCell / 2) + msPerCell * (isBitTable(table) ? quantity / 16 : quantity)
}

function weigh(library: Library, profile: ModbusProfile, evidence: Evidence): { score: number; reasons: Reason[] } {
  const reasons: Reason[] = []
  let score = 0
  const add = (weight: number, reason?: Reason) => {
    score += weight
    if (reason !== undefined) reasons.push(reason)
  }
  const said = ownWords(profile, evidence.texts)
  if (said !== null) add(WEIGHT.saysItself, { kind: 'says-itself', text: said })
  for (const { address, raw, fits } of modelRegisters(profile, evidence)) {
    if (fits) add(WEIGHT.model, { kind: 'model-register', address, raw })
    else add(WEIGHT.otherModel, { kind: 'other-model', address, raw })
  }
  const tally = { answered: 0, own: 0, unexplained: 0 }
  for (const { question, outcome } of evidence.asked) {
    const kind = isOwn(library, profile, question) ? 'own' : touches(library, profile, question) ? 'touched' : 'foreign'
    add(outcomeWeight(kind, outcome))
    if (kind === 'own') tally.own += 1
    if (kind === 'own' && hasData(outcome)) tally.answered += 1
    if (kind === 'foreign' && hasData(outcome) && !isZero(outcome)) tally.unexplained += 1
  }
  if (tally.own > 0) add(0, { kind: 'answers', answered: tally.answered, of: tally.own })
  if (tally.unexplained > 0) add(0, { kind: 'unexplained', count: tally.unexplained })
  const plausibility = plausibilityOf(seenPoints(profile, evidence))
  for (const sign of plausibility.signs) add(0, sign)
  add(plausibility.score)
  if (evidence.line !== null && sameLine(evidence.line, profile.link)) add(WEIGHT.factoryLine, { kind: 'factory-line' })
  return { score, reasons }
}

function outcomeWeight(kind: 'own' | 'touched' | 'foreign', outcome: Outcome): number {
  if (hasData(outcome)) {
    if (kind === 'own') return isZero(outcome) ? WEIGHT.answeredZero : WEIGHT.answered
    if (kind === 'touched') return WEIGHT.touched
    return isZero(outcome) ? WEIGHT.unexplainedZero : WEIGHT.unexplained
  }
  if (kind === 'own') return outcome.kind === 'silent' ? WEIGHT.silent : WEIGHT.refused
  return kind === 'foreign' && outcome.kind === 'exception' ? WEIGHT.foreignRefused : 0
}

function hasData(outcome: Outcome): boolean {
  return outcome.kind === 'registers' || outcome.kind === 'bits'
}

function isZero(outcome: Outcome): boolean {
  if (outcome.kind === 'registers') return outcome.words.every((word) => word === 0)
  return outcome.kind === 'bits' && outcome.bits.every((bit) => !bit)
}

/** Points of the profile that the evidence reads whole, each place once. */
function seenPoints(profile: ModbusProfile, { asked }: Evidence): SeenPoint[] {
  const seen = new Map<string, SeenPoint>()
  for (const { question, outcome } of asked) {
    for (const point of profile.points) {
      const place = [point.table, point.address, point.type, point.bits?.join('-')].join()
      if (seen.has(place) || !covers({ unit: 1, ...question }, point)) continue
      const one = seenPoint(point, point.address - question.address, outcome)
      if (one !== null) seen.set(place, one)
    }
  }
  return [...seen.values()]
}

function seenPoint(point: ModbusPoint, from: number, outcome: Outcome): SeenPoint | null {
  if (outcome.kind === 'bits') {
    const bit = outcome.bits[from]
    return bit === undefined ? null : { point, words: [Number(bit)], decoded: decodeBit(point, bit) }
  }
  if (outcome.kind !== 'registers') return null
  const words = outcome.words.slice(from, from + cellsOf(point))
  return { point, words, decoded: decodeRegisters(point, words, null) }
}

function modelRegisters(profile: ModbusProfile, { asked }: Evidence) {
  return (profile.identity?.model ?? []).flatMap((register) => {
    const raw = rawOf(register, asked)
    return raw === null ? [] : [{ address: register.address, raw, fits: register.is.includes(raw) }]
  })
}

/** The raw value of an identity register in what was asked, or null when it was not read. */
export function rawOf(register: IdentityRegister, asked: Evidence['asked']): number | null {
  const wanted = questionFor(register)
  for (const { question, outcome } of asked) {
    const from = wanted.address - question.address
    if (question.table !== wanted.table || from < 0 || from + wanted.quantity > question.quantity) continue
    if (outcome.kind === 'bits') return Number(outcome.bits[from] ?? false)
    if (outcome.kind !== 'registers' || register.type === 'bit') continue
    return numberOf(outcome.words.slice(from, from + wanted.quantity), register.type, register.words)
  }
  return null
}

/** What the device says of itself, when it names a model or the maker of the profile. */
function ownWords(profile: ModbusProfile, texts: Evidence['texts']): string | null {
  const said = [...(texts?.values() ?? [])]
  const plain = (text: string) => text.toLowerCase().replaceAll(/[^a-z0-9]/g, '')
  return (
    said.find((text) => {
      const words = plain(text)
      return (
        words.length >= 3 &&
        profile.models.some((model) => plain(model).includes(words) || words.includes(plain(model)))
      )
    }) ?? null
  )
}

function sameLine(a: LineSettings, b: LineSettings): boolean {
  return a.baud === b.baud && a.parity === b.parity && a.stopBits === b.stopBits
}
