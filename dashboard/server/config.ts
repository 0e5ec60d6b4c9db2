import { dirname, resolve } from 'node:path'
import { z } from 'zod'
import { DutyList } from '../../core/contract/duty.ts'
import { BrokerAccess } from '../../core/contract/site.ts'
import { Id } from '../../core/contract/text.ts'
import { Duration } from '../../core/contract/time.ts'
import { isHouseError, messageOf } from '../../core/kit/errors.ts'
import { checkYaml, type Fault, faultReport, invalidConfig, readConfig } from '../../platform/config.ts'
import { readSecret, type SecretPlace } from '../../platform/secrets.ts'
import { checkDuty } from './notify/check-duty.ts'

const Port = z.number().int().min(0).max(65_535)

/** A secret is named by the file or the environment variable that holds it, never written into the YAML. */
const secret = { passwordFile: z.string().min(1).optional(), passwordEnv: z.string().min(1).optional() }

/** Who may connect to the embedded broker: a gateway may speak for its own site only. */
const BrokerAccount = z.object({ user: z.string().min(1), site: Id, ...secret }).strict()

const EmbeddedBroker = z
  .object({
    kind: z.literal('embedded'),
    host: z.string().default('127.0.0.1'),
    port: Port.default(1883),
    accounts: z.array(BrokerAccount).default([]),
  })
  .strict()

const ExternalBroker = BrokerAccess.extend({ kind: z.literal('external') }).strict()

const InfluxHistory = z
  .object({
    kind: z.literal('influxdb'),
    url: z.url({ protocol: /^https?$/ }),
    database: z.string().min(1),
    user: z.string().min(1).optional(),
    ...secret,
  })
  .strict()

/** `control.yaml`: everything the control room needs to know. */
export const ControlConfig = z
  .object({
    group: Id,
    /** Folder of the control room's own store: alarms, ledger, users, pictures, embedded history. */
    store: z.string().min(1),
    http: z
      .object({
        host: z.string().default('127.0.0.1'),
        port: Port.default(8080),
        /** How phones reach this control room; links in messages start with it. Default: http://host:port */
        publicUrl: z.url().optional(),
      })
      .strict()
      .prefault({}),
    broker: z.discriminatedUnion('kind', [EmbeddedBroker, ExternalBroker]).prefault({ kind: 'embedded' }),
    history: z
      .discriminatedUnion('kind', [z.object({ kind: z.literal('embedded') }).strict(), InfluxHistory])
      .prefault({
        kind: 'embedded',
      }),
    duty: DutyList,
    /** The mail server for channels of kind email. */
    mail: z
      .object({
        host: z.string().min(1),
        port: Port.default(25),
        secure: z.boolean().default(false),
        from: z.email(),
        user: z.string().min(1).optional(),
        ...secret,
      })
      .strict()
      .optional(),
    /** Programs that use the HTTP API with a bearer token, such as the flows. */
    serviceAccounts: z
      .array(
        z
          .object({ name: Id, tokenFile: z.string().min(1).optional(), tokenEnv: z.string().min(1).optional() })
          .strict(),
      )
      .default([]),
    /** The Node-RED editor to show under /flows, when there is one: its address and the token it takes. */
    flows: z
      .object({
        url: z.url({ protocol: /^http$/ }),
        tokenFile: z.string().min(1).optional(),
        tokenEnv: z.string().min(1).optional(),
      })
      .strict()
      .optional(),
    /** No message from a gateway for this long, or its death without a birth: an alarm. */
    gatewaySilentAfter: Duration.default(30_000),
  })
  .strict()
export type ControlConfig = z.infer<typeof ControlConfig>

/**
 * Reads `control.yaml` and checks it against itself and the secrets it names. Relative paths in it count from its own
 * folder. Throws `config/unreadable`, or `config/invalid` whose message lists every fault with file and line.
 */
export function loadControlConfig(path: string): ControlConfig {
  const text = readConfig(path)
  const { value, faults } = checkYaml(text, ControlConfig)
  const all = value === null ? faults : controlFaults(value, dirname(resolve(path)))
  if (value === null || all.length > 0) throw invalidConfig([faultReport(path, text, all)])
  return value
}

/** Throws `config/invalid` with every fault that the schema cannot see. */
export function checkControlConfig(config: ControlConfig, baseFolder: string): void {
  const faults = controlFaults(config, baseFolder)
  if (faults.length > 0) throw invalidConfig([faultReport('configuration of the control room', '', faults)])
}

function controlFaults(config: ControlConfig, baseFolder: string): readonly Fault[] {
  const { broker, history, mail, flows, serviceAccounts } = config
  const accounts = broker.kind === 'embedded' ? broker.accounts : []
  const secret = (path: Fault['path'], place: SecretPlace, isNeeded: boolean) =>
    secretFaults(place, { path, isNeeded, baseFolder })
  return [
    ...checkDuty(config.duty, mail !== undefined).map(({ path, message }) => ({ path: ['duty', ...path], message })),
    ...usedTwice([
      ...accounts.map(({ user }, index) => ({ name: user, path: ['broker', 'accounts', index, 'user'] })),
      ...serviceAccounts.map(({ name }, index) => ({ name, path: ['serviceAccounts', index, 'name'] })),
    ]),
    ...accounts.flatMap((account, index) => secret(['broker', 'accounts', index], account, true)),
    ...serviceAccounts.flatMap((account, index) => secret(['serviceAccounts', index], account, true)),
    ...(broker.kind === 'external' ? secret(['broker'], broker, broker.user !== undefined) : []),
    ...(history.kind === 'influxdb' ? secret(['history'], history, history.user !== undefined) : []),
    ...(mail === undefined ? [] : secret(['mail'], mail, mail.user !== undefined)),
    ...(flows === undefined ? [] : secret(['flows'], flows, false)),
  ]
}

interface SecretCheck {
  readonly path: Fault['path']
  readonly isNeeded: boolean
  readonly baseFolder: string
}

function secretFaults(place: SecretPlace, { path, isNeeded, baseFolder }: SecretCheck): readonly Fault[] {
  try {
    const isThere = readSecret(place, 'secret', { baseFolder }) !== null
    if (isThere || !isNeeded) return []
    return [{ path, message: 'expected where the secret lies (a …File or …Env key), came neither' }]
  } catch (error) {
    if (!isHouseError(error)) throw error
    return [{ path, message: messageOf(error) }]
  }
}

function usedTwice(names: readonly { readonly name: string; readonly path: Fault['path'] }[]): readonly Fault[] {
  return names.flatMap(({ name, path }, index) =>
    names.findIndex((other) => other.name === name) === index
      ? []
      : [{ path, message: `expected each name once, came ${name} again` }],
  )
}
