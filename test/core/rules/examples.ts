import type { Quantity } from '../../../core/contract/quantity.ts'
import type { PointRef } from '../../../core/contract/reading.ts'
import { shippedLaw } from '../../../platform/site/law.ts'
import type { Given } from './world.ts'

/** A configuration that every promise of every rule is tried on. A type has one or more; each shows another way it judges. */
export interface Example extends Given {
  /** What each of its points measures, its own among them. */
  readonly quantities: Readonly<Record<PointRef, Quantity>>
  /** It raises because data is missing: that is its business. */
  readonly raisesByNothing?: true
  /** Time or a paper may end its condition without a reading. */
  readonly clearsByTime?: true
  /** What it looks for takes longer or is odder than these promises try; its own tests show that it raises. */
  readonly needsMore?: true
}

const law = shippedLaw()
const power = { 'meter/value': 'power' } as const
const level = { 'meter/value': 'level' } as const
const running = { 'meter/value': 'running' } as const
const air = { 'meter/value': 'air_velocity' } as const
const soon = { onDelay: '3s', offDelay: '5s' } as const
const phases = { 'meter/ua': 'voltage', 'meter/ub': 'voltage', 'meter/uc': 'voltage' } as const
const currents = { 'meter/ia': 'current', 'meter/ib': 'current', 'meter/ic': 'current' } as const
const days = { work: ['08:00-18:00'], weekend: [], holiday: [] }

export const EXAMPLES: readonly Example[] = [
  { type: 'high-limit', quantities: power, with: { limit: 9_000, deadband: 500, onDelay: '3s', offDelay: '4s' } },
  { type: 'low-limit', quantities: power, with: { limit: 1_000, runningAbove: 200, onDelay: '2s' } },
  { type: 'limit', quantities: level, with: { hi: 3, hiHi: 4.5, deadband: 0.2, ...soon } },
  { type: 'limit', quantities: level, with: { lo: 1.5, loLo: 0.5, restore: 2, ...soon } },
  { type: 'should-be-off', quantities: power, with: { above: 5_000, onDelay: '5s', offDelay: '10s' } },
  { type: 'should-be-off', quantities: running, with: { onDelay: '5s', offDelay: '10s' } },
  { type: 'rate-of-change', quantities: level, with: { per: 'min', rise: 0.5, fall: 0.5, window: '20s' } },
  { type: 'stale', quantities: power, with: { after: '8s', offDelay: '2s' }, raisesByNothing: true },
  { type: 'presence', quantities: { 'meter/value': 'presence' }, with: { onDelay: '2s', offDelay: '5s' } },
  { type: 'tamper', quantities: { 'meter/value': 'tamper' }, with: { offDelay: '5s' } },
  { type: 'tamper', quantities: { 'meter/value': 'count' }, with: { watches: 'value', offDelay: '5s' } },
  { type: 'fault', quantities: { 'meter/value': 'fault' } },

  { type: 'unexplained-load', quantities: power, with: soon },
  { type: 'step-cycle', quantities: power, needsMore: true },
  { type: 'slow-energy', quantities: power, with: { factor: 1, more: 0, ...soon } },
  { type: 'creep', quantities: power, with: soon, needsMore: true },
  { type: 'rides-along', quantities: power, with: soon },
  {
    type: 'below-floor',
    quantities: { ...power, 'meter/voltage': 'voltage' },
    with: { voltage: 'meter/voltage', ...soon },
  },
  { type: 'baseline', quantities: power, needsMore: true },
  { type: 'baseline-shift', quantities: power, needsMore: true },

  { type: 'schedule', quantities: power, with: { windows: days, grace: '0s', ...soon } },
  { type: 'duration', quantities: power, with: { max: '10s', perDay: '1min', offDelay: '3s' } },
  {
    type: 'compressor',
    quantities: power,
    with: { from: 8_000, to: 30_000, low: 0.2, high: 0.5 },
    needsMore: true,
  },
  {
    type: 'signature',
    quantities: { ...power, 'meter/q': 'reactive_power' },
    with: { reactive: 'meter/q' },
    needsMore: true,
  },
  {
    type: 'feeder-share',
    quantities: { ...power, 'site/power': 'power' },
    with: { of: 'site/power' },
    needsMore: true,
  },
  { type: 'night-regularity', quantities: power, needsMore: true },
  { type: 'neighbour', quantities: power, needsMore: true },
  {
    type: 'generator',
    quantities: { 'meter/value': 'frequency', 'meter/power': 'power' },
    with: { power: 'meter/power', ...soon },
    needsMore: true,
  },
  {
    type: 'power-drop',
    quantities: { ...power, 'meter/ua': 'voltage' },
    with: { voltage: 'meter/ua', ...soon },
    needsMore: true,
  },
  {
    type: 'energy-integral',
    quantities: { 'meter/value': 'energy', 'meter/power': 'power' },
    with: { power: 'meter/power', least: 0.001, window: '10min' },
    needsMore: true,
  },
  {
    type: 'unseen-energy',
    quantities: { 'meter/value': 'energy', 'meter/power': 'power' },
    with: { power: 'meter/power', gap: '10s' },
    needsMore: true,
  },
  { type: 'stop-work', quantities: power, with: { grace: '0s', ...soon }, clearsByTime: true },
  {
    type: 'meter-tamper',
    quantities: { 'meter/value': 'current', ...phases, 'meter/ib': 'current', 'meter/ic': 'current' },
    with: { check: 'phase', voltage: ['meter/ua'], current: ['meter/ib', 'meter/ic'], rated: 100, ...soon },
  },
  {
    type: 'meter-tamper',
    quantities: { ...power, ...phases, ...currents, 'meter/pf': 'power_factor' },
    with: {
      check: 'product',
      voltage: Object.keys(phases),
      current: Object.keys(currents),
      factor: ['meter/pf'],
      ...soon,
    },
  },
  {
    type: 'meter-tamper',
    quantities: { 'meter/value': 'power_factor' },
    with: { check: 'factor', ...soon },
    needsMore: true,
  },
  { type: 'meter-tamper', quantities: power, with: { check: 'reverse', least: 100, ...soon }, needsMore: true },
  {
    type: 'meter-tamper',
    quantities: { ...power, 'one/power': 'power' },
    with: { check: 'feeders', feeders: ['one/power'], ...soon },
  },
  { type: 'meter-tamper', quantities: { 'meter/value': 'ratio' }, with: { check: 'ratio', offDelay: '5s' } },
  { type: 'meter-tamper', quantities: { 'meter/value': 'energy' }, with: { check: 'register', offDelay: '5s' } },

  {
    type: 'gas',
    quantities: { 'meter/value': 'gas' },
    law,
    with: { law: 'coal', place: 'work-place', gas: 'ch4', ...soon },
  },
  {
    type: 'gas',
    quantities: { 'meter/value': 'gas' },
    law,
    with: { law: 'coal', place: 'workings', gas: 'co', ...soon },
  },
  { type: 'air-flow', quantities: air, law, with: { law: 'coal', place: 'man-shaft', ...soon } },
  { type: 'air-reversal', quantities: air, law, with: { normal: 3, ...soon } },
  {
    type: 'air-reversal',
    quantities: { ...air, 'meter/out': 'temperature', 'meter/in': 'temperature' },
    with: { outdoor: 'meter/out', inside: 'meter/in', ...soon },
  },
  {
    type: 'fan-stopped',
    quantities: { ...running, 'fan/two': 'running' },
    law,
    with: { law: 'coal', standby: ['fan/two'], ...soon },
  },
  {
    type: 'vibration',
    quantities: { 'meter/value': 'vibration_velocity' },
    with: { shakes: 1, offDelay: '10s' },
    needsMore: true,
  },
  { type: 'level-jump', quantities: level, with: { window: '1min', ...soon } },
  {
    type: 'pump-physics',
    quantities: { ...running, 'sump/level': 'level' },
    with: { level: 'sump/level', window: '1min', ...soon },
    needsMore: true,
  },
  {
    type: 'drainage-test',
    quantities: { ...level, 'pump/one': 'current', 'pump/two': 'current', 'pump/flow': 'flow' },
    law,
    with: {
      law: 'coal',
      maxInflow: 50,
      flow: 'pump/flow',
      pumps: [
        { current: 'pump/one', rated: 40 },
        { current: 'pump/two', rated: 40 },
      ],
    },
    needsMore: true,
  },
  {
    type: 'camera-evidence',
    quantities: { 'meter/value': 'presence', 'gate/vehicle': 'presence' },
    with: { also: ['gate/vehicle'], stays: '10s', offDelay: '10s' },
  },
  {
    type: 'camera-blinded',
    quantities: { 'meter/value': 'tamper' },
    with: { onDelay: '3s', offDelay: '5s' },
  },
  {
    type: 'entry',
    quantities: { 'meter/value': 'contact' },
    with: { fresh: '20s', offDelay: '5s' },
    clearsByTime: true,
  },
  { type: 'entry', quantities: { 'meter/value': 'contact' }, with: { what: 'seal', opensAt: false, offDelay: '5s' } },
  {
    type: 'comms',
    quantities: { ...power, 'gate/vehicle': 'presence', 'cabinet/mains': 'contact' },
    with: { after: '5s', others: ['gate/vehicle'], mains: 'cabinet/mains' },
    raisesByNothing: true,
  },
  {
    type: 'power-comms',
    quantities: { 'meter/value': 'fill', 'cabinet/mains': 'contact', 'next/mains': 'contact' },
    with: { mains: 'cabinet/mains', neighbours: ['next/mains'], onDelay: '2s', offDelay: '2s' },
  },
  {
    type: 'stuck',
    quantities: { ...power, 'pump/running': 'running' },
    with: { after: '20s', samples: 5, contacts: ['pump/running'] },
    needsMore: true,
  },
  {
    type: 'permit',
    quantities: { ...power, 'gate/vehicle': 'presence' },
    with: { signs: ['gate/vehicle'], offDelay: '1min' },
    needsMore: true,
  },
  {
    type: 'permit-overrun',
    quantities: power,
    loadMeter: 'meter/value',
    with: { grace: '1s', ...soon },
    needsMore: true,
  },
]
