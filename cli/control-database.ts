import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { HouseError } from '../core/kit/errors.ts'

const FILE = 'control.sqlite'

/**
 * The database of a control room: in its store, or in the `control` folder of the data folder `pitwatch up` makes.
 * Throws `config/unreadable` when there is none.
 */
export function controlDatabase(folder: string): string {
  const places = [join(resolve(folder), FILE), join(resolve(folder), 'control', FILE)]
  const found = places.find((path) => existsSync(path))
  if (found !== undefined) return found
  throw new HouseError('config/unreadable', `${folder}: expected a control room's ${FILE} in it, came none`, { folder })
}
