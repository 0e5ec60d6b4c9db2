import { closeSync, mkdirSync, openSync, writeFileSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { stringify } from 'yaml'
import { siteFileOf } from './config.ts'
import { localText } from './days.ts'
import { FAMILIES } from './families.ts'
import { HELD_OUT } from './families-held-out.ts'
import { openPlay } from './play.ts'
import { readingLine, truthLine } from './lines.ts'
import { drawSite } from './site.ts'

const USAGE =
  'node bench/pit/write.ts --seed 7 --out DIR [--days 42] [--learn-days 14] [--every 5] [--held-out] [--without-pump-contact]'
const CHUNK = 1 << 20

const { values } = parseArgs({
  options: {
    seed: { type: 'string' },
    out: { type: 'string' },
    days: { type: 'string', default: '42' },
    'learn-days': { type: 'string', default: '14' },
    every: { type: 'string', default: '5' },
    'held-out': { type: 'boolean', default: false },
    'without-pump-contact': { type: 'boolean', default: false },
  },
})
if (values.seed === undefined || values.out === undefined) {
  console.error(USAGE)
  process.exit(2)
}
const site = drawSite(Number(values.seed), { days: Number(values.days), learnDays: Number(values['learn-days']) })
const families = values['held-out'] ? HELD_OUT : FAMILIES
const play = openPlay(site, { everyS: Number(values.every), families })
const knowsPumps = !values['without-pump-contact']
const file = siteFileOf(play, { knowsPumps })
mkdirSync(values.out, { recursive: true })
writeFileSync(join(values.out, 'site.yaml'), stringify(file))
const incidents = writeReadings(join(values.out, 'readings.ndjson'), new Set(Object.keys(file.points)))
const truth = incidents.map((incident) => truthLine(incident, play.startAt)).join('')
writeFileSync(join(values.out, 'truth.ndjson'), truth)
const armedFrom = localText(play.startAt + site.learnDays * 86_400_000)
console.log(`${values.out}: ${incidents.length} incidents; try pitwatch backtest --site ${join(values.out, 'site.yaml')} \\
  --input ${join(values.out, 'readings.ndjson')} --learn-until ${armedFrom} --out alarms.ndjson`)

/** Writes the readings of the points that the site file knows. */
function writeReadings(path: string, known: ReadonlySet<string>) {
  const out = openSync(path, 'w')
  let chunk = ''
  const flush = () => {
    writeSync(out, chunk)
    chunk = ''
  }
  try {
    return play.run({
      take: ({ ref }, _index, said) => {
        if (known.has(ref)) chunk += readingLine(ref, said)
        if (chunk.length > CHUNK) flush()
      },
      polled: () => undefined,
    })
  } finally {
    flush()
    closeSync(out)
  }
}
