import type { CameraEvent } from '../../../core/contract/evidence.ts'
import { isHouseError, messageOf } from '../../../core/kit/errors.ts'
import type { Log } from '../../../platform/log.ts'
import type { Picture } from '../../driver.ts'
import type { CameraHttp } from './camera-http.ts'
import { fetchSnapshot } from './snapshot.ts'

/** A picture and the event whose start it was taken for. */
export interface TakenPicture {
  readonly event: CameraEvent
  readonly picture: Picture
}

/** Fetches pictures beside the event stream, so that neither waits for the other. */
export interface PictureDesk {
  /** Has a picture taken for `event`, unless too many are under way already. */
  order(event: CameraEvent, signal: AbortSignal): void
  /** Resolves when a picture under way has come or failed; never when none is under way. */
  settled(): Promise<void>
  /** Whether pictures have come that were not collected yet. */
  hasPictures(): boolean
  /** The pictures that have come since this was last asked. */
  collect(): TakenPicture[]
}

/** More at once would only keep a small camera from its work. */
const MAX_UNDER_WAY = 4

/** The picture desk of one camera; `path` is where it gives a still. A picture that fails is logged once per change. */
export function pictureDesk(options: {
  readonly http: CameraHttp
  readonly path: string
  readonly device: string
  readonly log: Log
}): PictureDesk {
  const { http, path, device, log } = options
  const underWay = new Set<Promise<void>>()
  let come: TakenPicture[] = []
  let works = true

  const take = async (event: CameraEvent, signal: AbortSignal): Promise<void> => {
    try {
      const picture = await fetchSnapshot(http, path, signal)
      come.push({ event, picture })
      works = true
    } catch (error) {
      if (signal.aborted) return
      const code = isHouseError(error) ? error.code : 'link/down'
      if (works) log.warn({ code, device }, `no picture could be had: ${messageOf(error)}`)
      works = false
    }
  }

  return {
    order(event, signal) {
      if (underWay.size >= MAX_UNDER_WAY) return
      const taking = take(event, signal).finally(() => underWay.delete(taking))
      underWay.add(taking)
    },
    settled: () => (underWay.size === 0 ? new Promise(() => undefined) : Promise.race(underWay)),
    hasPictures: () => come.length > 0,
    collect() {
      const collected = come
      come = []
      return collected
    },
  }
}
