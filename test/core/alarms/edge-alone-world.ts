import type { AlarmTransition } from '../../../core/contract/alarm.ts'
import type { DutySheet, SheetPerson } from '../../../core/contract/edge.ts'
import { UtcMs } from '../../../core/contract/time.ts'
import {
  type AloneAct,
  type AloneDeed,
  type AloneEvent,
  type AloneGround,
  stepAlone,
} from '../../../core/alarms/edge-alone.ts'
import { AloneState, freshAlone, nextText } from '../../../core/alarms/edge-alone-state.ts'

export const T0 = 1_760_000_000_000
export const at = (ms: number) => UtcMs.parse(T0 + ms)

export function person(id: string, digit: number): SheetPerson {
  return { id, name: `Person ${id}`, language: 'en', number: `+861390000000${digit}` }
}

export const SHEET: DutySheet = {
  ...{ site: 'east-pit', version: 1, issuedAt: at(0), until: at(86_400_000), prefix: 'PW' },
  watches: [
    { from: at(-3_600_000), to: at(3_600_000), persons: [person('one', 1)] },
    { from: at(3_600_000), to: at(86_400_000), persons: [person('two', 2)] },
  ],
  fallback: [person('three', 3)],
  ...{ aloneAfter: 60_000, again: 600_000, signature: null },
}

export function transition(change: Partial<AlarmTransition> = {}): AlarmTransition {
  return {
    ...{ occurrence: 'east-pit.night-load.1', n: 1, kind: 'raise', site: 'east-pit', rule: 'night-load' },
    ...{ ruleType: 'high-limit', point: 'feeder-meter/active-power', priority: 'red', at: at(0) },
    ...{ explanation: { key: 'high-limit.raised', values: {} }, readings: [], evidence: [] },
    ...change,
  }
}

/** A gateway's shell without its wires: time, a modem that takes texts or not, and what has come of it all. */
export class AloneWorld {
  mono = 1_000
  state = freshAlone('boot-1')
  ground: Omit<AloneGround, 'mono' | 'at'> = {
    ...{ sheet: SHEET, after: 60_000, again: 600_000, priorities: ['red'] },
    siren: { output: 'siren', seconds: 30 },
  }
  /** What the modem says of a text, by the person it is for. */
  modem: (person: string) => 'accepted' | 'temporary' | 'refused' = () => 'accepted'
  readonly acts: AloneAct[] = []
  readonly deeds: AloneDeed[] = []
  /** Texts the network has taken: kind, occurrence, person, round. */
  readonly taken: { kind: string; occurrence: string; person: string; round: number; at: number; id: string }[] = []

  step(event: AloneEvent): void {
    const { mono } = this
    const done = stepAlone(this.state, event, { ...this.ground, mono, at: at(mono) })
    // What is not JSON would not survive a kill.
    this.state = AloneState.parse(JSON.parse(JSON.stringify(done.state)))
    this.acts.push(...done.acts)
    this.deeds.push(...done.deeds)
  }

  raise(change: Partial<AlarmTransition> = {}, code = '4821'): void {
    this.step({ kind: 'committed', transitions: [transition(change)], code })
  }

  /** Time goes on, second by second or in longer steps, and the modem sends what may go. */
  pass(ms: number, stepMs = 1_000): void {
    for (let passed = 0; passed < ms; passed += stepMs) {
      this.mono += Math.min(stepMs, ms - passed)
      this.step({ kind: 'passed' })
      this.sendAll()
    }
  }

  sendAll(): void {
    for (let next = nextText(this.state, this.mono); next !== null; next = nextText(this.state, this.mono)) this.send()
  }

  /** One text; `dies` = the program ends before it hears what became of it. */
  send(dies = false): void {
    const next = nextText(this.state, this.mono)
    if (next === null) return
    const { id, person: to, kind, round } = next.text
    this.step({ kind: 'sending', id })
    if (dies) {
      this.step({ kind: 'started', boot: this.state.boot })
      return
    }
    const outcome = this.modem(to)
    if (outcome === 'accepted')
      this.taken.push({ kind, occurrence: next.alarm.occurrence, person: to, round, at: this.mono, id })
    this.step({ kind: 'texted', id, outcome, answer: outcome, refs: [7] })
  }

  reply(text: string, from = '+8613900000001', key = `${this.mono} ${from} ${text}`): void {
    this.step({ kind: 'reply', key, from, text })
  }

  /** Who was called, as `person·round`. */
  get called(): string[] {
    return this.taken.filter(({ kind }) => kind === 'alarm').map(({ person: who, round }) => `${who}·${round}`)
  }

  get did(): string[] {
    return this.acts.map(({ did }) => did.kind)
  }

  get sounded(): number {
    return this.deeds.filter((deed) => deed.do === 'sound').length
  }
}
