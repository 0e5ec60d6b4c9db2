import { dirname, resolve } from 'node:path'
import { z } from 'zod'
import { Roster } from '../../core/contract/roster.ts'
import { BrokerAccess } from '../../core/contract/site.ts'
import { Id } from '../../core/contract/text.ts'
import { Duration } from '../../core/contract/time.ts'
import { isHouseError, messageOf } from '../../core/kit/errors.ts'
import { checkYaml, type Fault, faultReport, invalidConfig, readConfig } from '../../platform/config.ts'
import { readSecret, type SecretPlace } from '../../platform/secrets.ts'
import { isNetwork } from './access/networks.ts'
import { IdentityConfig, identityFaults } from './identity/config.ts'
import { checkRoster } from './duty/check-roster.ts'
import { checkChannels } from './notify/check-channels.ts'

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
    /** A second door, for gateways that were enrolled: they are known by their certificates. */
    tls: z
      .object({ host: z.string().default('0.0.0.0'), port: Port.default(8883) })
      .strict()
      .optional(),
  })
  .strict()

/** One with mqtts and without a user knows this control room by the certificate its authority has given it. */
const ExternalBroker = BrokerAccess.omit({ identity: true })
  .extend({
    kind: z.literal('external'),
    /** Programs with the same name here take a part each of links and trends: see `pitwatch ingest`. The broker must know MQTT 5. */
    share: Id.optional(),
  })
  .strict()

/** InfluxDB 1.x, 2.x, 3.x or VictoriaMetrics: anything that takes line protocol. */
const InfluxHistory = z
  .object({
    kind: z.literal('influxdb'),
    url: z.url({ protocol: /^https?$/ }),
    database: z.string().min(1).optional(),
    /** What InfluxDB 2.x calls the database. */
    bucket: z.string().min(1).optional(),
    /** The organization the bucket belongs to. */
    org: z.string().min(1).optional(),
    user: z.string().min(1).optional(),
    ...secret,
    /** The token of InfluxDB 2.x and 3.x, by the file or the environment variable that holds it. */
    tokenFile: z.string().min(1).optional(),
    tokenEnv: z.string().min(1).optional(),
    /** How readings are written; without it the server is asked what it is. */
    api: z.enum(['v1', 'v2', 'v3']).optional(),
    /** Compresses what is written. Default: unless the server is on this machine, where it costs both more than it saves. */
    gzip: z.boolean().optional(),
  })
  .strict()
  .refine(({ database, bucket }) => (database === undefined) !== (bucket === undefined), {
    message: 'expected either database or bucket',
    path: ['database'],
  })
  .refine(({ api, org }) => api !== 'v2' || org !== undefined, { message: 'expected org with api v2', path: ['org'] })

/** A network, or one address. */
const Network = z.string().refine(isNetwork, 'expected a network such as 10.8.0.0/16, or an address')

/** One way messages go out. Secrets are named by the file that holds them. */
const Channel = z
  .object({ id: Id, kind: z.string().min(1), with: z.record(z.string(), z.unknown()).default({}) })
  .strict()
export type Channel = z.infer<typeof Channel>

/** A 4G modem on a serial port, and a buzzer that anybody in the room hears. */
const Watchman = z
  .object({
    modem: z
      .object({
        /** Best under its lasting name in /dev/serial/by-id; `tcp://HOST:PORT` behind a serial server. */
        path: z.string().min(1),
        baud: z.number().int().positive().default(115_200),
        pinFile: z.string().min(1).optional(),
        pinEnv: z.string().min(1).optional(),
        /** What the modem and its contract let through. */
        perMinute: z.number().int().min(1).max(60).default(8),
        perDay: z.number().int().min(1).default(400),
      })
      .strict()
      .optional(),
    /** A relay board on a serial port (LCUS type: A0 01 01 A2 switches on). */
    buzzer: z
      .object({ path: z.string().min(1), baud: z.number().int().positive().default(9_600) })
      .strict()
      .optional(),
  })
  .strict()
export type Watchman = z.infer<typeof Watchman>

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
        /** Whence people sign in without a second factor. Default: this machine and private addresses. */
        remote: z
          .object({ networks: z.array(Network).optional() })
          .strict()
          .prefault({}),
        /** Proxies of one's own in front of this server: what they write into X-Forwarded-For is believed. Default: none. */
        trustProxy: z.array(Network).default([]),
        /** The same encrypted, with a certificate of the authority: gateways enrol here. */
        tls: z
          .object({ host: z.string().default('0.0.0.0'), port: Port.default(8443) })
          .strict()
          .optional(),
      })
      .strict()
      .prefault({}),
    broker: z.discriminatedUnion('kind', [EmbeddedBroker, ExternalBroker]).prefault({ kind: 'embedded' }),
    identity: IdentityConfig.prefault({}),
    history: z
      .discriminatedUnion('kind', [z.object({ kind: z.literal('embedded') }).strict(), InfluxHistory])
      .prefault({
        kind: 'embedded',
      }),
    /** How long the readings of links are kept as they came; the links themselves, which prove them, are kept for ever. */
    archive: z
      .object({ days: z.number().positive().max(36_500).default(400) })
      .strict()
      .prefault({}),
    /** Before the number of every alarm, such as PW-20260112-0007. */
    prefix: z
      .string()
      .regex(/^[\p{L}\p{N}]{1,12}$/u, 'expected up to 12 letters or digits')
      .default('PW'),
    /** The ways messages go out, beside the desk, which is always there. `with` is checked by the kind itself. */
    channels: z.array(Channel).default([]),
    /** Who is called when; taken over when it has changed in the file, edited at the page meanwhile. */
    duty: Roster,
    /** Holidays and worked weekends, for the shifts; the calendar that comes with Pitwatch where none is named. */
    calendar: z.string().min(1).optional(),
    /** The process that holds modem and buzzer and watches the dispatcher from outside. */
    watchman: Watchman.optional(),
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
    /**
     * Somebody answers for the machine's own clock being this close to the true time, such as the host of a container. Without it chrony
     * or `timedatectl` is asked what gateways are told.
     */
    clock: z.object({ within: Duration }).strict().optional(),
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
  const { broker, history, http, identity, channels, flows, serviceAccounts } = config
  const accounts = broker.kind === 'embedded' ? broker.accounts : []
  const secret = (path: Fault['path'], place: SecretPlace, isNeeded: boolean) =>
    secretFaults(place, { path, isNeeded, baseFolder })
  return [
    ...checkChannels(channels, baseFolder).map(({ path, message }) => ({ path: ['channels', ...path], message })),
    ...checkRoster(config.duty, channels).map(({ path, message }) => ({ path: ['duty', ...path], message })),
    ...identityFaults(identity, http.tls !== undefined || (broker.kind === 'embedded' && broker.tls !== undefined)),
    ...usedTwice([
      ...accounts.map(({ user }, index) => ({ name: user, path: ['broker', 'accounts', index, 'user'] })),
      ...serviceAccounts.map(({ name }, index) => ({ name, path: ['serviceAccounts', index, 'name'] })),
    ]),
    ...accounts.flatMap((account, index) => secret(['broker', 'accounts', index], account, true)),
    ...serviceAccounts.flatMap((account, index) => secret(['serviceAccounts', index], account, true)),
    ...(broker.kind === 'external' ? secret(['broker'], broker, broker.user !== undefined) : []),
    ...(history.kind === 'influxdb'
      ? placesOfHistory(history).flatMap((place) => secret(['history'], place, place.isNeeded))
      : []),
    ...(flows === undefined ? [] : secret(['flows'], flows, false)),
  ]
}

type InfluxHistory = z.infer<typeof InfluxHistory>

/** Where the password and the token of the history's server lie. */
function placesOfHistory({ user, passwordFile, passwordEnv, tokenFile, tokenEnv }: InfluxHistory) {
  return [
    { passwordFile, passwordEnv, isNeeded: user !== undefined },
    { tokenFile, tokenEnv, isNeeded: false },
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
