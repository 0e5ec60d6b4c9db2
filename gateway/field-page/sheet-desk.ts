import { z } from 'zod'
import type { PointRef } from '../../core/contract/reading.ts'
import { Sha256 } from '../../core/contract/text.ts'
import type { UtcMs } from '../../core/contract/time.ts'
import { HouseError, messageOf } from '../../core/kit/errors.ts'
import type { Log } from '../../platform/log.ts'
import type { LoadedGateway } from '../../platform/site/loaded-gateway.ts'
import type { HonestClock } from '../clock/honest-clock.ts'
import type { OpenBus } from '../field-drivers.ts'
import type { Ear } from '../technician/ear.ts'
import { HandReadings, type Sheet } from '../technician/sheet.ts'
import { handFaults, readSite, type SheetLine, sheetOf } from '../technician/sheet-making.ts'
import { signedSheet, signingKey } from '../technician/sheet-signature.ts'
import { BorrowedBus } from './borrowed-bus.ts'
import { invalid } from './http.ts'
import { MOST_PHOTOS, type Photo, type SheetFiles } from './sheet-files.ts'
import type { Session } from './sign-in.ts'

/** What a technician hands in: who answers for it, what their instruments said, and which photos go with it. */
export const SheetOrder = HandReadings.extend({
  by: z.string().trim().min(1).max(60),
  photos: z.array(Sha256).max(MOST_PHOTOS).default([]),
}).strict()
export type SheetOrder = z.infer<typeof SheetOrder>

export const PhotoRef = z.object({ sha256: Sha256 }).strict()

export interface SheetDeps {
  readonly runtime: { readonly loaded: LoadedGateway; line(bus: string): OpenBus | null }
  readonly storeFolder: string
  readonly files: SheetFiles
  readonly clock: Pick<HonestClock, 'now' | 'mono' | 'sleep' | 'dating'>
  readonly log: Log
  readonly signal: AbortSignal
}

/** Bytes on a bus that others use too tell nothing of one device; what a sheet shows of them is in the answers. */
const DEAF: Ear = { tap: () => undefined, clear: () => undefined, heard: () => ({ sent: '', came: '' }) }

interface Making {
  readonly by: string
  readonly startedAt: UtcMs
  state: 'reading' | 'done' | 'failed'
  /** Devices that were read, of so many. */
  readonly of: number
  read: number
  device: string | null
  made: MadeSheet | null
  error: { readonly code: string; readonly message: string } | null
}

interface MadeSheet {
  readonly name: string
  readonly verdict: Sheet['verdict']
  readonly fingerprint: string
  readonly unreached: readonly string[]
  readonly photos: readonly string[]
  readonly compared: readonly {
    readonly ref: PointRef
    readonly value: number | boolean | null
    readonly hand: number | boolean | null
    readonly deviation: number | null
    readonly verdict: string
  }[]
}

/** Makes commissioning sheets over the buses a gateway polls, one at a time. */
export class SheetDesk {
  readonly #deps: SheetDeps
  readonly #photos = new Map<string, readonly Photo[]>()
  #making: Making | null = null

  constructor(deps: SheetDeps) {
    this.#deps = deps
  }

  /** What is being made or was made last, the photos that wait, and all sheets there are. */
  view({ key }: Session) {
    const { files } = this.#deps
    return { making: this.#making, photos: this.#photos.get(key) ?? [], sheets: files.list() }
  }

  /** Takes a photo for the next sheet of this session. Throws `http/invalid`, `http/conflict`, `store/failed`. */
  addPhoto(photo: Buffer, { key }: Session): Photo {
    const own = this.#photos.get(key) ?? []
    if (own.length >= MOST_PHOTOS)
      throw new HouseError('http/conflict', `expected at most ${MOST_PHOTOS} photos a sheet`)
    const added = this.#deps.files.addPhoto(photo)
    if (!own.some(({ sha256 }) => sha256 === added.sha256)) this.#photos.set(key, [...own, added])
    return added
  }

  removePhoto({ sha256 }: z.infer<typeof PhotoRef>, { key }: Session): void {
    this.#drop(key, (one) => one.sha256 === sha256)
  }

  /** Photos of a session that is over are nobody's. */
  forget({ key }: Session): void {
    this.#drop(key, () => true)
    this.#photos.delete(key)
  }

  /** Begins a sheet. Throws `http/invalid`, which names the reading that is wrong, and `http/conflict` while another is made. */
  start(order: SheetOrder, session: Session): void {
    const { runtime, clock, log } = this.#deps
    const site = runtime.loaded
    const unknown = (ref: PointRef) => `expected a point that is read, came ${ref}`
    const [fault] = handFaults(site, order, unknown)
    if (fault !== undefined) throw invalid(`readings.${fault.ref}`, fault.message)
    const photos = (this.#photos.get(session.key) ?? []).filter(({ sha256 }) => order.photos.includes(sha256))
    if (photos.length < order.photos.length) throw invalid('photos', 'expected photos of this session')
    if (this.#making?.state === 'reading') throw new HouseError('http/conflict', 'a sheet is being made; wait for it')
    const making: Making = {
      ...{ by: order.by, startedAt: clock.now(), state: 'reading', of: site.config.devices.length },
      ...{ read: 0, device: null, made: null, error: null },
    }
    this.#making = making
    log.info({ by: order.by, signedIn: session.by }, 'a technician makes a commissioning sheet')
    void this.#make(making, { order, photos, session })
  }

  async #make(making: Making, wanted: Wanted): Promise<void> {
    const { log } = this.#deps
    try {
      making.made = await this.#made(making, wanted)
      making.state = 'done'
      const { name, verdict, fingerprint } = making.made
      log.info({ by: making.by, sheet: name, verdict, fingerprint }, 'a commissioning sheet was made')
    } catch (error) {
      making.error = { code: error instanceof HouseError ? error.code : 'http/failed', message: messageOf(error) }
      making.state = 'failed'
      log.warn({ ...making.error, by: making.by }, 'a commissioning sheet could not be made')
    }
  }

  async #made(making: Making, { order, photos, session }: Wanted): Promise<MadeSheet> {
    const { runtime, storeFolder, files, clock, signal } = this.#deps
    const site = runtime.loaded
    const { read, unreached } = await readSite(
      site,
      {
        open: ({ id }) => this.#borrow(id),
        clock,
        onPart: ({ id }, _points, before) => Object.assign(making, { read: before, device: id }),
      },
      signal,
    )
    const { source, uncertaintyMs } = clock.dating()
    const clockWithinMs = source === 'none' || uncertaintyMs === null ? null : Math.ceil(uncertaintyMs)
    const { by } = order
    const taken = files.takePhotos(photos)
    this.forget(session)
    const sheet = sheetOf(site, read, { by, at: clock.now(), clockWithinMs, photos: taken, hand: order })
    const signed = signedSheet(sheet, signingKey(storeFolder))
    const name = files.write(signed)
    Object.assign(making, { read: read.length, device: null })
    return {
      ...{ name, verdict: sheet.verdict, fingerprint: signed.signature.fingerprint },
      unreached: unreached.map(({ bus }) => bus),
      photos: taken.map(({ file }) => file),
      compared: comparedIn(sheet),
    }
  }

  #borrow(id: string): SheetLine {
    const line = this.#deps.runtime.line(id)
    if (line === null)
      throw new HouseError('link/busy', `bus ${id} is being changed; make the sheet again`, { bus: id })
    return { bus: new BorrowedBus(line.bus), ear: DEAF }
  }

  #drop(key: string, which: (photo: Photo) => boolean): void {
    const own = this.#photos.get(key) ?? []
    this.#photos.set(
      key,
      own.filter((photo) => !which(photo)),
    )
    const left = new Set([...this.#photos.values()].flat().map(({ sha256 }) => sha256))
    for (const photo of own.filter(which)) if (!left.has(photo.sha256)) this.#deps.files.removePhoto(photo)
  }
}

interface Wanted {
  readonly order: SheetOrder
  readonly photos: readonly Photo[]
  readonly session: Session
}

function comparedIn({ devices }: Sheet): MadeSheet['compared'] {
  return devices.flatMap((device) =>
    device.points
      .filter(({ verdict }) => verdict === 'pass' || verdict === 'fail')
      .map(({ point, value, hand, deviation, verdict }) => {
        return { ref: `${device.id}/${point}`, value, hand, deviation, verdict }
      }),
  )
}
