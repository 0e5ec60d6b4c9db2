import { createHash } from 'node:crypto'
import { copyFileSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Sha256 } from '../../core/contract/text.ts'
import type { UtcMs } from '../../core/contract/time.ts'
import { canonicalJson } from '../../core/kit/canonical-json.ts'
import { HouseError, messageOf } from '../../core/kit/errors.ts'
import type { Sheet } from '../technician/sheet.ts'
import { sheetHtml } from '../technician/sheet-html.ts'
import { SignedSheet } from '../technician/sheet-signature.ts'
import { invalid } from './http.ts'

/** Largest photo, in bytes, and most of one sheet. */
export const MOST_PHOTO_BYTES = 3 * 1024 * 1024
export const MOST_PHOTOS = 5
/** What all sheets and photos of a gateway may take, in bytes: the disk is the readings'. */
const MOST_BYTES = 256 * 1024 * 1024

/** A photo that waits for its sheet. */
export interface Photo {
  readonly sha256: Sha256
  readonly bytes: number
}

const SHEET_FILE = /^(sheet-\d{8}-\d{6}(-\d+)?\.(html|json)|photo-[0-9a-f]{16}\.jpg)$/

/** The folder of a gateway's sheets: `sheet-….json` with its page beside it, and the photos they name. */
export class SheetFiles {
  readonly #folder: string
  readonly #drafts: string

  /** Photos that no sheet was made of are gone. Throws `store/failed`. */
  constructor(storeFolder: string) {
    this.#folder = join(storeFolder, 'sheets')
    this.#drafts = join(this.#folder, 'drafts')
    onDisk(this.#drafts, () => {
      rmSync(this.#drafts, { recursive: true, force: true })
      mkdirSync(this.#drafts, { recursive: true })
    })
  }

  /** The names of the sheets, newest first. */
  list(): readonly string[] {
    const names = onDisk(this.#folder, () => readdirSync(this.#folder))
    return names
      .filter((name) => SHEET_FILE.test(name) && name.endsWith('.json'))
      .map((name) => name.slice(0, -'.json'.length))
      .sort()
      .reverse()
  }

  /** A page, its data, or a photo, by name. Throws `http/not-found`. */
  file(name: string): Buffer {
    if (!SHEET_FILE.test(name)) throw notFound(name)
    try {
      return readFileSync(join(this.#folder, name))
    } catch (error) {
      throw notFound(name, error)
    }
  }

  /** Keeps a photo until its sheet is made. Throws `http/invalid` for what is no photo, `http/conflict` when there is no room. */
  addPhoto(photo: Buffer): Photo {
    const isJpeg =
      photo.subarray(0, 3).equals(Buffer.from([0xff, 0xd8, 0xff])) &&
      photo.subarray(-2).equals(Buffer.from([0xff, 0xd9]))
    if (!isJpeg) throw invalid('photo', 'expected a JPEG picture')
    if (photo.length > MOST_PHOTO_BYTES) throw invalid('photo', `expected at most ${MOST_PHOTO_BYTES} bytes`)
    this.#demandRoom(photo.length)
    const sha256 = createHash('sha256').update(photo).digest('hex')
    const path = this.#draft(sha256)
    onDisk(path, () => writeFileSync(path, photo))
    return { sha256, bytes: photo.length }
  }

  removePhoto({ sha256 }: Photo): void {
    const path = this.#draft(sha256)
    onDisk(path, () => rmSync(path, { force: true }))
  }

  /** Puts photos beside the sheets, and names them as a sheet does. Throws `store/failed`. */
  takePhotos(photos: readonly Photo[]): Sheet['photos'] {
    return photos.map(({ sha256, bytes }) => {
      const file = `photo-${sha256.slice(0, 16)}.jpg`
      onDisk(file, () => copyFileSync(this.#draft(sha256), join(this.#folder, file)))
      return { file, sha256, bytes }
    })
  }

  /** Writes a sheet and its page; answers their name. Throws `http/conflict` when there is no room, `store/failed`. */
  write(signed: SignedSheet): string {
    const text = `${canonicalJson(signed)}\n`
    // Printed from what is written, as whoever verifies it will print it.
    const page = sheetHtml(SignedSheet.parse(JSON.parse(text)))
    this.#demandRoom(text.length + page.length)
    const taken = new Set(this.list())
    const stem = `sheet-${stampOf(signed.sheet.at)}`
    let name = stem
    for (let count = 2; taken.has(name); count += 1) name = `${stem}-${count}`
    onDisk(name, () => {
      writeFileSync(join(this.#folder, `${name}.html`), page, { flag: 'wx' })
      writeFileSync(join(this.#folder, `${name}.json`), text, { flag: 'wx' })
    })
    return name
  }

  #draft(sha256: Sha256): string {
    return join(this.#drafts, `${sha256}.jpg`)
  }

  #demandRoom(bytes: number): void {
    const used = onDisk(this.#folder, () =>
      readdirSync(this.#folder, { withFileTypes: true, recursive: true })
        .filter((entry) => entry.isFile())
        .reduce((sum, { parentPath, name }) => sum + statSync(join(parentPath, name)).size, 0),
    )
    if (used + bytes > MOST_BYTES) {
      const message = `the sheets of this gateway take ${MOST_BYTES / 1_048_576} MB; take some of them away from its store`
      throw new HouseError('http/conflict', message, { used })
    }
  }
}

/** 20261122-161405, in UTC. */
function stampOf(at: UtcMs): string {
  return new Date(at).toISOString().slice(0, 19).replaceAll(/[-:]/g, '').replace('T', '-')
}

function onDisk<T>(path: string, work: () => T): T {
  try {
    return work()
  } catch (error) {
    throw new HouseError('store/failed', `${path}: ${messageOf(error)}`, { path }, error)
  }
}

function notFound(name: string, cause?: unknown): HouseError {
  return new HouseError('http/not-found', `expected the name of a sheet or photo, came ${name.slice(0, 80)}`, {}, cause)
}
