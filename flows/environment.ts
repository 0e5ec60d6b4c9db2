import { readFileSync } from 'node:fs'
import { z } from 'zod'

/** Reads a setting: `NAME`, or the first line of the file `NAME_FILE` names. Empty counts as not set. */
export function settingOf(environment: NodeJS.ProcessEnv, name: string): string | undefined {
  const value = environment[name]
  if (value !== undefined && value !== '') return value
  const file = environment[`${name}_FILE`]
  if (file === undefined || file === '') return undefined
  const text = readFileSync(file, 'utf8').split(/\r?\n/)[0]
  return text === '' ? undefined : text
}

/** Where the control room is and who the flows are to it. */
export const ControlAccess = z
  .object({
    controlUrl: z.url({ protocol: /^https?$/ }),
    brokerUrl: z.url({ protocol: /^mqtts?$/ }),
    group: z.string().min(1),
    service: z.string().min(1),
    token: z.string().min(1),
  })
  .strict()
export type ControlAccess = z.infer<typeof ControlAccess>

/** What a connection node may say instead of the environment. The token is never among it: a flow file gets copied. */
export type AccessOverride = Readonly<Partial<Record<'controlUrl' | 'brokerUrl' | 'group' | 'service', string>>>

/** The access the environment and a connection node give together. Throws Error naming every variable that is missing. */
export function controlAccess(environment: NodeJS.ProcessEnv, over: AccessOverride = {}): ControlAccess {
  const given = (value: string | undefined, name: string) =>
    value === undefined || value === '' ? settingOf(environment, name) : value
  const parsed = ControlAccess.safeParse({
    controlUrl: given(over.controlUrl, 'PITWATCH_CONTROL_URL'),
    brokerUrl: given(over.brokerUrl, 'PITWATCH_BROKER_URL'),
    group: given(over.group, 'PITWATCH_GROUP'),
    service: given(over.service, 'PITWATCH_SERVICE') ?? 'flows',
    token: settingOf(environment, 'PITWATCH_SERVICE_TOKEN'),
  })
  if (parsed.success) return parsed.data
  const faults = parsed.error.issues.map((issue) => WANTED[String(issue.path[0])] ?? issue.message)
  throw new Error(`the connection to the control room is not set up: expected ${faults.join('; ')}`)
}

const WANTED: Readonly<Record<string, string>> = {
  controlUrl: 'the control room as http(s)://… in PITWATCH_CONTROL_URL',
  brokerUrl: 'the broker as mqtt(s)://… in PITWATCH_BROKER_URL',
  group: 'the group of sites in PITWATCH_GROUP',
  token: "the service's token in PITWATCH_SERVICE_TOKEN or a file named by PITWATCH_SERVICE_TOKEN_FILE",
}

/** Domain time: the wall clock, or the simulation's where PITWATCH_CLOCK=realStart:virtualStart:speed gives one. */
export function domainTime(environment: NodeJS.ProcessEnv, wall: () => number = wallTime): () => number {
  const [realStart, virtualStart, speed] = (environment.PITWATCH_CLOCK ?? '').split(':').map(Number)
  if (!realStart || virtualStart === undefined || speed === undefined || !(speed > 0)) return wall
  return () => Math.floor(virtualStart + Math.max(0, wall() - realStart) * speed)
}

function wallTime(): number {
  return new Date().getTime()
}
