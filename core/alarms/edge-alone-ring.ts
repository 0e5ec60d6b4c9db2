import type { SheetPerson } from '../contract/edge.ts'
import { later } from '../kit/time.ts'
import type { AloneDeed, AloneGround, AloneStep } from './edge-alone.ts'
import type { AloneAlarm, AloneState, AloneText } from './edge-alone-state.ts'

/** A modem takes about eight texts a minute. */
const MOST_PERSONS = 30

/** Settled texts of an alarm that are remembered, for their delivery reports and for who was told. */
const MOST_SETTLED = 60

/** Calls about every alarm whose time has come. */
export function ring(state: AloneState, ground: AloneGround): AloneStep {
  const { mono, siren } = ground
  const due = state.alarms.filter(({ stage, due: { mono: dueMono } }) => stage !== 'held' && dueMono <= mono)
  const next = due.reduce((before, { occurrence }) => callAbout(before, occurrence, ground), state)
  const first = due.toSorted((a, b) => Number(b.priority === 'red') - Number(a.priority === 'red'))[0]
  const deeds: readonly AloneDeed[] =
    first === undefined || siren === null ? [] : [{ do: 'sound', occurrence: first.occurrence, ...siren }]
  return { state: next, acts: [], deeds }
}

function callAbout(state: AloneState, occurrence: string, ground: AloneGround): AloneState {
  const alarm = state.alarms.find((one) => one.occurrence === occurrence)
  if (alarm === undefined) return state
  // What was never tried waits for its turn still; what was put off is replaced by this call.
  const untried = alarm.texts.filter(
    ({ kind, state: is, attempts }) => kind === 'alarm' && is === 'waiting' && attempts === 0,
  )
  const persons = personsFor(alarm, ground).filter(({ number }) => untried.every((text) => text.number !== number))
  const texts = persons.map((person, index) =>
    textTo(person, { id: `e${state.serial + index + 1}`, round: alarm.round }),
  )
  const inHand = alarm.texts.filter(({ kind, state: is }) => is === 'sending' || (kind === 'taken' && is === 'waiting'))
  const settled = alarm.texts.filter(({ state: is }) => is !== 'sending' && is !== 'waiting')
  const next: AloneAlarm = {
    ...alarm,
    stage: 'calling',
    round: alarm.round + 1,
    due: { mono: ground.mono + ground.again, at: later(ground.at, ground.again) },
    texts: [...settled.slice(-MOST_SETTLED), ...inHand, ...untried, ...texts],
  }
  return withAlarm({ ...state, serial: state.serial + persons.length }, next)
}

function withAlarm(state: AloneState, alarm: AloneAlarm): AloneState {
  return { ...state, alarms: state.alarms.map((one) => (one.occurrence === alarm.occurrence ? alarm : one)) }
}

function textTo(
  { id: person, name, language, number }: SheetPerson,
  { id, round }: { id: string; round: number },
): AloneText {
  const begun = { state: 'waiting', attempts: 0, notBefore: 0, takenAt: null } as const
  return { ...begun, id, kind: 'alarm', person, name, language, number, round, refs: [] }
}

/** Red: the watch and the fallback at once. Orange: the watch, and both from the second call on. Each number once. */
function personsFor({ priority, round }: AloneAlarm, { sheet, at }: AloneGround): readonly SheetPerson[] {
  if (sheet === null) return []
  const watch = watchAt(sheet.watches, at)
  const all = priority === 'red' || round > 0 || watch.length === 0 ? [...watch, ...sheet.fallback] : watch
  const once = all.filter(({ number }, index) => all.findIndex((other) => other.number === number) === index)
  return once.slice(0, MOST_PERSONS)
}

type Watch = { readonly from: number; readonly to: number; readonly persons: readonly SheetPerson[] }

/** Those on watch at an instant. Beyond the sheet, or with a clock that is wrong, those of the nearest watch: better them than nobody. */
function watchAt(watches: readonly Watch[], at: number): readonly SheetPerson[] {
  const now = watches.filter(({ from, to }) => from <= at && at < to)
  if (now.length > 0) return now.flatMap(({ persons }) => persons)
  const isWithin = watches.some(({ from }) => from <= at) && watches.some(({ to }) => at < to)
  if (isWithin) return []
  const distance = ({ from, to }: Watch) => (at < from ? from - at : at - to)
  return watches.toSorted((a, b) => distance(a) - distance(b))[0]?.persons ?? []
}
