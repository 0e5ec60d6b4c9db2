import { setTimeout as pause } from 'node:timers/promises'
import { AlarmList, SiteDetail } from '../../core/contract/http.ts'
import { comparePriority } from '../../core/alarms/priority.ts'
import { signIn } from '../support/county.ts'
import { freePort, startProcess, testFolder } from '../support/processes.ts'

/** Alarms that have to be open before pictures are taken, one of them red. */
const ENOUGH = 3
const PATIENCE_MS = 240_000
const LOOK_MS = 2_000
/** A trend needs something to show. */
const LEAST_AGE_MS = 60_000

/** A simulated county that runs, and what of it is worth a picture. */
export interface CountyForShots extends AsyncDisposable {
  readonly url: string
  readonly who: { readonly user: string; readonly password: string }
  readonly alarm: string
  readonly site: string
  /** `site/device/point` */
  readonly point: string
}

/** Starts `pitwatch up` in a folder of its own and waits until a red alarm and some others are open. */
export async function openCountyForShots(): Promise<CountyForShots> {
  const folder = await testFolder()
  const program = await startProcess(
    process.execPath,
    ['cli/pitwatch.js', 'up', '--data', folder.path, '--lang', 'en', '--port', String(await freePort())],
    { ready: /The page\s+(http:\S+)[\s\S]*?password (\S+)[\s\S]*?Ctrl-C ends everything/, within: 120_000 },
  )
  const stop = async () => {
    await program.stop('SIGINT')
    await folder[Symbol.asyncDispose]()
  }
  try {
    const [, url = '', password = ''] = program.match
    const startedAt = performance.now()
    const desk = await signIn(url, password)
    for (;;) {
      const { alarms } = AlarmList.parse(await desk.get('/api/alarms'))
      const [worst] = alarms.toSorted((a, b) => comparePriority(a.priority, b.priority) || a.raisedAt - b.raisedAt)
      const passedMs = performance.now() - startedAt
      if (worst?.priority === 'red' && alarms.length >= ENOUGH && passedMs > LEAST_AGE_MS) {
        const site = SiteDetail.parse(await desk.get(`/api/sites/${worst.site}`))
        const point = worst.point === '' ? (site.summary.headline?.point ?? '') : worst.point
        const who = { user: 'admin', password }
        return {
          url,
          who,
          alarm: worst.id,
          site: worst.site,
          point: `${worst.site}/${point}`,
          [Symbol.asyncDispose]: stop,
        }
      }
      if (passedMs > PATIENCE_MS) throw new Error(`expected ${ENOUGH} alarms, one red, came ${alarms.length}`)
      await pause(LOOK_MS)
    }
  } catch (error) {
    await stop()
    throw error
  }
}
