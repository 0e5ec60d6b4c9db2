import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { stringify } from 'yaml'
import { LANGUAGES } from '../../core/contract/text.ts'
import { CONTROL_MODEM, MAIL, ROBOTS } from '../../sim/addresses.ts'
import { COUNTY } from '../../sim/county.ts'
import { ROBOT_TOKEN } from '../../sim/phone/exchange.ts'
import { OFFICERS, type Officer } from '../../sim/phone/people.ts'
import { HOST, type Plan, type UpOptions } from './plan.ts'
import { textOf } from './texts.ts'

/** Before the numbers of the demo's alarms. */
export const COUNTY_PREFIX = 'YX'

/** The service account the flows use. */
export const FLOWS_SERVICE = 'flows'

/** Writes the token of the simulated chat group beside the other secrets. */
export function writeRobotToken(data: string): void {
  writeFileSync(join(data, 'secrets', 'robot.token'), `${ROBOT_TOKEN}\n`, { mode: 0o600 })
}

/** The text of the demo's `control.yaml`: everybody on the phones, over SMS, chat and mail, on ladders that can be watched in one sitting. */
export function controlText(plan: Plan): string {
  const { options, sites, addresses } = plan
  const config = {
    group: COUNTY,
    store: 'control',
    prefix: COUNTY_PREFIX,
    http: { host: HOST, port: plan.http },
    broker: {
      kind: 'embedded',
      host: HOST,
      port: plan.broker,
      accounts: sites.map(({ site }) => ({
        user: site.id,
        site: site.id,
        passwordFile: `secrets/${site.id}.password`,
      })),
    },
    history:
      options.influx === null ? { kind: 'embedded' } : { kind: 'influxdb', url: options.influx, database: 'pitwatch' },
    channels: [
      { id: 'sms', kind: 'sms' },
      { id: 'voice', kind: 'voice' },
      {
        id: 'ding',
        kind: 'dingtalk',
        with: { base: `http://${HOST}:${addresses[ROBOTS] ?? 0}`, tokenFile: 'secrets/robot.token' },
      },
      { id: 'mail', kind: 'email', with: { host: HOST, port: addresses[MAIL] ?? 0, from: 'watch@control.simulated' } },
    ],
    duty: dutyOf(options),
    watchman: { modem: { path: `tcp://${HOST}:${addresses[CONTROL_MODEM] ?? 0}`, perMinute: 30 } },
    serviceAccounts: [{ name: FLOWS_SERVICE, tokenFile: 'secrets/flows-service.token' }],
    ...(options.flows
      ? { flows: { url: `http://${HOST}:${plan.flows}`, tokenFile: 'secrets/flows-editor.token' } }
      : {}),
    // The county exists on this machine alone, so this machine's clock is right there.
    clock: { within: '100ms' },
    // At a high speed a gateway's next message is far away in the county's time.
    gatewaySilentAfter: `${Math.max(15, Math.ceil(15 * options.speed))}s`,
  }
  const head = LANGUAGES.map((language) => `# ${textOf(language, 'controlFile')}\n`).join('')
  return `${head}${stringify(config, { lineWidth: 110 })}`
}

const ROLE_NAMES = {
  duty: { 'zh-CN': '值班员', en: 'Duty officer' },
  leader: { 'zh-CN': '带班领导', en: 'Leader on duty' },
} as const

function dutyOf(options: UpOptions) {
  const roles = ['duty', 'leader'] as const
  const holders = (role: Officer['role']) => OFFICERS.filter((one) => one.role === role).map(({ id }) => id)
  return {
    persons: OFFICERS.map(({ id, name, language, number, mail }) => ({
      ...{ id, name, language, user: 'admin' },
      contacts: [
        { channel: 'desk', address: 'admin' },
        { channel: 'sms', address: number },
        { channel: 'voice', address: number },
        { channel: 'ding', address: '-' },
        { channel: 'mail', address: mail },
      ],
    })),
    roles: roles.map((id) => ({ id, name: ROLE_NAMES[id], fallback: holders(id) })),
    tables: roles.map((role) => ({
      role,
      shifts: [
        { id: 'day', name: { 'zh-CN': '白班', en: 'Day' }, from: '08:00', to: '20:00' },
        { id: 'night', name: { 'zh-CN': '夜班', en: 'Night' }, from: '20:00', to: '08:00' },
      ],
      cycle: { startsOn: '2026-01-01', crews: [holders(role)] },
    })),
    ladders: laddersOf(options),
    office: { notices: 'duty', leader: 'leader' },
  }
}

/** Short, so that an escalation can be seen in one sitting; orange never again while a recording is played, when nobody can answer in time. */
function laddersOf({ play }: UpOptions) {
  const [duty, leader] = ['duty', 'leader']
  const told = { call: [{ role: duty, by: ['desk', 'sms', 'robot'] }] }
  const again = play === null
  return {
    red: {
      steps: [
        told,
        {
          after: '45s',
          call: [
            { role: duty, by: ['voice'] },
            { role: leader, by: ['sms', 'mail'] },
          ],
        },
        { after: '2min', call: [{ role: duty }, { role: leader }] },
      ],
      loop: '5min',
    },
    orange: {
      steps: again ? [told, { after: '90s', call: [{ role: leader, by: ['sms', 'mail'] }] }] : [told],
      loop: again ? '10min' : '3650d',
    },
    yellow: { steps: [{ call: [{ role: duty, by: ['desk', 'mail'] }], digest: '1min' }], loop: again ? '8h' : '3650d' },
  }
}
