import { nearestPerson } from '../../../core/alarms/nearest-person.ts'
import { type RegisterEntry, type RegisterRow, STANDARDS } from '../../../core/contract/register.ts'
import type { CountyState } from '../ingest/county.ts'

/** What the list shows of a site's file and gateway. */
export function listRow({ site, version, file }: RegisterEntry, county: CountyState): RegisterRow {
  const { status, checkEveryDays, sealing, standards, checks } = file
  const nearest = nearestPerson(file.persons)
  return {
    ...{ site, version, status, checkEveryDays, sealing },
    answers: nearest === null ? null : { role: nearest.role, ...nearest.person },
    lastCheck: checks[0] ?? null,
    standardsMet: STANDARDS.filter((one) => standards[one].state === 'met').length,
    gateway: gatewayOf(site, county),
    battery: batteryOf(site, county),
  }
}

function gatewayOf(site: string, county: CountyState): RegisterRow['gateway'] {
  const { health = null, receivedAt = null } = county.gateway(site) ?? {}
  if (health === null || receivedAt === null) return null
  const { version, outbox } = health
  return { receivedAt, version, hoursLeft: outbox.hoursLeft, store: outbox.state }
}

/** What a solar charger or a UPS calls the charge of its battery; a tank is a fill too. */
const BATTERY = /batter|charge/

function batteryOf(site: string, county: CountyState): RegisterRow['battery'] {
  const record = county.record(site)
  const info = record?.points.find(({ quantity, point }) => quantity === 'fill' && BATTERY.test(point))
  if (record === null || info === undefined) return null
  const point = `${info.device}/${info.point}`
  const latest = record.latest[point]
  return latest === undefined ? null : { ...latest, point }
}
