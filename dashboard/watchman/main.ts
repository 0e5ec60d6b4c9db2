import { join, resolve } from 'node:path'
import { type UtcMs, utcMs } from '../../core/contract/time.ts'
import { type Buzzer, openBuzzer } from '../../platform/buzzer/buzzer.ts'
import { loadCalendar } from '../../platform/calendar.ts'
import { type Clock, systemClock } from '../../platform/clock.ts'
import type { Log } from '../../platform/log.ts'
import type { Modem, ModemOwner } from '../../platform/modem/modem.ts'
import { openModem } from '../../platform/modem/open-modem.ts'
import { readSecret } from '../../platform/secrets.ts'
import { portConnect } from '../../platform/serial/port-connect.ts'
import { together } from '../../platform/together.ts'
import { BEAT_MS, type WatchHealth } from '../../platform/watch-line/messages.ts'
import { type LineServer, openLineServer } from '../../platform/watch-line/server.ts'
import type { ControlConfig, Watchman } from '../server/config.ts'
import { type Auditor, memoryFrom, openAuditor } from './auditor.ts'
import { type Kept, openKept } from './kept.ts'
import { awaitedOf, openOwed, type Owed } from './owed.ts'
import { recipientsOf, rolesOfNobody } from './recipients.ts'
import { openRosterReader } from './roster-reader.ts'
import { openTexting } from './texting.ts'
import { readView } from './view.ts'

/** Where the control room finds the watchman, in the folder of its store. */
export const SOCKET = 'watchman.sock'
const STORE = 'watchman.sqlite'
/** A report that has not come by then does not come. */
const AWAITED_FOR_MS = 4 * 86_400_000

/** What a watchman that has come up says of itself. */
export interface WatchmanReady {
  readonly socket: string
  /** Null where none is configured. */
  readonly modem: string | null
  readonly buzzer: string | null
}

export interface WatchmanDeps {
  /** The county's time, in which the control room's deadlines count. */
  readonly clock: Clock
  readonly log: Log
  readonly signal: AbortSignal
  /** Folder that relative paths of the configuration count from. */
  readonly baseFolder: string
  readonly onReady?: (facts: WatchmanReady) => void
}

/**
 * The watchman: holds the modem and the buzzer, sends what the control room asks for, and looks at the control room from outside. When that
 * does not do its work, it sounds the buzzer and texts people itself. Runs until `signal` aborts, whatever is unplugged meanwhile.
 * Throws `config/…`, `link/busy` (another watchman runs), `link/down` (the socket cannot be made).
 */
export async function runWatchman(config: ControlConfig, deps: WatchmanDeps): Promise<void> {
  const { clock, log, baseFolder, signal } = deps
  const folder = resolve(baseFolder, config.store)
  await using closing = new AsyncDisposableStack()
  const kept = closing.use(openKept(join(folder, STORE), { log, now: clock.now() }))
  const parts = openParts(config, { ...deps, folder, kept })
  const { door, owed, texting, tellHealth } = parts
  const socket = join(folder, SOCKET)
  const server = await openLineServer({
    ...{ path: socket, clock: systemClock, log },
    owner: {
      ask: (request, waits) => texting.ask(request, waits),
      confirmed: (of, key) => owed.confirmed(of, key),
      came: () => {
        door.turn(true)
        tellHealth()
        owed.again()
      },
      gone: () => door.turn(false),
    },
  })
  closing.defer(() => server.close())
  door.open(server)
  const { modem, buzzer } = config.watchman ?? {}
  deps.onReady?.({ socket, modem: modem?.path ?? null, buzzer: buzzer?.path ?? null })
  await together(signal, [
    (soon) => parts.modem?.run(soon) ?? aborted(soon),
    (soon) => parts.buzzer?.run(soon) ?? aborted(soon),
    (soon) => tellAgain(tellHealth, soon),
    (soon) => keepLooking(parts.auditor, clock, soon),
  ])
}

interface PartsDeps extends WatchmanDeps {
  readonly folder: string
  readonly kept: Kept
}

/** Everything but the socket. */
function openParts(config: ControlConfig, deps: PartsDeps) {
  const { clock, log, baseFolder, folder, kept } = deps
  const { modem: modemConfig, buzzer: buzzerConfig } = config.watchman ?? {}
  const startedAt = clock.now()
  const door = openDoor(clock, startedAt)
  const owed = openOwed({ kept, say: (message) => door.server()?.say(message), now: () => clock.now() })
  const health: { now: () => WatchHealth | null } = { now: () => null }
  const tellHealth = () => {
    const now = health.now()
    if (now !== null) door.server()?.say({ say: 'health', health: now })
  }
  const modem = modemConfig === undefined ? null : modemOf(modemConfig, { ...deps, owed, changed: tellHealth })
  const buzzer = buzzerConfig === undefined ? null : buzzerOf(buzzerConfig, log)
  const limits = { perMinute: modemConfig?.perMinute ?? 0, perDay: modemConfig?.perDay ?? 0 }
  const texting = openTexting({ modem, kept, clock: systemClock, limits })
  const calendar = loadCalendar(config.calendar ?? null, baseFolder).days
  const database = join(folder, 'control.sqlite')
  const rosters = openRosterReader(database, config.duty)
  const auditor = openAuditor({
    ...{ clock, log, startedAt, texting, buzzer },
    look: (now) => ({
      view: readView(database, { now, nobody: rolesOfNobody(rosters.roster(), calendar, now) }),
      line: door.line(),
    }),
    recipients: (now) => recipientsOf(rosters.roster(), calendar, now),
    did: (event) => owed.add(event),
    before: kept.events(memoryFrom(startedAt)),
  })
  health.now = () => ({
    ...{ at: clock.now(), startedAt, audit: auditor.found() },
    modem: modem?.health() ?? null,
    buzzer: buzzer?.state() ?? 'none',
    usedToday: texting.usedToday(),
    ...limits,
  })
  return { door, owed, texting, auditor, modem, buzzer, tellHealth }
}

async function keepLooking(auditor: Auditor, clock: Clock, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    const againMs = auditor.look(signal)
    // A clock that plays a county very fast must not keep the disk busy with looking.
    await Promise.all([clock.sleep(againMs, signal), systemClock.sleep(100, signal)]).catch(() => undefined)
  }
  await auditor.idle()
}

async function tellAgain(tellHealth: () => void, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    tellHealth()
    await systemClock.sleep(BEAT_MS, signal).catch(() => undefined)
  }
}

/** The line's server, and since when a control room is or is not at its other end, by the county's time. */
function openDoor(clock: Clock, startedAt: UtcMs) {
  let opened: LineServer | null = null
  let line = { isThere: false, since: startedAt }
  return {
    server: () => opened,
    line: () => line,
    open: (server: LineServer) => void (opened = server),
    turn: (isThere: boolean) => void (line = { isThere, since: clock.now() }),
  }
}

interface ModemParts {
  readonly clock: Clock
  readonly log: Log
  readonly baseFolder: string
  readonly kept: Kept
  readonly owed: Owed
  readonly changed: () => void
}

function modemOf(config: NonNullable<Watchman['modem']>, parts: ModemParts): Modem {
  const { path, baud, pinFile, pinEnv } = config
  const { log, baseFolder, kept, owed, changed } = parts
  const pin = readSecret({ passwordFile: pinFile, passwordEnv: pinEnv }, 'PIN of the SIM', { baseFolder })
  const now = systemClock.now()
  const owner: ModemOwner = {
    incoming: (text) => owed.incoming(text),
    unreadable: (text) => owed.unreadable(text),
    reported: (report) => owed.reported(report),
    changed,
  }
  return openModem({
    connect: portConnect(path, baud),
    clock: systemClock,
    log: log.child({ part: 'modem' }),
    settings: { pin, awaiting: awaitedOf(kept, utcMs(Math.max(0, now - AWAITED_FOR_MS))) },
    owner,
  })
}

function buzzerOf({ path, baud }: NonNullable<Watchman['buzzer']>, log: Log): Buzzer {
  const connect = portConnect(path, baud)
  return openBuzzer({ connect, clock: systemClock, log: log.child({ part: 'buzzer' }) })
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((settle) => {
    signal.addEventListener('abort', () => settle(), { once: true })
    if (signal.aborted) settle()
  })
}
