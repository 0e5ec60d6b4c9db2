import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { RESPONSIBLE, type SiteFile, STANDARDS } from '../../core/contract/register.ts'
import type { UtcMs } from '../../core/contract/time.ts'
import { openAlarmDesk } from '../../dashboard/server/alarms/desk.ts'
import { openDatabase } from '../../dashboard/server/db/database.ts'
import { blankFile } from '../../dashboard/server/register/blank-file.ts'
import { openSiteRegister } from '../../dashboard/server/register/register.ts'
import { systemClock } from '../../platform/clock.ts'
import { openLog } from '../../platform/log.ts'
import { COUNTY_PREFIX } from './control-file.ts'
import { SIM_REGISTER, type SimFile } from '../../sim/register.ts'
import type { SimSite } from '../../sim/site.ts'

const DAY_MS = 86_400_000
const ACTOR = { kind: 'system', name: 'simulation' } as const

/**
 * Puts on file what the fictional county knows of its sites, where nothing is on file yet. Only sites of the simulator have any. To be done
 * while no control room runs over the folder. Throws `store/failed`.
 */
export async function seedRegister(data: string, sites: readonly SimSite[]): Promise<void> {
  const folder = join(data, 'control')
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const db = openDatabase(join(folder, 'control.sqlite'))
  try {
    const desk = openAlarmDesk({ db, clock: systemClock, log: openLog('up'), prefix: COUNTY_PREFIX })
    const register = await openSiteRegister({ db, desk })
    const now = systemClock.now()
    const files = SIM_REGISTER.flatMap((known) => {
      const site = sites.find(({ site: { id, simulated } }) => id === known.site && simulated)?.site
      if (site === undefined || register.entry(site).version > 0) return []
      return [{ site: { id: site.id, kind: site.kind }, version: 0, file: fileOf(known, site.kind, now) }]
    })
    if (files.length > 0) await register.save(files, { actor: ACTOR, via: 'import' })
  } finally {
    await db.close()
  }
}

/** Standards are of mouths that are closed. */
const CLOSED: readonly SiteFile['status'][] = ['closed', 'guarded', 'dewatering']

function fileOf(known: SimFile, kind: SimSite['site']['kind'], now: UtcMs): SiteFile {
  const blank = blankFile(kind)
  const { status, checkEveryDays, notes, sealing, unmet = {} } = known
  const persons = { ...blank.persons }
  for (const role of RESPONSIBLE) {
    const [name, post, phone] = known.persons[role] ?? []
    if (name !== undefined) persons[role] = { name, post: post ?? '', phone: phone ?? null }
  }
  const standards = { ...blank.standards }
  for (const one of CLOSED.includes(status) ? STANDARDS : []) {
    const why = unmet[one]
    standards[one] = { state: why === undefined ? 'met' : 'not-met', date: sealing?.date ?? null, note: why ?? '' }
  }
  const checks = known.checks.map(({ daysAgo, ...check }) => ({
    ...check,
    date: new Date(now - daysAgo * DAY_MS).toISOString().slice(0, 10),
  }))
  return {
    ...{ status, checkEveryDays, notes, persons, standards, checks },
    sealing: sealing === undefined ? null : { acceptedOn: null, acceptedBy: '', ...sealing },
  }
}
