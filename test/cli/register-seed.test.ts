import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { RESPONSIBLE } from '../../core/contract/register.ts'
import { seedRegister } from '../../cli/up/register-seed.ts'
import { openAlarmDesk } from '../../dashboard/server/alarms/desk.ts'
import { openDatabase } from '../../dashboard/server/db/database.ts'
import { openSiteRegister, type SiteRegister } from '../../dashboard/server/register/register.ts'
import { systemClock } from '../../platform/clock.ts'
import { COUNTY_SITES } from '../../sim/county.ts'
import { testFolder } from '../support/processes.ts'
import { quietLog } from '../support/quiet-log.ts'

async function withRegister<T>(folder: string, work: (register: SiteRegister) => Promise<T> | T): Promise<T> {
  const db = openDatabase(join(folder, 'control', 'control.sqlite'))
  try {
    const desk = openAlarmDesk({ db, clock: systemClock, log: quietLog(), prefix: 'YX' })
    return await work(await openSiteRegister({ db, desk }))
  } finally {
    await db.close()
  }
}

describe('the register of the simulated county', () => {
  it('has a file of every site, with nobody who exists and no number anybody has', async () => {
    await using folder = await testFolder()
    await seedRegister(folder.path, COUNTY_SITES)
    await withRegister(folder.path, (register) => {
      for (const { site } of COUNTY_SITES) {
        const { version, file } = register.entry(site)
        expect([site.id, version]).toEqual([site.id, 1])
        for (const person of RESPONSIBLE.flatMap((role) => file.persons[role] ?? [])) {
          expect(person.name).toMatch(/（模拟）$/)
          expect(person.phone).toMatch(/^\+861390000\d{4}$/)
        }
      }
    })
  })

  it('changes no file that is there, and knows no site that is real', async () => {
    await using folder = await testFolder()
    await seedRegister(folder.path, COUNTY_SITES)
    await seedRegister(folder.path, COUNTY_SITES)
    const real = COUNTY_SITES.map((one) => ({ ...one, site: { ...one.site, simulated: false as never } }))
    await using other = await testFolder()
    await seedRegister(other.path, real)
    await withRegister(folder.path, (register) => {
      for (const { site } of COUNTY_SITES) expect(register.entry(site).version).toBe(1)
    })
    await withRegister(other.path, (register) => {
      for (const { site } of COUNTY_SITES) expect(register.entry(site).version).toBe(0)
    })
  })
})
