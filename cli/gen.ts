// Writes what is made from the code and never typed: `npm run gen`. With --check nothing is written; the program names the
// files that are out of date and ends with 1.
import { createHash } from 'node:crypto'
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { z } from 'zod'
import { Alarm, AlarmTransition } from '../core/contract/alarm.ts'
import { Certificate, LinkHead, TrendHead } from '../core/contract/chain.ts'
import { Command } from '../core/contract/command.ts'
import { ConfigReport, RunningConfig, SiteConfig } from '../core/contract/config-lane.ts'
import { DeviceProfile } from '../core/contract/device-profile.ts'
import { AlarmWord, DutySheet, EdgeAct } from '../core/contract/edge.ts'
import { CameraEvent, EvidenceRow } from '../core/contract/evidence.ts'
import { Problem } from '../core/contract/http.ts'
import { NoticeMessage } from '../core/contract/notice.ts'
import { GatewayHealth, Receipt, SiteAbout } from '../core/contract/lanes.ts'
import { LedgerEntry } from '../core/contract/ledger.ts'
import { LiveMessage, LiveRequest } from '../core/contract/live.ts'
import { Reading } from '../core/contract/reading.ts'
import { Roster } from '../core/contract/roster.ts'
import { GatewayConfig } from '../core/contract/site.ts'
import { ERROR_CODES } from '../core/kit/errors.ts'
import { RULE_TYPES } from '../core/rules/types.ts'
import { ExportLine } from '../dashboard/server/archive/export.ts'
import { ControlConfig } from '../dashboard/server/config.ts'
import { openApiDocument } from '../dashboard/server/http/openapi.ts'
import { loadYaml } from '../platform/config.ts'
import { devicesPage } from './devices-page.ts'
import { driverQualities } from './driver-qualities.ts'

const ROOT = join(import.meta.dirname, '..')
const SCHEMAS = 'docs/schemas'
const GENERATED = '<!-- Made by `npm run gen`; do not edit. -->'

interface Published {
  readonly about: string
  readonly schema: z.ZodType
  /** Configuration is published as people write it, messages as they stand on the wire. */
  readonly io: 'input' | 'output'
}

/** Every schema that something outside the house may rely on, by the name of its file. */
const PUBLISHED: Readonly<Record<string, Published>> = {
  site: { about: 'site.yaml: everything one edge gateway needs to know.', schema: GatewayConfig, io: 'input' },
  control: { about: 'control.yaml: everything the control room needs to know.', schema: ControlConfig, io: 'input' },
  roster: { about: 'Who is called when: the part `duty` of control.yaml.', schema: Roster, io: 'input' },
  'device-profile': { about: 'devices/<vendor>/<model>.yaml.', schema: DeviceProfile, io: 'input' },
  reading: { about: 'One value of one point.', schema: Reading, io: 'output' },
  'alarm-transition': { about: 'Alarm lane, gateway to control room.', schema: AlarmTransition, io: 'output' },
  alarm: { about: 'An alarm as the control room keeps and shows it.', schema: Alarm, io: 'output' },
  receipt: { about: 'Receipt lane, control room to gateway.', schema: Receipt, io: 'output' },
  'link-head': {
    about: 'First line of a message of the range lane; the packed body follows.',
    schema: LinkHead,
    io: 'output',
  },
  'trend-head': {
    about: 'First line of a message of the trend lane; the packed body follows.',
    schema: TrendHead,
    io: 'output',
  },
  certificate: { about: "What can be proved of a site's readings.", schema: Certificate, io: 'output' },
  'certificate-export': { about: 'One line of an exported proof of completeness.', schema: ExportLine, io: 'output' },
  'gateway-health': { about: 'Health lane, gateway to control room.', schema: GatewayHealth, io: 'output' },
  'site-about': { about: 'The metric About of an NBIRTH.', schema: SiteAbout, io: 'output' },
  config: { about: 'Configuration lane, control room to gateway, retained.', schema: SiteConfig, io: 'output' },
  'config-report': {
    about: 'Configuration report lane, gateway to control room, retained.',
    schema: ConfigReport,
    io: 'output',
  },
  'running-config': {
    about: 'Running configuration lane, gateway to control room: its head retained, its body when it is asked for.',
    schema: RunningConfig,
    io: 'output',
  },
  command: { about: 'Command lane, both ways, retained.', schema: Command, io: 'output' },
  'duty-sheet': {
    about: 'Duty lane, control room to gateway, retained: whom it calls when alone.',
    schema: DutySheet,
    io: 'output',
  },
  'alarm-word': {
    about: 'Alarm word lane, control room to gateway, retained: what is known of its alarms.',
    schema: AlarmWord,
    io: 'output',
  },
  'edge-act': { about: 'Edge act lane, gateway to control room: what it did alone.', schema: EdgeAct, io: 'output' },
  'camera-event': { about: 'One camera event, folded from repeated messages.', schema: CameraEvent, io: 'output' },
  'evidence-row': { about: 'One picture beside an alarm, by its hash.', schema: EvidenceRow, io: 'output' },
  'ledger-entry': { about: 'One act in the hash-chained ledger.', schema: LedgerEntry, io: 'output' },
  'live-message': { about: 'What the live feed sends.', schema: LiveMessage, io: 'output' },
  'live-request': { about: 'What a client of the live feed may say.', schema: LiveRequest, io: 'output' },
  'notice-message': { about: 'The body a webhook receives.', schema: NoticeMessage, io: 'output' },
  refusal: { about: 'The body of every refusal of the HTTP API.', schema: Problem, io: 'output' },
}

process.exitCode = await main(process.argv.slice(2))

async function main(args: readonly string[]): Promise<number> {
  const files = await generatedFiles()
  const surplus = readdirSync(join(ROOT, SCHEMAS))
    .map((name) => `${SCHEMAS}/${name}`)
    .filter((path) => !files.has(path))
  if (!args.includes('--check')) {
    for (const [path, text] of files) write(path, text)
    for (const path of surplus) rmSync(join(ROOT, path))
    return 0
  }
  const stale = [...files].filter(([path, text]) => present(path) !== text).map(([path]) => path)
  for (const path of [...stale, ...surplus]) console.error(`out of date: ${path} (run npm run gen)`)
  return stale.length + surplus.length === 0 ? 0 : 1
}

/** Path and text of every generated file. */
async function generatedFiles(): Promise<ReadonlyMap<string, string>> {
  const schemas = Object.entries(PUBLISHED).map(([name, published]): [string, string] => {
    return [`${SCHEMAS}/${name}.schema.json`, json(schemaOf(name, published))]
  })
  return new Map([
    ...schemas,
    ['core/contract/live-revision.ts', liveRevision()],
    ['docs/errors.md', errorsPage()],
    ['docs/devices.md', await devicesText()],
    ['docs/openapi.json', json(await openApiDocument())],
  ])
}

function schemaOf(name: string, { about, schema, io }: Published): object {
  const { $schema, ...rest } = z.toJSONSchema(schema, {
    io,
    unrepresentable: 'any',
    // Rule types describe themselves; an editor can offer them by name.
    override: ({ zodSchema, jsonSchema }) => {
      const { rules, activity } = GatewayConfig.shape
      const named: readonly unknown[] = [
        rules.unwrap().element.shape.type,
        activity.unwrap().shape.without.unwrap().element,
      ]
      if (io === 'input' && named.includes(zodSchema)) jsonSchema.enum = RULE_TYPES.map((type) => type.type)
    },
  })
  return { $schema, title: name, description: about, ...rest }
}

/** So that a page and a control room that do not mean the same by a message can tell. */
function liveRevision(): string {
  const schema = z.toJSONSchema(LiveMessage, { io: 'output', unrepresentable: 'any' })
  const revision = createHash('sha256').update(json(schema)).digest('hex').slice(0, 12)
  return lines(
    '/** Fingerprint of the schema of `LiveMessage`. Made by `npm run gen`; do not edit. */',
    `export const LIVE_REVISION = '${revision}'`,
  )
}

function errorsPage(): string {
  const rows = Object.entries(ERROR_CODES).map(
    ([code, { retry, about }]) => `| \`${code}\` | ${about} | ${retry ? 'yes' : 'no'} |`,
  )
  return lines(
    '# Error codes',
    '',
    GENERATED,
    '',
    'Codes are words and never change their meaning. They stand in logs, in refusals of the HTTP API and in `HouseError.code`.',
    '',
    '| code | meaning | can doing the same again later help? |',
    '| --- | --- | --- |',
    ...rows,
  )
}

async function devicesText(): Promise<string> {
  const profiles = profilePaths().map((path) => ({ path, profile: loadYaml(join(ROOT, path), DeviceProfile) }))
  return lines('# Devices', '', GENERATED, '', ...devicesPage(profiles, await driverQualities(ROOT)))
}

function profilePaths(): string[] {
  return readdirSync(join(ROOT, 'devices'), { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.yaml'))
    .map((path) => `devices/${path}`)
    .sort()
}

function present(path: string): string | null {
  try {
    return readFileSync(join(ROOT, path), 'utf8')
  } catch {
    return null
  }
}

function write(path: string, text: string): void {
  if (present(path) === text) return
  mkdirSync(dirname(join(ROOT, path)), { recursive: true })
  writeFileSync(join(ROOT, path), text)
  console.log(path)
}

function json(value: object): string {
  return `${JSON.stringify(value, null, 2)}\n`
}

function lines(...all: readonly string[]): string {
  return `${all.join('\n')}\n`
}
