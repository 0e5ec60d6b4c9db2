import { z } from 'zod'
import { Quantity, Unit } from './quantity.ts'
import { Bilingual, Id } from './text.ts'

/** The four Modbus data tables. (MODBUS Application Protocol V1.1b3 §4.3) */
export const ModbusTable = z.enum(['coil', 'discrete-input', 'holding-register', 'input-register'])
export type ModbusTable = z.infer<typeof ModbusTable>

/** How registers become a number. Word order is separate. */
export const RegisterType = z.enum(['u16', 's16', 'u32', 's32', 'f32', 'u64', 's64', 'bit'])
export type RegisterType = z.infer<typeof RegisterType>

/** Registers a type occupies. */
export const REGISTERS_OF: Readonly<Record<RegisterType, number>> = {
  u16: 1,
  s16: 1,
  u32: 2,
  s32: 2,
  f32: 2,
  u64: 4,
  s64: 4,
  bit: 1,
}

/** `high-first` is ABCD, `low-first` is CDAB: the order of 16-bit words, bytes inside a word always being high first. */
export const WordOrder = z.enum(['high-first', 'low-first'])
export type WordOrder = z.infer<typeof WordOrder>

/** One point of a device: where it is, how it decodes and what it can physically be. Addresses count from 0. */
export const ModbusPoint = z
  .object({
    point: Id,
    name: Bilingual.optional(),
    quantity: Quantity,
    table: ModbusTable,
    address: z.number().int().min(0).max(65_535),
    type: RegisterType,
    words: WordOrder.default('high-first'),
    /** value = raw · scale + offset, in `unit`; then converted to the quantity's unit. */
    scale: z.number().default(1),
    offset: z.number().default(0),
    unit: Unit,
    /** Physically possible values in `unit`, ends included. */
    range: z.tuple([z.number(), z.number()]),
    /** Raw values (before scale) with which the device says "not available"; `action` says how such a reading is marked. */
    sentinels: z.array(z.object({ raw: z.number(), reason: z.enum(['sentinel', 'open-loop']) }).strict()).default([]),
    /** A contact that reads true when the thing it watches is in order (wired normally closed). */
    inverted: z.boolean().default(false),
    /** How often it is polled, relative to the device's period: fast = each time, slow = every 30th. */
    poll: z.enum(['fast', 'slow']).default('fast'),
  })
  .strict()
export type ModbusPoint = z.infer<typeof ModbusPoint>

const HexBytes = z.string().regex(/^([0-9A-F]{2})( [0-9A-F]{2})*$/, 'expected bytes as upper-case hex pairs')

/** A request and its answer as they stood on the wire, without CRC, and the values they must decode to. */
export const RecordedAnswer = z
  .object({
    request: HexBytes,
    reply: HexBytes,
    /** Values in the quantity's own unit. */
    expect: z.record(Id, z.union([z.number(), z.boolean(), z.null()])),
  })
  .strict()
export type RecordedAnswer = z.infer<typeof RecordedAnswer>

const common = {
  profile: z.string().regex(/^[a-z0-9-]+\/[a-z0-9-]+$/, 'expected vendor/model, the path of the file under devices/'),
  vendor: z.string().min(1),
  models: z.array(z.string().min(1)).min(1),
  name: Bilingual,
  /** Where every number in the file comes from. */
  source: z.string().min(1),
  /** Known faults and traps of the device. */
  caveats: z.array(Bilingual).default([]),
}

export const ModbusProfile = z
  .object({
    ...common,
    driver: z.literal('modbus'),
    link: z
      .object({
        baud: z.number().int().positive(),
        parity: z.enum(['none', 'even', 'odd']),
        stopBits: z.union([z.literal(1), z.literal(2)]),
      })
      .strict(),
    /** Most registers the device gives in one answer. */
    maxRegisters: z.number().int().min(1).max(125).default(125),
    points: z.array(ModbusPoint).min(1),
    /** Recorded answers; at least one, so that the map is proved against bytes. */
    samples: z.array(RecordedAnswer).min(1),
  })
  .strict()
export type ModbusProfile = z.infer<typeof ModbusProfile>

/** A camera that pushes events over HTTP. Its points are fixed by the driver: stream, human, vehicle. */
export const CameraProfile = z
  .object({
    ...common,
    driver: z.literal('isapi'),
    /** Path of the event stream and of the snapshot picture; `{channel}` is replaced. */
    paths: z.object({ events: z.string(), snapshot: z.string() }).strict(),
    /** The maker's event names that mean somebody or something is there. */
    presence: z.array(z.string()).min(1),
    /** Messages that only say the stream is alive. */
    heartbeats: z.array(z.string()).min(1),
    /** A recorded message and the event it must decode to. */
    samples: z
      .array(z.object({ message: z.string(), expect: z.object({ event: z.string(), target: z.string() }) }).strict())
      .min(1),
  })
  .strict()
export type CameraProfile = z.infer<typeof CameraProfile>

/** What `devices/<vendor>/<model>.yaml` holds: a device model as data. */
export const DeviceProfile = z.discriminatedUnion('driver', [ModbusProfile, CameraProfile])
export type DeviceProfile = z.infer<typeof DeviceProfile>
