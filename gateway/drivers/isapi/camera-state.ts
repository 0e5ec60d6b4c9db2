import type { CameraProfile } from '../../../core/contract/device-profile.ts'
import type { CameraEvent, CameraTarget, EvidenceRow } from '../../../core/contract/evidence.ts'
import type { Reading } from '../../../core/contract/reading.ts'
import type { CameraDevice } from '../../../core/contract/site.ts'
import type { MonoMs } from '../../../core/contract/time.ts'
import { later } from '../../../core/kit/time.ts'
import { decodeAlert, type CameraMessage } from './alert.ts'
import { foldMessage, foldSilence, nextEnd, NOTHING_ON, type FoldState, type Instant } from './folding.ts'
import type { Part } from './multipart.ts'

/** The event with which a camera says that it gets no picture itself: then it sees nobody because it sees nothing. */
const VIDEO_LOSS = 'videoloss'

/** What is known of a camera since its stream was opened. */
export interface CameraState {
  readonly fold: FoldState
  /** When the last whole part came. */
  readonly heardMono: MonoMs
  /** Parts that were neither an event nor a picture. */
  readonly malformed: number
}

/** The camera and the profile it follows. */
export interface CameraSetup {
  readonly camera: CameraDevice
  readonly profile: CameraProfile
}

export interface CameraStep {
  readonly state: CameraState
  /** Starts and ends, in their order. */
  readonly events: readonly CameraEvent[]
}

/** A camera whose stream has just been opened. */
export function freshCamera(now: Instant): CameraState {
  return { fold: NOTHING_ON, heardMono: now.mono, malformed: 0 }
}

/** Takes one part of the stream. Whatever it holds, the camera is alive; what cannot be read is counted. */
export function hearPart(state: CameraState, part: Part, now: Instant, setup: CameraSetup): CameraStep {
  const heard = { ...state, heardMono: now.mono }
  if (part.mediaType.startsWith('image/')) return { state: heard, events: [] }
  const message = decodeAlert(part.body)
  if (message === null) return { state: { ...heard, malformed: state.malformed + 1 }, events: [] }
  if (!matters(message, setup)) return { state: heard, events: [] }
  const folded = foldMessage(state.fold, message, { ...now, device: setup.camera.id })
  return { state: { ...heard, fold: folded.state }, events: folded.events }
}

/** Lets time pass: events that were not repeated end. */
export function passTime(state: CameraState, now: Instant, setup: CameraSetup): CameraStep {
  const folded = foldSilence(state.fold, now, setup.camera.eventEndsAfter)
  return { state: { ...state, fold: folded.state }, events: folded.events }
}

/** True when nothing has come for `silentAfter`. */
export function isSilent(state: CameraState, now: Instant, setup: CameraSetup): boolean {
  return now.mono - state.heardMono >= setup.camera.silentAfter
}

/** The monotonic time at which something ends or the stream counts as lost if nothing comes before. */
export function nextDeadline(state: CameraState, setup: CameraSetup): number {
  const silent = state.heardMono + setup.camera.silentAfter
  return Math.min(silent, nextEnd(state.fold, setup.camera.eventEndsAfter) ?? silent)
}

/** Whether an event means that somebody or something is there. */
export function isPresence(event: string, profile: CameraProfile): boolean {
  return profile.presence.some((name) => name.toLowerCase() === event)
}

/**
 * The point an event is shown at. A camera that does not say what it saw may have seen a person, and a person missed is
 * the worse mistake, so `unknown` counts as human; the evidence row keeps the word.
 */
export function pointOf(target: CameraTarget): 'human' | 'vehicle' {
  return target === 'vehicle' ? 'vehicle' : 'human'
}

/** What is said of a camera at one instant; `state` null = its stream is lost. */
export interface Saying {
  readonly state: CameraState | null
  readonly setup: CameraSetup
  readonly now: Instant
  readonly validMs: number
  readonly evidence: readonly EvidenceRow[]
}

/** The three readings of a camera. A camera that is not heard, or sees nothing itself, has no values. */
export function cameraReadings({ state, setup, now, validMs, evidence }: Saying): Reading[] {
  const ongoing = [...(state?.fold.values() ?? [])]
  const watches = state !== null && !ongoing.some((event) => event.event === VIDEO_LOSS)
  const isOn = (point: string) =>
    ongoing.some((event) => isPresence(event.event, setup.profile) && pointOf(event.target) === point)
  const reading = (point: string, value: boolean): Reading => {
    const rows = evidence.filter((row) => pointOf(row.target) === point)
    return {
      device: setup.camera.id,
      point,
      ...(watches ? { value, quality: 'good', reason: null } : { value: null, quality: 'bad', reason: 'stream-lost' }),
      at: now.at,
      mono: now.mono,
      validUntil: later(now.at, validMs),
      ...(point === 'stream' || rows.length === 0 ? {} : { evidence: rows }),
    }
  }
  return [reading('stream', true), reading('human', isOn('human')), reading('vehicle', isOn('vehicle'))]
}

/** Whether a message changes what is known, beyond the stream being alive. */
function matters(message: CameraMessage, { camera, profile }: CameraSetup): boolean {
  // A recorder sends the messages of all its channels in one stream.
  if (message.channel !== null && message.channel !== camera.channel) return false
  if (message.state === 'inactive') return true
  const heartbeats = profile.heartbeats.map((name) => name.toLowerCase())
  if (heartbeats.includes(message.event) || heartbeats.includes(`${message.event}/${message.state}`)) return false
  return message.event === VIDEO_LOSS || isPresence(message.event, profile)
}
