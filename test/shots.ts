// Pictures of every screen: `npm run shots [-- DIR]`. Starts the simulated county, waits until it has alarms, and takes each screen in both
// languages and both themes, the overview on a phone and on a wall too. One line a picture, with what axe finds on it. Ends with 0 only
// when axe found nothing serious.
import { mkdir } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { openCountyForShots } from './shots/county.ts'
import { takeAll } from './shots/take.ts'

const [folder = join(import.meta.dirname, '../data/shots')] = process.argv.slice(2)
const say = (line: string) => void process.stdout.write(`${line}\n`)

process.exitCode = await main(resolve(folder))

async function main(to: string): Promise<number> {
  await mkdir(to, { recursive: true })
  say('Starting the simulated county and waiting for its alarms…')
  await using county = await openCountyForShots()
  const { pictures, faults } = await takeAll(county, { to, say })
  say(`${pictures} pictures in ${to}; serious findings of axe: ${faults}.`)
  return faults === 0 ? 0 : 1
}
