import type { Feedback } from '../contract/activity.ts'
import type { AlarmTransition } from '../contract/alarm.ts'
import type { BootId } from '../contract/clock.ts'
import type { EvidenceRow } from '../contract/evidence.ts'
import type { PointRef, Reading } from '../contract/reading.ts'
import { type FeedbackOutcome, refusalOf } from './activity/feedback.ts'
import { SITE_ACTIVITY } from './activity/judge.ts'
import { Channel, inputsOf } from './channel.ts'
import type { EngineState, RuleState } from './engine-state.ts'
import { Heeded } from './heeded.ts'
import { loadInputs, type LoadModel, openLoad } from './load/model.ts'
import { Occurrences, type OccurrenceState, stillOwn, type Timed, timed, withdrawal } from './occurrences.ts'
import { Pictures } from './pictures.ts'
import type { SitePlan } from './plan.ts'
import type { ArmedRule, Change, Instant, RuleRun, RunEvents, RunPlace, Sample } from './rule.ts'
import { fill, fillReading, openSample } from './sampling.ts'
import { SiteAlarm } from './site-alarm.ts'
import { siteViewOf } from './site-time.ts'
import type { SiteView } from './site-view.ts'

export { EngineState } from './engine-state.ts'

/**
 * Time is accounted for only up to this long ago, so that a reading that is still on its way through the gateway counts at its own
 * time. Raises and clears keep their exact instants.
 */
export const LATENESS_MS = 5_000

/** One rule at work. */
interface Work {
  readonly rule: ArmedRule
  readonly run: RuleRun
  readonly occurrences: Occurrences
}

/**
 * Judges the readings of a site by its plan. Changed in place, because a site has a million samples a second when its history is
 * rehearsed; nothing but what is handed in decides what comes out. What it remembers is JSON: an engine made of what another saved goes
 * on as that one would have.
 */
export class RuleEngine {
  readonly plan: SitePlan
  readonly #site: SiteView
  readonly #channels = new Map<string, Map<string, Channel>>()
  readonly #all: Channel[] = []
  readonly #works: Work[] = []
  readonly #load: LoadModel | null
  readonly #alarm: SiteAlarm | null
  readonly #sample = openSample()
  readonly #pictures = new Pictures()
  #told: Timed[] = []
  /** What is left of rules that are armed no more: an open alarm until it is withdrawn, and the number of the last for ever. */
  readonly #gone = new Map<string, OccurrenceState>()
  #boot: BootId | undefined
  /** No run has anything to do before this. */
  #due = Infinity
  #late = 0
  readonly #heeded: Heeded

  /** `saved` is what another engine saved; rules whose judging has changed since begin anew, with their alarms as they are. */
  constructor(plan: SitePlan, saved: EngineState | null = null, boot?: BootId) {
    this.plan = plan
    this.#boot = saved === null ? boot : saved.boot
    this.#heeded = new Heeded(saved?.feedback)
    this.#site = siteViewOf(plan)
    const out = (timed: Timed) => void this.#told.push(timed)
    this.#load = this.#openLoad(saved)
    const residual = () => this.#load?.residual ?? NaN
    this.#alarm = SiteAlarm.of({ plan, site: this.#site, residual, saved: saved?.activity ?? null, out })
    for (const rule of plan.rules) this.#arm(rule, saved?.rules[rule.id], out)
    for (const channel of this.#all) channel.load(saved?.channels[channel.ref])
    this.#takeUpGone(saved)
    this.#refreshDue()
  }

  /** The boot that monotonic times count from; undefined where nobody has told. */
  get boot(): BootId | undefined {
    return this.#boot
  }

  /** Readings that came for a time already judged, or twice. */
  get late(): number {
    return this.#late
  }

  /** The point as rules read it; made when nobody does yet. */
  channel(ref: PointRef): Channel {
    const cut = ref.indexOf('/')
    const device = ref.slice(0, cut)
    const points = this.#channels.get(device) ?? new Map<string, Channel>()
    this.#channels.set(device, points)
    const name = ref.slice(cut + 1)
    let channel = points.get(name)
    if (channel === undefined) {
      points.set(name, (channel = new Channel(ref)))
      this.#all.push(channel)
    }
    return channel
  }

  /** Judges readings. Those of one point come oldest first; a repeat changes nothing. */
  take(readings: readonly Reading[]): void {
    for (const reading of readings) {
      const channel = this.#channels.get(reading.device)?.get(reading.point)
      if (channel === undefined) continue
      const pictures = reading.quality === 'bad' ? NO_PICTURES : (reading.evidence ?? NO_PICTURES)
      if (pictures.length > 0)
        for (const work of this.#works) if (work.rule.point === channel.ref) this.#pictures.note(work, pictures)
      fillReading(this.#sample, reading)
      this.#judge(channel, typeof reading.value === 'string' ? reading.value : null)
      if (pictures.length === 0) continue
      this.#alarm?.showPictures(pictures, reading.mono)
      this.#pictures.settle(reading.mono)
    }
  }

  /** Judges one sample of a channel. `text` is its value where that is no number. */
  feed(channel: Channel, sample: Sample, text: string | null = null): void {
    fill(this.#sample, sample)
    this.#judge(channel, text)
  }

  /** Lets time pass: proves what was held, finds what has gone silent, and withdraws alarms whose rule is no longer armed. */
  advance(now: Instant): void {
    const lag = Math.min(LATENESS_MS, now.mono)
    const mark = { at: Math.max(0, now.at - lag), mono: now.mono - lag }
    if (this.#due <= mark.mono) this.#passAll(mark)
    for (const [id, state] of this.#gone) {
      if (state.open === null) continue
      const at = Math.max(now.at, state.open.raisedAt)
      this.#told.push({ transition: withdrawal(id, state.open, at), mono: now.mono })
      this.#gone.set(id, { ...state, open: null, waiting: [] })
    }
  }

  /** The transitions since the last call, in the order of events of each rule. */
  transitions(): readonly AlarmTransition[] {
    if (this.#told.length === 0) return NONE
    const told = this.#told
    this.#told = []
    return told.map((one) => timed(one, this.#boot))
  }

  /** Takes, once by its id, what somebody found out about an alarm: it changes what later signals count or what is normal, never an alarm. */
  feedback(feedback: Feedback): FeedbackOutcome {
    if (this.#heeded.has(feedback.id)) return { kind: 'accepted' }
    const refusal = refusalOf(feedback, { hasActivity: this.#alarm !== null, load: this.plan.load })
    if (refusal !== null) return refusal
    const { kind, power, until, at } = feedback
    if (kind === 'known-appliance' && power !== undefined && until !== undefined)
      this.#load?.widen({ power, until, at })
    this.#alarm?.note(feedback)
    this.#heeded.add(feedback.id)
    return { kind: 'accepted' }
  }

  /** What it remembers. Parts of it are changed by what is judged later: write it down, or copy it. */
  save(): EngineState {
    const rules: Record<string, RuleState> = {}
    for (const [id, occurrence] of this.#gone) rules[id] = { fingerprint: '', memory: null, occurrence }
    for (const { rule, run, occurrences } of this.#works)
      rules[rule.id] = { fingerprint: rule.fingerprint, memory: run.save(), occurrence: occurrences.save() }
    const channels: EngineState['channels'] = {}
    for (const channel of this.#all) {
      const state = channel.save()
      if (state !== null) channels[channel.ref] = state
    }
    const boot = this.#boot === undefined ? {} : { boot: this.#boot }
    const parts = { load: this.#load?.save() ?? null, activity: this.#alarm?.save() ?? null }
    return { ...boot, rules, channels, ...parts, ...this.#heeded.save() }
  }

  /**
   * The program was started again, in `boot`: open alarms stay open, nothing clears before a good reading of this run, and monotonic times
   * of another boot are void.
   */
  restart(boot?: BootId): void {
    const isSame = boot !== undefined && this.#boot === boot
    this.#boot = boot
    for (const channel of this.#all) channel.restart(isSame)
    this.#load?.restart(isSame)
    for (const { run } of this.#works) run.restart(isSame)
    this.#alarm?.restart(isSame)
    this.#refreshDue()
  }

  #openLoad(saved: EngineState | null): LoadModel | null {
    const { load } = this.plan
    if (load === null) return null
    const channels = loadInputs(load).map((ref) => this.channel(ref))
    for (const [input, channel] of channels.entries()) channel.loadInputs.push(input)
    return openLoad({ load, site: this.#site, inputs: inputsOf(channels) }, saved?.load ?? null)
  }

  #arm(rule: ArmedRule, saved: RuleState | undefined, out: (timed: Timed) => void): void {
    const channels = [rule.point, ...rule.inputs].map((ref) => this.channel(ref))
    const place: RunPlace = {
      inputs: inputsOf(channels),
      site: this.#site,
      load: this.#load,
      reading: (input) => channels[input]?.reading() ?? null,
      shown: (input) => channels[input]?.shown ?? null,
    }
    const { site, id, type: ruleType, point, priority, latched, version } = rule
    const raiser = { site, rule: id, ruleType, point, priority, latched, version }
    const state = stillOwn(raiser, saved?.occurrence ?? null, out)
    const occurrences = new Occurrences(raiser, state, out)
    const memory = saved?.fingerprint === rule.fingerprint ? { memory: saved.memory } : {}
    const isOpen = occurrences.open !== null
    const open = isOpen || rule.as !== 'evidence' ? isOpen : null
    const run = rule.run(place, this.#eventsOf(rule, occurrences), { ...memory, open })
    const work = { rule, run, occurrences }
    this.#works.push(work)
    this.#pictures.takeUp(work)
    for (const [input, channel] of channels.entries()) channel.listeners.push({ run, input })
  }

  #eventsOf(rule: ArmedRule, occurrences: Occurrences): RunEvents {
    const { group } = rule
    const alarm = rule.as === 'alarm' ? null : this.#alarm
    return {
      flip: (change: Change) => {
        if (change.kind === 'clear') occurrences.clear(change)
        else if (change.kind === 'update') occurrences.update(change, change.priority)
        // What speaks for the site raises nothing.
        else if (rule.as !== 'evidence' && change.strength >= 0) occurrences.raise(change, change.priority)
        if (group === null || alarm === null) return
        const { at, mono, explanation, strength, readings } = change
        const isActive = change.kind !== 'clear'
        alarm.signal({ at, mono, rule, group, strength, isActive, explain: () => explanation, readings })
      },
      seen: ({ at, mono }, strength, explain) => {
        if (group !== null) alarm?.signal({ at, mono, rule, group, strength, isActive: true, explain, readings: [] })
      },
    }
  }

  /** Alarms of rules that are no longer armed would stay open for ever: nobody is left to see the condition go. */
  #takeUpGone(saved: EngineState | null): void {
    const armed = new Set(this.plan.rules.map(({ id }) => id))
    for (const [id, { occurrence }] of Object.entries(saved?.rules ?? {}))
      if (!armed.has(id)) this.#gone.set(id, occurrence)
    const activity = saved?.activity ?? null
    if (activity !== null && (this.#alarm === null || activity.memory === null))
      this.#gone.set(SITE_ACTIVITY, activity.occurrence)
  }

  /** Judges what stands in the one sample. */
  #judge(channel: Channel, text: string | null): void {
    const sample = this.#sample
    const { mono } = sample
    if (!(mono > channel.mono)) {
      this.#late += 1
      return
    }
    const mark = mono - Math.min(LATENESS_MS, mono)
    if (this.#due <= mark) this.#passAll({ at: Math.max(0, sample.at - (mono - mark)), mono: mark })
    const { listeners, loadInputs: inputs } = channel
    if (this.#due <= mono) for (const { run } of listeners) if (run.due <= mono) run.pass(sample)
    channel.take(sample, text)
    const load = this.#load
    if (load !== null) for (const input of inputs) load.sample(input, sample)
    let due = this.#due
    for (const { run, input } of listeners) {
      run.sample(input, sample)
      if (run.due < due) due = run.due
    }
    const alarm = this.#alarm
    if (alarm !== null) {
      if (alarm.due < due) due = alarm.due
      if (load !== null && inputs.length > 0 && alarm.isSuspicious) load.spoil(sample.at)
    }
    this.#due = due
    if (!this.#pictures.isEmpty) this.#pictures.settle(mono)
  }

  /** Lets every run do what is due, in the order of time. */
  #passAll(mark: Instant): void {
    for (;;) {
      this.#refreshDue()
      const mono = this.#due
      if (mono > mark.mono) return
      const instant = mono === -Infinity ? mark : { at: Math.max(0, Math.floor(mark.at - (mark.mono - mono))), mono }
      // The rules first: what they find at this instant is judged together.
      if (this.#passRuns(instant)) continue
      this.#alarm?.pass(instant)
      if ((this.#alarm?.due ?? Infinity) <= mono)
        throw new RangeError(`expected what the site's alarm is due next after ${mono}, came the same or earlier`)
    }
  }

  /** Whether any run had something to do. */
  #passRuns(instant: Instant): boolean {
    const mono = this.#due
    const works = this.#works.filter(({ run }) => run.due === mono)
    for (const { run } of works) run.pass(instant)
    return works.length > 0
  }

  #refreshDue(): void {
    let earliest = Infinity
    for (const { run } of this.#works) if (run.due < earliest) earliest = run.due
    const alarm = this.#alarm
    if (alarm !== null && alarm.due < earliest) earliest = alarm.due
    this.#due = earliest
  }
}

const NONE: readonly AlarmTransition[] = []
const NO_PICTURES: readonly EvidenceRow[] = []
