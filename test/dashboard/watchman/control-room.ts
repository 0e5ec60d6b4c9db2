import { openDatabase, type Database } from '../../../dashboard/server/db/database.ts'
import { openAlarmDesk, type AlarmDesk } from '../../../dashboard/server/alarms/desk.ts'
import { beat } from '../../../dashboard/server/watch/beat.ts'
import { openWatch, type Watch } from '../../../dashboard/server/watch/watch.ts'
import type { NoticeMessage } from '../../../core/contract/notice.ts'
import { clockFromEnvironment, systemClock } from '../../../platform/clock.ts'
import type { Heard, OpenChannel } from '../../../platform/notifiers/notifier.ts'
import { smsNotifier } from '../../../platform/notifiers/sms.ts'
import { voiceNotifier } from '../../../platform/notifiers/voice.ts'
import { quietLog } from '../../support/quiet-log.ts'
import { until } from '../../support/until.ts'
import { MESSAGE } from '../../platform/notifiers/message.ts'
import type { Place } from './processes.ts'

/** A message without anything to acknowledge, changed where a test wants it. */
export function about(changes: Partial<NoticeMessage>): NoticeMessage {
  return { ...MESSAGE, acknowledge: null, ...changes }
}

export interface ControlRoom extends AsyncDisposable {
  readonly db: Database
  readonly desk: AlarmDesk
  readonly watch: Watch
  readonly sms: OpenChannel
  readonly voice: OpenChannel
  readonly heard: Heard[]
  /** Own alarms that are raised. */
  readonly raised: Set<string>
  /** While it is true what is heard cannot be kept. */
  readonly broken: { is: boolean }
  stopBeating(): void
}

const never = new AbortController().signal

/** The control room's side of the watchman in this process, with channels over its modem. */
export function controlRoom(place: Place): ControlRoom {
  const clock = clockFromEnvironment(place.environment)
  const log = quietLog()
  const db = openDatabase(`${place.store}/control.sqlite`)
  const desk = openAlarmDesk({ db, clock, log, prefix: 'PW' })
  const raised = new Set<string>()
  const set = (rule: string, trouble: unknown) => {
    if (trouble === null) raised.delete(rule)
    else raised.add(rule)
    return Promise.resolve()
  }
  const watchman = { modem: { path: '', baud: 115_200, perMinute: 8, perDay: 400 } }
  const watch = openWatch({ db, desk, ownAlarms: { set }, folder: place.store, watchman, clock, log })
  const stop = new AbortController()
  const deps = {
    id: 'x',
    baseFolder: '.',
    folder: place.store,
    clock: systemClock,
    log,
    ...(watch.line && { line: watch.line }),
  }
  const [sms, voice] = [smsNotifier.open({}, deps), voiceNotifier.open({}, deps)]
  const heard: Heard[] = []
  const broken = { is: false }
  const hear = (what: Heard) => {
    if (broken.is) return Promise.reject(new Error('disk full'))
    heard.push(what)
    return Promise.resolve()
  }
  let beats = true
  const beating = async () => {
    while (!stop.signal.aborted) {
      if (beats) await db.transaction((q) => beat(q, clock.now()))
      await systemClock.sleep(50)
    }
  }
  const listening = [sms, voice].map((channel) => channel.listen?.(hear, stop.signal) ?? Promise.resolve())
  const running = [watch.run(stop.signal), beating(), ...listening]
  const end = async () => {
    stop.abort()
    await Promise.all(running)
    await db.close()
  }
  const stopBeating = () => void (beats = false)
  return { db, desk, watch, sms, voice, heard, raised, broken, stopBeating, [Symbol.asyncDispose]: end }
}

/** Waits until a text would go. */
export const isReady = (room: ControlRoom) =>
  until('the modem to be ready', () => room.sms.probe?.(never).catch(() => null))
