import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Document, isSeq, stringify } from 'yaml'
import { LANGUAGES } from '../../core/contract/text.ts'
import { PHONES } from '../../sim/addresses.ts'
import { COUNTY } from '../../sim/county.ts'
import { OFFICERS } from '../../sim/phone/people.ts'
import { take, writeConfig } from './kept-file.ts'
import { HOST, type Plan, portsFile, portsOf, simulatorFile, type UpOptions } from './plan.ts'
import { keptSecret } from './secrets.ts'
import { writeSites } from './site-files.ts'
import { textOf } from './texts.ts'

/** Where the control room's configuration lies. */
export function controlYaml(data: string): string {
  return join(data, 'control.yaml')
}

/** The service account the flows use. */
export const FLOWS_SERVICE = 'flows'

/** Where the token lies with which the flows use the control room. */
export function serviceToken(data: string): string {
  return join(data, 'secrets', 'flows-service.token')
}

/** Where the token lies with which the control room's proxy uses the flows' editor. */
export function editorToken(data: string): string {
  return join(data, 'secrets', 'flows-editor.token')
}

/**
 * Writes what the programs are started with. Files that are there already stay as they are but for addresses and for
 * what this start was asked for (history, flows), so that what a person changed in them is kept.
 */
export function writeDataFolder(plan: Plan): void {
  const { data } = plan.options
  mkdirSync(data, { recursive: true, mode: 0o700 })
  keptSecret(serviceToken(data))
  keptSecret(editorToken(data))
  writeSites({
    data,
    sites: plan.sites,
    host: HOST,
    addresses: plan.addresses,
    broker: { host: HOST, port: plan.broker },
  })
  writeConfig(controlYaml(data), controlText(plan), sameStart)
  writeFileSync(portsFile(data), `${JSON.stringify({ addresses: portsOf(plan) }, null, 2)}\n`)
  writeFileSync(simulatorFile(data), `${JSON.stringify(plan.addresses, null, 2)}\n`)
}

/** Takes over the control room's own addresses, where the phones are, which gateways there are, and history and flows. */
function sameStart(kept: Document, made: Document): void {
  for (const path of [
    ['http', 'host'],
    ['http', 'port'],
    ['broker', 'port'],
    ['broker', 'accounts'],
    ['history'],
    ['gatewaySilentAfter'],
  ]) {
    take(kept, made, path)
  }
  if (!kept.has('clock')) take(kept, made, ['clock'])
  if (made.has('flows')) take(kept, made, ['flows'])
  else kept.delete('flows')
  const persons = kept.getIn(['duty', 'persons'])
  if (!isSeq(persons)) return
  for (const [index] of persons.items.entries()) {
    const id = kept.getIn(['duty', 'persons', index, 'id'])
    const officer = OFFICERS.findIndex((candidate) => candidate.id === id)
    if (officer < 0) continue
    const url = made.getIn(['duty', 'persons', officer, 'channels', 0, 'with', 'url'])
    const path = ['duty', 'persons', index, 'channels', 0]
    if (kept.getIn([...path, 'id']) === 'phone') kept.setIn([...path, 'with', 'url'], url)
  }
}

function controlText(plan: Plan): string {
  const { options, sites, addresses } = plan
  const config = {
    group: COUNTY,
    store: 'control',
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
    duty: {
      persons: OFFICERS.map(({ id, name, language }) => ({
        id,
        name,
        language,
        channels: [
          {
            id: 'phone',
            kind: 'webhook',
            with: { url: `http://${HOST}:${addresses[PHONES] ?? 0}/phones/${id}/inbox` },
          },
        ],
      })),
      order: OFFICERS.map(({ id }) => id),
      escalateAfter: escalationOf(options),
    },
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

/** Short, so that an escalation can be seen in one sitting; never while a recording is played, when nobody can answer in time. */
function escalationOf({ play }: UpOptions) {
  if (play !== null) return { red: '3650d', orange: '3650d', yellow: '3650d' }
  return { red: '45s', orange: '90s', yellow: '30min' }
}
