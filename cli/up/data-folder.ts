import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Document } from 'yaml'
import { controlText, writeRobotToken } from './control-file.ts'
import { take, takeById, writeConfig } from './kept-file.ts'
import { HOST, type Plan, portsFile, portsOf, simulatorFile } from './plan.ts'
import { keptSecret } from './secrets.ts'
import { writeSites } from './site-files.ts'

/** Where the control room's configuration lies. */
export function controlYaml(data: string): string {
  return join(data, 'control.yaml')
}

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
  writeRobotToken(data)
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
  // A file of an earlier version knows no channels: the demo's people are taken over as they are now.
  if (!kept.has('channels')) for (const key of ['duty', 'channels', 'watchman']) take(kept, made, [key])
  takeById(kept, made, { list: 'channels', keys: ['with'] })
  take(kept, made, ['watchman', 'modem', 'path'])
  if (!kept.has('clock')) take(kept, made, ['clock'])
  if (made.has('flows')) take(kept, made, ['flows'])
  else kept.delete('flows')
}
