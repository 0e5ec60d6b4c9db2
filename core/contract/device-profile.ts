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

/** How often a point is read: each period of its device, or after the longer pauses that the device's `pace` gives. */
export const PollClass = z.enum(['fast', 'slow', 'rare'])
export type PollClass = z.infer<typeof PollClass>

/**
 * A point whose movement is itself an event, so that it is watched without a rule of the site's own: a counter of cover openings
 * that rises, a transformer ratio that changes.
 */
export const Guard = z.enum(['rises', 'changes'])
export type Guard = z.infer<typeof Guard>

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
    /** Takes these bits of a 16-bit register only, lowest and highest, counted from 0; the raw value is their number. */
    bits: z.tuple([z.number().int().min(0).max(15), z.number().int().min(0).max(15)]).optional(),
    /** Raw values (before scale), or ranges of them with both ends, with which the device says "not available". */
    sentinels: z
      .array(
        z
          .object({
            raw: z.union([z.number(), z.tuple([z.number(), z.number()])]),
            reason: z.enum(['sentinel', 'open-loop']),
          })
          .strict(),
      )
      .default([]),
    /** A contact that reads true when the thing it watches is in order (wired normally closed). */
    inverted: z.boolean().default(false),
    poll: PollClass.default('fast'),
    guard: Guard.optional(),
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
  /** What the numbers were held against: the maker's own document, working public code, or nothing yet. */
  verified: z.enum(['maker', 'public-code', 'unverified']),
  /** Known faults and traps of the device. */
  caveats: z.array(Bilingual).default([]),
}

/** The character format a device has when it leaves the works; always 8 data bits. */
export const LineSettings = z
  .object({
    baud: z.number().int().positive(),
    parity: z.enum(['none', 'even', 'odd']),
    stopBits: z.union([z.literal(1), z.literal(2)]),
  })
  .strict()
export type LineSettings = z.infer<typeof LineSettings>

/** A register by which a device is known. `is` lists the raw values that every device of the profile gives there. */
const IdentityRegister = z
  .object({
    table: ModbusTable,
    address: z.number().int().min(0).max(65_535),
    type: RegisterType,
    words: WordOrder.default('high-first'),
  })
  .strict()
export type IdentityRegister = z.infer<typeof IdentityRegister>

/** How a device of this profile is told from others: what all of them give, and the number that only one of them has. */
export const ModbusIdentity = z
  .object({
    model: z.array(IdentityRegister.extend({ is: z.array(z.number()).min(1) }).strict()).default([]),
    serial: IdentityRegister.optional(),
  })
  .strict()
  .refine(({ model, serial }) => model.length > 0 || serial !== undefined, 'expected model or serial, came neither')
export type ModbusIdentity = z.infer<typeof ModbusIdentity>

export const ModbusProfile = z
  .object({
    ...common,
    driver: z.literal('modbus'),
    link: LineSettings,
    /** Most registers the device gives in one answer. */
    maxRegisters: z.number().int().min(1).max(125).default(125),
    /** Shortest pause between two requests to it, for devices that need one. */
    restMs: z.number().int().min(0).max(10_000).default(0),
    /** True where it answers function 8, return query data. */
    loopback: z.boolean().default(false),
    identity: ModbusIdentity.optional(),
    points: z.array(ModbusPoint).min(1),
    /** Recorded answers; at least one, so that the map is proved against bytes. */
    samples: z.array(RecordedAnswer).min(1),
  })
  .strict()
export type ModbusProfile = z.infer<typeof ModbusProfile>

/** A data identifier of DL/T 645-2007, DI3 DI2 DI1 DI0 as the standard writes it. A block has FF in one of them. */
const Dlt645Item = z.string().regex(/^[0-9A-F]{8}$/, 'expected a data identifier of 8 hex digits, such as 02010100')

/** One value of a meter that speaks DL/T 645-2007: BCD digits inside a data item, low byte first. */
export const Dlt645Point = z
  .object({
    point: Id,
    name: Bilingual.optional(),
    quantity: Quantity,
    /** The item that holds the value. */
    item: Dlt645Item,
    /** Bytes of the value, and where it starts in the item's data. */
    bytes: z.number().int().min(1).max(8),
    offset: z.number().int().min(0).max(191).default(0),
    /** Where the value also stands: an item that holds several of the profile's values, so that one exchange reads them. */
    block: z
      .object({ item: Dlt645Item, offset: z.number().int().min(0).max(191) })
      .strict()
      .optional(),
    /**
     * Not the item's digits, but what the driver works out from the meter's date (04000101) and time (04000102): by how many
     * seconds the meter's clock is ahead, or how often it was set by more than five minutes.
     */
    derive: z.enum(['clock-offset', 'clock-jumps']).optional(),
    /** Digits after the point. */
    decimals: z.number().int().min(0).max(8).default(0),
    /** True where the highest bit is a sign. */
    signed: z.boolean().default(false),
    unit: Unit,
    /** Physically possible values in `unit`, ends included. */
    range: z.tuple([z.number(), z.number()]),
    poll: PollClass.default('fast'),
    guard: Guard.optional(),
  })
  .strict()
export type Dlt645Point = z.infer<typeof Dlt645Point>

/** A meter of DL/T 645-2007. */
export const Dlt645Profile = z
  .object({
    ...common,
    driver: z.literal('dlt645'),
    link: LineSettings,
    points: z.array(Dlt645Point).min(1),
    /** Whole frames as they stood on the line, 68 … 16, and what they must decode to. */
    samples: z
      .array(
        z
          .object({
            request: HexBytes,
            reply: HexBytes,
            expect: z.record(Id, z.union([z.number(), z.boolean(), z.null()])),
          })
          .strict(),
      )
      .min(1),
  })
  .strict()
export type Dlt645Profile = z.infer<typeof Dlt645Profile>

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
export const DeviceProfile = z.discriminatedUnion('driver', [ModbusProfile, Dlt645Profile, CameraProfile])
export type DeviceProfile = z.infer<typeof DeviceProfile>
