import type { IncomingMessage } from 'node:http'
import type { CameraEvent, EvidenceRow } from '../../../core/contract/evidence.ts'
import { HouseError, isHouseError, messageOf } from '../../../core/kit/errors.ts'
import { systemClock, type Clock } from '../../../platform/clock.ts'
import type { Log } from '../../../platform/log.ts'
import type { Batch, Driver } from '../../driver.ts'
import { cameraHttp, type CameraHttp } from './camera-http.ts'
import {
  cameraReadings,
  freshCamera,
  hearPart,
  isPresence,
  isSilent,
  nextDeadline,
  passTime,
  type CameraSetup,
  type CameraState,
} from './camera-state.ts'
import type { Instant } from './folding.ts'
import { scan, startScan } from './multipart.ts'
import { pictureDesk, type PictureDesk } from './picture-desk.ts'

/** While nothing changes the readings are said again this often, so that they stay valid. */
const REPEAT_MS = 3_000
const VALID_MS = 2.5 * REPEAT_MS
/** How long a start of presence waits for its picture. An alarm waits no longer; the picture then follows it. */
const PICTURE_PATIENCE_MS = 1_000
const RETRY_MS = [1_000, 2_000, 4_000, 8_000, 16_000, 30_000] as const
/** Cameras lock a user out after a handful of wrong passwords, so a refusal is not tried again soon. */
const REFUSED_RETRY_MS = [60_000, 300_000, 600_000] as const

/** What the camera driver is made from. `clock` is the domain's; network timeouts and pauses are real time. */
export interface IsapiOptions extends CameraSetup {
  readonly password: string
  readonly clock: Clock
  readonly log: Log
}

interface Watching {
  readonly options: IsapiOptions
  readonly http: CameraHttp
  readonly desk: PictureDesk
  readonly now: () => Instant
  /** Called with each message heard, so that the pauses between attempts start small again. */
  readonly onHeard: () => void
}

/**
 * A camera that pushes events over HTTP, as points `stream`, `human` and `vehicle` (booleans). Repeated messages are one
 * event, which ends when they fall silent; its start brings a picture as evidence. A stream that is silent, ended or
 * refused makes all three points bad (`stream-lost`) and is opened again with growing pauses, for ever.
 */
export function isapiDriver(options: IsapiOptions): Driver {
  return { device: options.camera.id, batches: (signal) => watchForEver(options, signal) }
}

async function* watchForEver(options: IsapiOptions, signal: AbortSignal): AsyncGenerator<Batch> {
  const { camera, profile, password, clock, log } = options
  let failures = 0
  let told: string | null = null
  const http = cameraHttp({ url: camera.url, user: camera.user, password })
  const path = pathOf(profile.paths.snapshot, camera.channel)
  const watching: Watching = {
    options,
    http,
    desk: pictureDesk({ http, path, device: camera.id, log }),
    now: () => ({ at: clock.now(), mono: clock.mono() }),
    onHeard: () => {
      if (told !== 'watching') log.info({ device: camera.id }, 'the camera stream is watched')
      told = 'watching'
      failures = 0
    },
  }
  const isOver = () => signal.aborted
  while (!isOver()) {
    try {
      yield* watchOnce(watching, signal)
    } catch (error) {
      if (isOver()) return
      if (!isHouseError(error)) throw error
      if (told !== error.code) log.warn({ code: error.code, device: camera.id, ...error.facts }, error.message)
      told = error.code
      yield said(watching, null)
      const pauses = error.code === 'camera/refused' ? REFUSED_RETRY_MS : RETRY_MS
      await systemClock.sleep(pauses[Math.min(failures, pauses.length - 1)] ?? 0, signal).catch(() => undefined)
      failures += 1
    }
  }
}

/** One connection, from its opening to the HouseError that says why it is over. */
async function* watchOnce(watching: Watching, signal: AbortSignal): AsyncGenerator<Batch> {
  const { camera, profile } = watching.options
  const over = new AbortController()
  const whileOpen = AbortSignal.any([signal, over.signal])
  try {
    const response = await watching.http.get(pathOf(profile.paths.events, camera.channel), whileOpen)
    yield* follow(watching, response, whileOpen)
  } finally {
    over.abort()
  }
}

async function* follow(watching: Watching, response: IncomingMessage, signal: AbortSignal): AsyncGenerator<Batch> {
  const { options, now, desk } = watching
  const chunks = (response as AsyncIterable<Buffer>)[Symbol.asyncIterator]()
  let scanning = startScan(response.headers['content-type'])
  let state = freshCamera(now())
  let saidMono = state.heardMono
  const say = (): Batch => {
    saidMono = now().mono
    return said(watching, state)
  }
  /** Lets what was not repeated end; true when something has. Only while no bytes wait: they may hold the repetition. */
  const expire = (): boolean => {
    const passed = passTime(state, now(), options)
    state = passed.state
    if (!isSilent(state, now(), options)) return passed.events.length > 0
    throw new HouseError('link/timeout', `neither event nor heartbeat came for ${options.camera.silentAfter} ms`, {
      discardedBytes: scanning.discardedBytes,
      malformed: state.malformed,
    })
  }
  yield say()
  let next = nextOf(chunks)
  for (;;) {
    const deadline = Math.min(nextDeadline(state, options), saidMono + REPEAT_MS)
    const came = await first(next, desk, (decided) => {
      return options.clock.sleep(Math.max(0, deadline - now().mono), AbortSignal.any([signal, decided]))
    })
    if (came.kind === 'chunk') {
      const scanned = scan(scanning, came.bytes)
      scanning = scanned.state
      for (const part of scanned.parts) {
        const step = hearPart(state, part, now(), options)
        noteMalformed(options, state, step.state)
        state = step.state
        watching.onHeard()
        if (step.events.length === 0) continue
        await takePictures(watching, step.events, signal)
        yield say()
      }
      next = nextOf(chunks)
    }
    const changed = came.kind === 'time' && expire()
    if (changed || desk.hasPictures() || now().mono - saidMono >= REPEAT_MS) yield say()
  }
}

type Occurrence = { readonly kind: 'chunk'; readonly bytes: Buffer } | { readonly kind: 'picture' | 'time' }

/** What happens first. Bytes win over time, so that a slow consumer is not taken for a silent camera. */
async function first(
  next: Promise<IteratorResult<Buffer>>,
  desk: PictureDesk,
  sleep: (decided: AbortSignal) => Promise<void>,
): Promise<Occurrence> {
  const decided = new AbortController()
  try {
    return await Promise.race([
      chunkOf(next),
      desk.settled().then((): Occurrence => ({ kind: 'picture' })),
      sleep(decided.signal).then((): Occurrence => ({ kind: 'time' })),
    ])
  } finally {
    decided.abort()
  }
}

/** The next bytes, asked for ahead: that the stream broke off is an error only once somebody waits for them. */
function nextOf(chunks: AsyncIterator<Buffer>): Promise<IteratorResult<Buffer>> {
  const next = chunks.next()
  next.catch(() => undefined)
  return next
}

async function chunkOf(next: Promise<IteratorResult<Buffer>>): Promise<Occurrence> {
  const result = await next.catch((error: unknown) => {
    throw new HouseError('link/down', `the event stream broke off: ${messageOf(error)}`, {}, error)
  })
  if (result.done === true) throw new HouseError('link/down', 'the camera ended its event stream')
  return { kind: 'chunk', bytes: result.value }
}

/** Orders a picture for each presence that starts and gives it a moment to come along with the reading. */
async function takePictures(watching: Watching, events: readonly CameraEvent[], signal: AbortSignal): Promise<void> {
  const starts = events.filter((event) => event.phase === 'start' && isPresence(event.event, watching.options.profile))
  if (starts.length === 0) return
  for (const event of starts) watching.desk.order(event, signal)
  const patience = new AbortController()
  const enough = systemClock.sleep(PICTURE_PATIENCE_MS, patience.signal).catch(() => undefined)
  await Promise.race([watching.desk.settled(), enough])
  patience.abort()
}

/** What is said now, with the pictures that have come since the last time. */
function said({ options, desk, now }: Watching, state: CameraState | null): Batch {
  const taken = desk.collect()
  const instant = now()
  const evidence = taken.map(({ event, picture }): EvidenceRow => {
    return {
      kind: 'picture',
      sha256: picture.sha256,
      mediaType: picture.mediaType,
      bytes: picture.bytes.length,
      device: options.camera.id,
      target: event.target,
      event: event.event,
      at: instant.at,
    }
  })
  return {
    device: options.camera.id,
    readings: cameraReadings({ state, setup: options, now: instant, validMs: VALID_MS, evidence }),
    pictures: taken.map(({ picture }) => picture),
  }
}

/** The first message of a stream that cannot be read is told; the rest are counted. */
function noteMalformed({ camera, log }: IsapiOptions, before: CameraState, after: CameraState): void {
  if (before.malformed > 0 || after.malformed === 0) return
  log.warn({ code: 'message/malformed', device: camera.id }, 'a part of the event stream was no event; it is counted')
}

function pathOf(template: string, channel: number): string {
  return template.replaceAll('{channel}', String(channel))
}
