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
 * Where the disk cannot be read either, lists and counts answer with the last known or nothing; a single alarm, picture or page of
 * telemetry still throws `store/failed`, because nothing would mean that it waits no longer.
 */
export function steadyStore(store: GatewayStore, log: Log): GatewayStore {
  const unsaved: Unsaved = { transitions: [], pictures: [], engineState: undefined }
  const failure = failureLog(log)
  const reads = readFailureLog(log)
  const memory = {
    bdSeq: null as number | null,
    floor: 0,
    waiting: { telemetry: 0, alarm: 0, evidence: 0 },
    isSaved: false,
  }
  const attempt = <T>(work: () => T, otherwise: () => T): T => {
    try {
      return work()
    } catch (error) {
      if (!isHouseError(error, 'store/failed')) throw error
      failure.begin(error)
      return otherwise()
    }
  }
  const read = <T>(what: string, work: () => T, otherwise: () => T): T => {
    try {
      const result = work()
      reads.over(what)
      return result
    } catch (error) {
      if (!isHouseError(error, 'store/failed')) throw error
      reads.begin(what, error)
      return otherwise()
    }
  }
  return {
    ...store,
    commit: (steps) =>
      attempt(
        () => {
          const [before, ...committed] = store.commit([{ ...unsaved, device: null, readings: [] }, ...steps])
          memory.isSaved = true
          Object.assign(unsaved, { transitions: [], pictures: [], engineState: undefined })
          const late = before?.pictures ?? []
          return committed.map((one, index) => (index > 0 ? one : { ...one, pictures: [...late, ...one.pictures] }))
        },
        () => {
          memory.isSaved = false
          failure.dropped(steps.reduce((sum, { readings }) => sum + readings.length, 0))
          return steps.map((step) => keepInMemory(step, unsaved))
        },
      ),
    durable: async () => {
      try {
        await store.durable()
        // Only a commit shows that the disk takes what matters: the removal of nothing succeeds on a full one too.
        if (memory.isSaved) failure.over()
      } catch (error) {
        if (!isHouseError(error, 'store/failed')) throw error
        // It is in the file for all but a power cut, and alarms are sent: an alarm must not wait for a disk that is dying.
        failure.begin(error)
      }
    },
    note: (key) =>
      read(
        'notes',
        () => store.note(key),
        () => null,
      ),
    keepNote: (key, text) =>
      attempt(
        () => store.keepNote(key, text),
        () => undefined,
      ),
    nextBdSeq: () => {
      const next = attempt(
        () => {
          const given = store.nextBdSeq()
          // The number was given from memory while the disk refused: a death of then must not fit a birth of now.
          return given === memory.bdSeq ? store.nextBdSeq() : given
        },
        () => ((memory.bdSeq ?? store.lastBdSeq() ?? -1) + 1) % 256,
      )
      memory.bdSeq = next
      return next
    },
    alarms: () => {
      const saved = read(
        'alarms',
        () => store.alarms(),
        () => [],
      )
      const known = new Set(saved.map(({ occurrence, n }) => `${occurrence}#${n}`))
      return [...saved, ...unsaved.transitions.filter(({ occurrence, n }) => !known.has(`${occurrence}#${n}`))]
    },
    alarm: (occurrence, n) =>
      unsaved.transitions.find((one) => one.occurrence === occurrence && one.n === n) ?? store.alarm(occurrence, n),
    pictures: () =>
      read(
        'pictures',
        () => store.pictures(),
        () => [],
      ),
    floor: () => {
      // One that is too low only makes the control room wait.
      memory.floor = read(
        'floor',
        () => store.floor(),
        () => memory.floor,
      )
      return memory.floor
    },
    waiting: () => {
      memory.waiting = read(
        'waiting',
        () => store.waiting(),
        () => memory.waiting,
      )
      return memory.waiting
    },
    picture: (sha256) => unsaved.pictures.find((one) => one.sha256 === sha256) ?? store.picture(sha256),
    dropTelemetry: (firstSeq) =>
      attempt(
        () => store.dropTelemetry(firstSeq),
        () => undefined,
      ),
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

function keepInMemory(step: Commit, unsaved: Unsaved): Committed {
  unsaved.transitions.push(...step.transitions)
  unsaved.pictures = [...unsaved.pictures, ...step.pictures].slice(-PICTURES_IN_MEMORY)
  unsaved.engineState = step.engineState ?? unsaved.engineState
  const pictures = step.transitions.flatMap(({ evidence }) => evidence.map(({ sha256 }) => sha256))
  return { device: step.device, firstSeq: 0, readings: [], pictures, dropped: step.readings.length }
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

/** Says once that reads fail and once that all of them work again. */
function readFailureLog(log: Log): { begin(what: string, error: unknown): void; over(what: string): void } {
  const failing = new Set<string>()
  return {
    begin: (what, error) => {
      if (failing.size === 0) {
        log.error(
          { code: 'store/failed', what, why: messageOf(error) },
          'the store cannot be read; watching and alarming go on, what waits in it cannot be sent: see to the disk',
        )
      }
      failing.add(what)
    },
    over: (what) => {
      if (failing.delete(what) && failing.size === 0) log.info({}, 'the store can be read again')
    },
  }
}
