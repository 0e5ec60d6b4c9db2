import { closeSync, fdatasync, fdatasyncSync, openSync } from 'node:fs'
import { promisify } from 'node:util'

const dataSync = promisify(fdatasync)

/**
 * Makes what lies in a database's write-ahead log survive a power cut, without SQLite's own wait for the disk at each commit, in which
 * the whole program stands still. Only the -wal file is opened beside SQLite: closing a second descriptor of the database
 * itself would drop SQLite's locks on it.
 */
export class WalSync implements Disposable {
  readonly #path: string
  #descriptor: number | null = null
  #running = 0
  #isClosed = false

  constructor(databasePath: string) {
    this.#path = `${databasePath}-wal`
  }

  /** Resolves when everything written before the call is on the disk. Rejects with the system's error. */
  async later(): Promise<void> {
    const descriptor = this.#opened()
    this.#running += 1
    try {
      await dataSync(descriptor)
    } finally {
      this.#running -= 1
      if (this.#isClosed) this.#close()
    }
  }

  /** The same, waiting for it. */
  now(): void {
    fdatasyncSync(this.#opened())
  }

  [Symbol.dispose](): void {
    this.#isClosed = true
    this.#close()
  }

  #opened(): number {
    if (this.#isClosed) throw new Error('the database is closed')
    this.#descriptor ??= openSync(this.#path, 'r+')
    return this.#descriptor
  }

  #close(): void {
    if (this.#descriptor === null || this.#running > 0) return
    closeSync(this.#descriptor)
    this.#descriptor = null
  }
}
