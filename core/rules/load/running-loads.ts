import type { Inputs, Sample } from '../rule.ts'
import {
  type Along,
  alongWith,
  drawnBy,
  type KnownState,
  measureEdge,
  restartKnown,
  settleMs,
  takeContact,
} from './known-loads.ts'
import type { Meter } from './meter.ts'
import type { Trail } from './trail.ts'

/** A meter that shows the very same number after a known load was switched is stuck: from so many samples on, for a load of so many W. */
const STUCK_SAMPLES = 4
const STUCK_W = 500

const NO_ALONG: Along = { times: 0, power: 0 }

/** What the known loads are judged by besides their contacts. */
interface Around {
  readonly meter: Meter
  readonly trail: Trail
}

/** Which known loads run, what they draw, and whether that can be told at this moment. */
export class RunningLoads {
  readonly #known: readonly KnownState[]
  readonly #inputs: Inputs
  readonly #firstInput: number
  running = 0
  runningW = 0
  isMasked = false
  /** What was just switched along with a known load. */
  along: Along = NO_ALONG

  /** `firstInput` is the input of the first load's contact; `known` is changed from here on. */
  constructor(known: readonly KnownState[], contacts: { readonly inputs: Inputs; readonly firstInput: number }) {
    this.#known = known
    this.#inputs = contacts.inputs
    this.#firstInput = contacts.firstInput
  }

  /** Input `input` was read; answers since when a load it tells of may have been switched, null where none was or it tells of none. */
  contact(input: number, sample: Sample, { meter, trail }: Around): number | null {
    const known = this.#known[input - this.#firstInput]
    if (known === undefined) return null
    const seen = known.seen ?? sample.mono
    const contact = { isOn: sample.value > 0.5, mono: sample.mono }
    if (!takeContact(known, contact, { trail, stepMs: meter.stepMs })) return null
    // Whatever else is being measured was disturbed.
    for (const other of this.#known) if (other !== known) other.before = null
    return seen - 2 * meter.stepMs
  }

  /** The meter shows `power`; `base` is what the hour draws without known loads. */
  find(power: number, base: number, { meter, trail }: Around): void {
    const { mono } = meter
    this.runningW = 0
    this.running = 0
    this.isMasked = meter.seen < 2
    if (this.along.times > 0) this.#along(mono)
    for (let which = 0; which < this.#known.length; which += 1) {
      const known = this.#known[which]
      if (known === undefined) continue
      if (known.before !== null) {
        measureEdge(known, mono, { trail, stepMs: meter.stepMs })
        this.#along(mono)
      }
      // Where the contact does not answer, the power itself tells best.
      const isTold = !Number.isNaN(this.#inputs.value(this.#firstInput + which, mono))
      if (isTold && isUnsettled(known, meter)) this.isMasked = true
      const isOn = isTold ? known.isOn === true : power - this.runningW - base > 0.5 * (known.rated ?? Infinity)
      if (isOn) this.#add(isTold ? drawnBy(known, mono) : (known.rated ?? 0))
    }
  }

  #along(mono: number): void {
    this.along = NO_ALONG
    for (const known of this.#known) {
      const one = alongWith(known, mono)
      if (one.times > this.along.times) this.along = one
    }
  }

  /** Monotonic times of another boot are void. */
  restart(): void {
    this.along = NO_ALONG
    for (const known of this.#known) restartKnown(known)
  }

  #add(watts: number): void {
    this.running += 1
    if (Number.isNaN(watts)) this.isMasked = true
    else this.runningW += watts
  }
}

/** It was just switched, or the meter has not moved since it was. */
function isUnsettled({ switched, rated }: KnownState, meter: Meter): boolean {
  if (switched === null) return false
  if (meter.mono - switched < settleMs(meter.stepMs)) return true
  return (rated ?? 0) > STUCK_W && meter.same >= STUCK_SAMPLES && meter.sameFrom < switched
}
