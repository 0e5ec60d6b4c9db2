import { z } from 'zod'
import { DutyList } from '../../core/contract/duty.ts'
import { BrokerAccess } from '../../core/contract/site.ts'
import { Id } from '../../core/contract/text.ts'
import { Duration } from '../../core/contract/time.ts'

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
