import { z } from 'zod'
import { Activity, Permit, SiteLoad, StopOrder } from './activity.ts'
import { PollClass } from './device-profile.ts'
import { GeoPosition } from './map.ts'
import { Priority } from './priority.ts'
import { Quantity } from './quantity.ts'
import { PointRef } from './reading.ts'
import { Bilingual, Id } from './text.ts'
import { Duration } from './time.ts'

/** What a site is decides what is normal there: at a closed pit any load is abnormal, at a lawful one pumps run. */
export const SiteKind = z.enum([
  'closed-pit', // power removed, shafts filled: nothing should run
  'sealed-shaft', // sealed, a guard post with a small baseline
  'dewatering-pit', // closed, pumping allowed
  'licensed-mine', // working underground mine
  'open-pit',
  'monitoring-tower',
])
export type SiteKind = z.infer<typeof SiteKind>

/** Who and where a site is. `place` is a position on the county's schematic map, 0–100 from west and from north. */
export const Site = z
  .object({
    id: Id,
    name: Bilingual,
    kind: SiteKind,
    /** Township or area, for lists. */
    area: Bilingual,
    /** Village inside the area, where sign-ins are held to villages. */
    village: Bilingual.optional(),
    zone: z.string().default('Asia/Shanghai'),
    place: z.object({ x: z.number().min(0).max(100), y: z.number().min(0).max(100) }).strict(),
    /** Where it really lies, for maps the operator has brought; datum CGCS2000 or WGS84, never GCJ-02. */
    position: GeoPosition.optional(),
    /** True for a site that only exists in a simulator; shown as such on every screen. */
    simulated: z.boolean().default(false),
    /** The point shown beside the site's name in lists, such as feeder-meter/active-power. */
    headline: PointRef.optional(),
  })
  .strict()
export type Site = z.infer<typeof Site>

const Port = z.number().int().min(1).max(65_535)
const UnitId = z.number().int().min(1).max(247)

/** How long a device may think; no device answers sooner than this. */
const Timeout = Duration.refine((ms) => ms >= 10, 'expected at least 10ms')

/** A physical bus: one line or connection on which one exchange runs at a time. */
export const Bus = z.discriminatedUnion('kind', [
  z
    .object({
      id: Id,
      kind: z.literal('tcp'),
      host: z.string().min(1),
      port: Port.default(502),
      timeout: Timeout.default(1_000),
      /** Requests that may wait for their answers at once; more than 1 only where the device takes it. */
      pipeline: z.number().int().min(1).max(16).default(1),
    })
    .strict(),
  z
    .object({
      id: Id,
      kind: z.literal('rtu-over-tcp'),
      host: z.string().min(1),
      port: Port,
      timeout: Timeout.default(1_000),
      baud: z.number().int().positive().default(9_600),
    })
    .strict(),
  z
    .object({
      id: Id,
      kind: z.literal('rtu'),
      /** The port, best under its lasting name in /dev/serial/by-id or /dev/serial/by-path. */
      path: z.string().min(1),
      baud: z.number().int().positive().default(9_600),
      parity: z.enum(['none', 'even', 'odd']).default('none'),
      stopBits: z.union([z.literal(1), z.literal(2)]).default(1),
      timeout: Timeout.default(1_000),
    })
    .strict(),
])
export type Bus = z.infer<typeof Bus>

/** A field device on a bus. */
export const BusDevice = z
  .object({
    id: Id,
    name: Bilingual.optional(),
    profile: z.string().min(1),
    bus: Id,
    /** Modbus unit id. */
    unit: UnitId.optional(),
    /** Address of a DL/T 645 meter, as printed on it. */
    address: z
      .string()
      .regex(/^\d{12}$/, 'expected the 12 digits of the meter address')
      .optional(),
    /** The serial number it must have, as `pitwatch scan` and `pitwatch read` show it; the first one met when absent. */
    serial: z.string().min(1).optional(),
    /** Poll period of fast points. */
    every: Duration.default(1_000),
    /** Periods of slow and rare points; 30 and 900 times `every` when absent. */
    pace: z.object({ slow: Duration.optional(), rare: Duration.optional() }).strict().default({}),
    /** Poll class of points that are to be read otherwise than their profile says. */
    polls: z.record(Id, PollClass).default({}),
    /** Points to read; all of the profile's when absent. */
    points: z.array(Id).min(1).optional(),
    /** What a 4–20 mA or analogue point means on site: raw ends mapped to real ends. */
    spans: z
      .record(Id, z.object({ from: z.tuple([z.number(), z.number()]), to: z.tuple([z.number(), z.number()]) }).strict())
      .default({}),
  })
  .strict()
export type BusDevice = z.infer<typeof BusDevice>

/** A camera that pushes events over HTTP. The password comes from a file or an environment variable, never from YAML. */
export const CameraDevice = z
  .object({
    id: Id,
    name: Bilingual.optional(),
    profile: z.string().min(1),
    url: z.url({ protocol: /^https?$/ }),
    channel: z.number().int().min(1).default(1),
    user: z.string().min(1),
    passwordFile: z.string().min(1).optional(),
    passwordEnv: z.string().min(1).optional(),
    /** An event that is not repeated for this long has ended. */
    eventEndsAfter: Duration.default(5_000),
    /** Neither event nor heartbeat for this long: the stream is lost. */
    silentAfter: Duration.default(15_000),
  })
  .strict()
export type CameraDevice = z.infer<typeof CameraDevice>

/** One armed rule. `with` holds the parameters of its type and is checked by the rule type itself. */
export const RuleConfig = z
  .object({
    id: Id,
    type: z.string().min(1),
    point: PointRef,
    priority: Priority,
    name: Bilingual.optional(),
    /**
     * `alarm`: raises its own; `evidence`: counts towards the alarm of the whole site; `both`. Its type decides when absent, and where the
     * site has no `activity` every rule raises its own.
     */
    as: z.enum(['alarm', 'evidence', 'both']).optional(),
    /** After the end of its alarm a person must look at the place before it closes; its type decides when absent. */
    latched: z.boolean().optional(),
    with: z.record(z.string(), z.unknown()).default({}),
  })
  .strict()
export type RuleConfig = z.infer<typeof RuleConfig>

/** How a program reaches an MQTT broker. */
export const BrokerAccess = z
  .object({
    url: z.url({ protocol: /^mqtts?$/ }),
    user: z.string().min(1).optional(),
    passwordFile: z.string().min(1).optional(),
    passwordEnv: z.string().min(1).optional(),
    /** Folder with the key and certificate to show (`pitwatch enrol`); for mqtts without a user, `identity` in the store. */
    identity: z.string().min(1).optional(),
  })
  .strict()
export type BrokerAccess = z.infer<typeof BrokerAccess>

const BIT_UNITS = { bit: 1, kbit: 1_000, Mbit: 1_000_000 } as const

/** A rate as people write it (`64kbit`, `2Mbit`), parsed to bit a second. At least 1 kbit. */
export const BitRate = z
  .string()
  .regex(/^\d+(\.\d+)?(bit|kbit|Mbit)$/, 'expected a bit rate such as 64kbit or 2Mbit (a second)')
  .transform((text) => {
    const unit = text.endsWith('kbit') ? 'kbit' : text.endsWith('Mbit') ? 'Mbit' : 'bit'
    return Number.parseFloat(text) * BIT_UNITS[unit]
  })
  .refine((bits) => bits >= 1_000, 'expected at least 1kbit')

/** How a gateway reaches its control room. */
export const UplinkAccess = BrokerAccess.extend({
  /** Say births and send data only while the control room is there, as its STATE tells (Sparkplug primary host). */
  primaryHost: z.boolean().default(false),
  /** Most that pictures, trends and late readings may take of the line; alarms and live readings are not held back. */
  bitRate: BitRate.optional(),
  /** A device of which nothing is heard for so long is told dead; 1 min when absent. */
  deviceGoneAfter: Duration.optional(),
}).strict()
export type UplinkAccess = z.infer<typeof UplinkAccess>

/** A 4G modem on a serial port, for texts when the control room cannot be reached. */
export const SiteModem = z
  .object({
    /** Best under its lasting name in /dev/serial/by-id. */
    path: z.string().min(1),
    baud: z.number().int().positive().default(115_200),
    /** The PIN of its SIM, by the file or the environment variable that holds it. */
    pinFile: z.string().min(1).optional(),
    pinEnv: z.string().min(1).optional(),
  })
  .strict()
export type SiteModem = z.infer<typeof SiteModem>

const TimeOfDay = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'expected a time of day such as 22:00')

/**
 * A siren, strobe or speaker that stands on a coil of a Modbus device: the only thing a gateway ever writes to. It is on for `most` at
 * the longest, then off for a minute at least.
 */
export const Deterrent = z
  .object({
    id: Id,
    name: Bilingual.optional(),
    kind: z.enum(['siren', 'strobe', 'speaker']),
    /** The Modbus device whose coil it is; it must be one of `devices`. */
    device: Id,
    /** Address of the coil, from 0; on = 1. */
    coil: z.number().int().min(0).max(65_535),
    /** Where it shows that it really sounds, beside the coil itself. */
    readBack: z
      .object({ table: z.enum(['coil', 'discrete-input']), address: z.number().int().min(0).max(65_535) })
      .strict()
      .optional(),
    most: Duration.refine((ms) => ms >= 1_000 && ms <= 60_000, 'expected 1s to 60s').default(30_000),
    /** The village sleeps: it stays silent then, whatever happens. Times of the site. */
    quiet: z.object({ from: TimeOfDay, to: TimeOfDay }).strict().optional(),
  })
  .strict()
export type Deterrent = z.infer<typeof Deterrent>

/** What a gateway does by itself while the control room does not receipt its alarms. What is absent is as the control room last said. */
export const Alone = z
  .object({
    /** How long the control room may take to receipt an alarm; 60 s where nobody says. */
    after: Duration.refine((ms) => ms >= 1_000, 'expected at least 1s').optional(),
    /** Those who were told are told again; 10 min where nobody says. */
    again: Duration.refine((ms) => ms >= 10_000, 'expected at least 10s').optional(),
    priorities: z
      .array(z.enum(['red', 'orange']))
      .min(1)
      .default(['red']),
    /** The deterrent that sounds too. */
    siren: Id.optional(),
  })
  .strict()
export type Alone = z.infer<typeof Alone>

/** The technician's page, for a phone on the gateway's own network. Its password has at least 10 characters; there is none by default. */
export const TechnicianPage = z
  .object({
    /** The address it is offered at; 0.0.0.0 = every network of the gateway. */
    host: z.string().min(1).default('127.0.0.1'),
    port: Port.default(8_081),
    passwordFile: z.string().min(1).optional(),
    passwordEnv: z.string().min(1).optional(),
  })
  .strict()
export type TechnicianPage = z.infer<typeof TechnicianPage>

/** `site.yaml`: everything one edge gateway needs to know. */
export const GatewayConfig = z
  .object({
    group: Id,
    site: Site,
    /** Folder of the gateway's own store. */
    store: z.string().min(1),
    /** Folder with device profiles of the site's own, looked at before the shipped ones. */
    profiles: z.string().min(1).optional(),
    /** Folder with limits of the site's own, on top of the threshold library of the law that comes with Pitwatch. */
    law: z.string().min(1).optional(),
    /**
     * What the store may hold of readings that the control room has not taken yet: all of them for so many days, and so many megabytes.
     * Beyond it the oldest are kept as minutes, and then not at all.
     */
    outbox: z
      .object({ days: z.number().min(1).default(90), megabytes: z.number().min(16).default(1_024) })
      .strict()
      .default({ days: 90, megabytes: 1_024 }),
    uplink: UplinkAccess,
    /** Whether the control room may send another configuration, or what people found out about alarms: signed, any (on a wire nobody else can reach), or none. */
    remoteConfig: z.enum(['signed', 'unsigned', 'off']).default('signed'),
    /** One that is sent is given up again when the control room is not heard for this long after it was applied. */
    confirmWithin: Duration.refine((ms) => ms >= 1_000, 'expected at least 1s').default(120_000),
    /** Who may know the time beside NTP, the battery clock and the control room. */
    clock: z
      .object({
        /** A gpsd with a receiver, such as 127.0.0.1:2947. */
        gpsd: z
          .string()
          .regex(/^[^:\s]+:\d{1,5}$/, 'expected HOST:PORT, such as 127.0.0.1:2947')
          .optional(),
        /** Somebody else answers for the machine's own clock, such as the host of a container: it is never further off than this. */
        within: Duration.optional(),
      })
      .strict()
      .optional(),
    modem: SiteModem.optional(),
    alone: Alone.prefault({}),
    /** Outputs that may sound; none may where there are none. */
    deterrents: z.array(Deterrent).default([]),
    /** Offers a page to look at the site, scan, and put it into service; none when absent. */
    technician: TechnicianPage.optional(),
    /** Keeps the last bytes of every bus in the store's folder, up to this size a bus; 0 = none. */
    flightRecorderKB: z.number().int().min(0).max(65_536).default(0),
    buses: z.array(Bus).default([]),
    devices: z.array(BusDevice).default([]),
    cameras: z.array(CameraDevice).default([]),
    rules: z.array(RuleConfig).default([]),
    /** What draws power here when nothing is wrong; the rest is learned. */
    load: SiteLoad.optional(),
    /** Puts the signals of the site together to one alarm. */
    activity: Activity.optional(),
    permits: z.array(Permit).default([]),
    orders: z.array(StopOrder).default([]),
    /** File with holidays and worked weekends; the shipped one of the country when absent. */
    calendar: z.string().min(1).optional(),
    /** Points that are not read here but in recorded data, with what they measure, so that rules over them can be rehearsed. */
    points: z.record(PointRef, z.object({ quantity: Quantity }).strict()).default({}),
  })
  .strict()
export type GatewayConfig = z.infer<typeof GatewayConfig>
