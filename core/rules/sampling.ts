import type { CameraTarget } from '../contract/evidence.ts'
import type { Reading } from '../contract/reading.ts'
import type { PointEvent, Sample } from './rule.ts'

/** A sample that is filled again for each reading. */
export type OpenSample = { -readonly [Key in keyof Sample]: Sample[Key] }

/** One that holds nothing. */
export function openSample(): OpenSample {
  return { at: 0, mono: 0, value: NaN, kind: 'none', quality: 'bad', reason: null, validMs: 0, event: null }
}

/** Fills a sample with another. A number that is none makes it bad, whatever its quality says: no rule need ask. */
export function fill(into: OpenSample, from: Sample): void {
  into.at = from.at >= 0 ? Math.floor(from.at) : 0
  into.mono = from.mono
  into.value = from.value
  into.kind = from.kind
  into.quality = from.quality
  into.reason = from.reason
  into.validMs = from.validMs
  into.event = from.event
  refuseNoNumber(into)
}

/** Fills a sample with a reading. */
export function fillReading(into: OpenSample, reading: Reading): void {
  const { value } = reading
  into.at = reading.at
  into.mono = reading.mono
  into.value = typeof value === 'number' ? value : typeof value === 'boolean' ? Number(value) : NaN
  into.kind = kindOf(value)
  into.quality = reading.quality
  into.reason = reading.reason
  into.validMs = reading.validUntil - reading.at
  const picture = reading.quality === 'bad' ? undefined : reading.evidence?.at(-1)
  into.event = picture === undefined ? null : eventOf(picture.target)
  refuseNoNumber(into)
}

function refuseNoNumber(sample: OpenSample): void {
  if (sample.kind !== 'number' || Number.isFinite(sample.value)) return
  sample.kind = 'none'
  sample.value = NaN
  if (sample.quality === 'bad') return
  sample.quality = 'bad'
  sample.reason = 'not-a-number'
}

function kindOf(value: Reading['value']): Sample['kind'] {
  if (value === null) return 'none'
  return typeof value === 'number' ? 'number' : typeof value === 'boolean' ? 'state' : 'text'
}

function eventOf(target: CameraTarget): PointEvent {
  return { kind: target === 'human' ? 'person' : target, phase: 'pulse', confidence: null }
}
