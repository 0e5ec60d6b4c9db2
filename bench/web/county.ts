import { cp } from 'node:fs/promises'
import { utcMs } from '../../core/contract/time.ts'
import { QUANTITIES, type Quantity } from '../../core/contract/quantity.ts'
import { rounded } from '../bench.ts'
import { dice } from './probes/dice.ts'
import { openControlWeb } from '../../test/dashboard/server/http/control-web.ts'
import { edge } from '../../test/dashboard/server/ingest/edge.ts'

export type Web = Awaited<ReturnType<typeof openControlWeb>>

const DEVICES = 3
const KINDS = ['closed-pit', 'sealed-shaft', 'dewatering-pit', 'licensed-mine', 'open-pit', 'monitoring-tower'] as const
const MEASURED: readonly Quantity[] = ['power', 'voltage', 'current', 'level', 'gas']
/** A reading is good for so long. */
const GOOD_FOR_MS = 5_000
const TOWNS = 20
/** Of which made-up names are made. */
const SYLLABLES = '东西南北上下大小石松柳杨白红青黄沟坪岭湾坡塘峪梁家庄头寨台寺'

/** The points of each site, `device/point`, each of some quantity. */
function pointsOf(count: number) {
  return Array.from({ length: count }, (_, index) => ({
    device: `device-${index % DEVICES}`,
    point: `point-${index}`,
    quantity: MEASURED[index % MEASURED.length] ?? 'power',
  }))
}

/** A county of simulated sites in a control room that really runs. */
export interface County {
  /** Every point of every site is read again. */
  read(): void
}

/** Has the gateways of `sites` sites be born, each with `points` points. Site `index` is called `nameOf(index)`. */
export function settle(
  { county }: Pick<Web, 'county'>,
  { sites, points, nameOf }: { sites: number; points: number; nameOf: (index: number) => string },
): County {
  const all = Array.from({ length: sites }, (_, index) => nameOf(index))
  const measured = pointsOf(points)
  const throwDice = dice(11)
  const syllables = () => Array.from({ length: 3 }, () => SYLLABLES.charAt(throwDice() * SYLLABLES.length)).join('')
  for (const [index, id] of all.entries()) {
    const about = edge({ site: id }).about()
    county.nodeBorn({
      ...about,
      rules: [],
      site: {
        ...about.site,
        ...{ id, kind: KINDS[index % KINDS.length] ?? 'closed-pit', headline: 'device-0/point-0' },
        name: { 'zh-CN': `${syllables()}模拟井`, en: `Simulated pit ${index + 1}` },
        area: { 'zh-CN': `模拟第${index % TOWNS}镇`, en: `Simulated town ${index % TOWNS}` },
        place: { x: rounded(throwDice() * 100), y: rounded(throwDice() * 100) },
      },
    })
    for (const [device, group] of Map.groupBy(measured, (one) => one.device)) {
      county.deviceBorn(id, {
        ...{ device, profile: 'simulated/points', name: { 'zh-CN': `设备 ${device}`, en: device } },
        points: group.map(({ point, quantity }) => ({
          ...{ device, point, name: null, quantity, unit: QUANTITIES[quantity].unit, range: null, latest: null },
        })),
      })
    }
    county.birthsTold(id)
  }
  return {
    read: () => {
      const now = Date.now()
      for (const id of all) {
        // Gateways do not read in step.
        const at = utcMs(now - Math.floor(throwDice() * 1_000))
        county.heard(id, at)
        for (const { device, point } of measured) {
          county.reading(id, `${device}/${point}`, {
            ...{ value: rounded(throwDice() * 40_000), quality: 'good', reason: null, at },
            ...{ validUntil: utcMs(at + GOOD_FOR_MS), uncertaintyMs: 0 },
          })
        }
      }
    },
  }
}

/** A control room that really runs, with the page of folder `dist`. */
export async function openRoom(dist: string): Promise<Web> {
  const web = await openControlWeb()
  await cp(dist, web.pageFolder, { recursive: true })
  return web
}

/** Does `work` every `ms` until it is stopped. */
export function every(ms: number, work: () => void): Disposable {
  work()
  const timer = setInterval(work, ms)
  return { [Symbol.dispose]: () => clearInterval(timer) }
}
