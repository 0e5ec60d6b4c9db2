import type { AlarmTransition } from '../core/contract/alarm.ts'
import { isHouseError, messageOf } from '../core/kit/errors.ts'
import type { Log } from '../platform/log.ts'
import type { Picture } from './driver.ts'
import type { Commit, Committed, GatewayStore } from './store.ts'

/** Pictures kept in memory at most while the disk refuses. */
const PICTURES_IN_MEMORY = 16

interface Unsaved {
  transitions: AlarmTransition[]
  pictures: Picture[]
  engineState: unknown
}

/**
 * A store that goes on when its disk is full or read-only. Alarms are kept in memory, can be sent from there, and are saved with
 * the first commit that succeeds; telemetry of the time in between is dropped and counted. One warning a failure, one line at its end.
 */
export function steadyStore(store: GatewayStore, log: Log): GatewayStore {
  const unsaved: Unsaved = { transitions: [], pictures: [], engineState: undefined }
  const failure = failureLog(log)
  const memory = { bdSeq: null as number | null }
  const attempt = <T>(work: () => T, otherwise: () => T): T => {
    try {
      const result = work()
      failure.over()
      return result
    } catch (error) {
      if (!isHouseError(error, 'store/failed')) throw error
      failure.begin(error)
      return otherwise()
    }
  }
  return {
    ...store,
    commit: (commit) => {
      const whole = withUnsaved(commit, unsaved)
      return attempt(
        () => {
          const committed = store.commit(whole)
          Object.assign(unsaved, { transitions: [], pictures: [], engineState: undefined })
          return committed
        },
        () => {
          failure.dropped(commit.readings.length)
          return keepInMemory(whole, commit, unsaved)
        },
      )
    },
    nextBdSeq: () => {
      const next = attempt(
        () => store.nextBdSeq(),
        () => ((memory.bdSeq ?? -1) + 1) % 256,
      )
      memory.bdSeq = next
      return next
    },
    alarms: () => {
      const saved = store.alarms()
      const known = new Set(saved.map(({ occurrence, n }) => `${occurrence}#${n}`))
      return [...saved, ...unsaved.transitions.filter(({ occurrence, n }) => !known.has(`${occurrence}#${n}`))]
    },
    alarm: (occurrence, n) =>
      unsaved.transitions.find((one) => one.occurrence === occurrence && one.n === n) ?? store.alarm(occurrence, n),
    picture: (sha256) => unsaved.pictures.find((one) => one.sha256 === sha256) ?? store.picture(sha256),
    receiptTelemetry: (upTo) =>
      attempt(
        () => store.receiptTelemetry(upTo),
        () => undefined,
      ),
    receiptAlarm: (occurrence, n) => {
      unsaved.transitions = unsaved.transitions.filter((one) => one.occurrence !== occurrence || one.n !== n)
      attempt(
        () => store.receiptAlarm(occurrence, n),
        () => undefined,
      )
    },
    receiptPicture: (sha256) => {
      unsaved.pictures = unsaved.pictures.filter((one) => one.sha256 !== sha256)
      attempt(
        () => store.receiptPicture(sha256),
        () => undefined,
      )
    },
  }
}

function withUnsaved(commit: Commit, unsaved: Unsaved): Commit {
  return {
    device: commit.device,
    readings: commit.readings,
    transitions: [...unsaved.transitions, ...commit.transitions],
    pictures: [...unsaved.pictures, ...commit.pictures],
    engineState: commit.engineState ?? unsaved.engineState,
  }
}

function keepInMemory(whole: Commit, commit: Commit, unsaved: Unsaved): Committed {
  const wanted = commit.transitions.flatMap(({ evidence }) => evidence.map(({ sha256 }) => sha256))
  unsaved.transitions = [...whole.transitions]
  unsaved.pictures = whole.pictures.slice(-PICTURES_IN_MEMORY)
  unsaved.engineState = whole.engineState
  return { readings: [], pictures: wanted, dropped: commit.readings.length }
}

/** Says once that the store fails and once that it works again, with what was dropped in between. */
function failureLog(log: Log): { begin(error: unknown): void; dropped(readings: number): void; over(): void } {
  const state = { failing: false, dropped: 0 }
  return {
    begin: (error) => {
      if (!state.failing) {
        log.warn(
          { code: 'store/failed', why: messageOf(error) },
          'the store cannot be written; alarms are kept in memory and sent from there, telemetry is dropped',
        )
      }
      state.failing = true
    },
    dropped: (readings) => {
      state.dropped += readings
    },
    over: () => {
      if (state.failing) log.info({ droppedReadings: state.dropped }, 'the store can be written again')
      Object.assign(state, { failing: false, dropped: 0 })
    },
  }
}
