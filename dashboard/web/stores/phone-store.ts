import { z } from 'zod'
import { HouseError, messageOf } from '../../../core/kit/errors.ts'
import { Queued } from './phone-queue.ts'

/** Where a phone keeps what is not sent yet, over reloads and empty batteries. Throws `store/failed`. */
export interface PhoneStore {
  /** Everybody's, oldest first. */
  all(): Promise<readonly Queued[]>
  /** Durable when it resolves. */
  add(item: Queued, photo: Blob | null): Promise<void>
  photo(id: string): Promise<Blob | null>
  /** Writes down that it was refused. */
  replace(item: Queued): Promise<void>
  remove(id: string): Promise<void>
}

const NAME = 'pitwatch-phone'
const QUEUE = 'queue'

const Row = z.object({ n: z.number(), item: Queued, photo: z.instanceof(Blob).nullable() })

/** The store in this browser's IndexedDB. */
export function openPhoneStore(factory: IDBFactory): PhoneStore {
  let opening: Promise<IDBDatabase> | null = null
  const database = () => {
    opening ??= opened(factory).catch((error: unknown) => {
      opening = null
      throw error
    })
    return opening
  }
  const using = async <T>(mode: IDBTransactionMode, work: (rows: IDBObjectStore) => IDBRequest<T>): Promise<T> => {
    try {
      const transaction = (await database()).transaction(QUEUE, mode, { durability: 'strict' })
      const request = work(transaction.objectStore(QUEUE))
      await new Promise<void>((resolve, reject) => {
        transaction.oncomplete = () => resolve()
        transaction.onabort = () => reject(transaction.error ?? new Error('aborted'))
      })
      return request.result
    } catch (error) {
      throw new HouseError('store/failed', `what waits on this phone: ${messageOf(error)}`, {}, error)
    }
  }
  const rowOf = async (id: string) => Row.safeParse(await using('readonly', (rows) => rows.index('id').get(id))).data
  return {
    all: async () => {
      const rows: unknown[] = await using('readonly', (all) => all.getAll())
      return rows.flatMap((row) => Row.safeParse(row).data?.item ?? [])
    },
    add: async (item, photo) => {
      await using('readwrite', (rows) => rows.add({ item, photo }))
    },
    photo: async (id) => (await rowOf(id))?.photo ?? null,
    replace: async (item) => {
      const row = await rowOf(item.id)
      if (row !== undefined) await using('readwrite', (rows) => rows.put({ ...row, item }))
    },
    remove: async (id) => {
      const row = await rowOf(id)
      if (row !== undefined) await using('readwrite', (rows) => rows.delete(row.n))
    },
  }
}

function opened(factory: IDBFactory): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const request = factory.open(NAME, 1)
    request.onupgradeneeded = () => {
      const rows = request.result.createObjectStore(QUEUE, { keyPath: 'n', autoIncrement: true })
      rows.createIndex('id', 'item.id', { unique: true })
    }
    request.onsuccess = () => resolve(request.result)
    request.onerror = () => reject(request.error ?? new Error('refused'))
  })
}
