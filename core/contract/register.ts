import { z } from 'zod'
import { EvidenceRow } from './evidence.ts'
import { LatestReading } from './http.ts'
import { Quantity } from './quantity.ts'
import { PointRef } from './reading.ts'
import { Id } from './text.ts'
import { UtcMs } from './time.ts'

/** How a site stands in the county's books, whatever its gateway says. */
export const RegisterStatus = z.enum([
  'closed', // power removed, shafts filled
  'guarded', // sealed, with somebody living there
  'dewatering', // closed, pumping allowed
  'licensed-working', // on the books, producing
  'licensed-suspended', // on the books, stopped
  'lookout', // no pit: a place that is watched from
])
export type RegisterStatus = z.infer<typeof RegisterStatus>

/**
 * Who answers for a site, from the county down to the village and the one who lives there. The first finder and the first reporter of a
 * village are named in person.
 */
export const RESPONSIBLE = [
  'county-leader',
  'department',
  'town',
  'first-finder',
  'first-reporter',
  'grid-worker',
  'guard',
] as const
export const Responsible = z.enum(RESPONSIBLE)
export type Responsible = z.infer<typeof Responsible>

/** A number as it is dialled; spaces and hyphens are left out. */
export const Phone = z
  .string()
  .transform((text) => text.replace(/[\s-]/g, ''))
  .refine((text) => /^\+?\d{5,15}$/.test(text), 'expected a telephone number of 5 to 15 digits, such as +8613900000001')

const line = (most: number) => z.string().trim().max(most)

const personWith = <P extends z.ZodType<string>>(phone: P) =>
  z
    .object({
      name: line(60).min(1, 'expected a name'),
      /** Office or post. */
      post: line(100).default(''),
      phone: phone.nullable().default(null),
    })
    .strict()

/** Somebody who answers for a site. */
export const ResponsiblePerson = personWith(Phone)
export type ResponsiblePerson = z.infer<typeof ResponsiblePerson>

/** What a mouth is closed with. */
export const SealKind = z.enum(['filled', 'wall', 'slab', 'grille', 'none'])
export type SealKind = z.infer<typeof SealKind>

export const Acceptance = z.enum(['pending', 'accepted', 'failed'])
export type Acceptance = z.infer<typeof Acceptance>

/** How the mouths were closed, and whether somebody has accepted it. */
export const Sealing = z
  .object({
    kind: SealKind,
    date: z.iso.date().nullable().default(null),
    acceptance: Acceptance.default('pending'),
    acceptedOn: z.iso.date().nullable().default(null),
    acceptedBy: line(100).default(''),
  })
  .strict()
export type Sealing = z.infer<typeof Sealing>

/**
 * The six standards a closed mine is held to: what decree 446 of the State Council, article 13, lists, its sealing and its restoring of the
 * ground counted apart.
 */
export const STANDARDS = ['permits', 'explosives', 'power', 'shafts', 'ground', 'people'] as const
export const Standard = z.enum(STANDARDS)
export type Standard = z.infer<typeof Standard>

/** Where one standard stands. */
export const StandardState = z
  .object({
    state: z.enum(['unchecked', 'met', 'not-met']),
    date: z.iso.date().nullable().default(null),
    note: line(500).default(''),
  })
  .strict()
export type StandardState = z.infer<typeof StandardState>

/** Who looked at a site: villages each week, towns each month, the county each quarter. */
export const CheckLevel = z.enum(['village', 'town', 'county'])
export type CheckLevel = z.infer<typeof CheckLevel>

/** One look at the site by people who went there. */
export const SiteCheck = z
  .object({
    date: z.iso.date(),
    level: CheckLevel,
    by: line(100).min(1, 'expected who looked'),
    result: z.enum(['in-order', 'faults']),
    note: line(1_000).default(''),
  })
  .strict()
export type SiteCheck = z.infer<typeof SiteCheck>

/** Checks a register keeps in sight; older ones are in its versions. */
export const MOST_CHECKS = 500

const perRole = <T extends z.ZodType>(one: T) =>
  z
    .object({
      'county-leader': one,
      department: one,
      town: one,
      'first-finder': one,
      'first-reporter': one,
      'grid-worker': one,
      guard: one,
    })
    .strict()

const fileWith = <P extends z.ZodType>(person: P) =>
  z
    .object({
      status: RegisterStatus,
      persons: perRole(person),
      sealing: Sealing.nullable(),
      standards: z
        .object({
          permits: StandardState,
          explosives: StandardState,
          power: StandardState,
          shafts: StandardState,
          ground: StandardState,
          people: StandardState,
        })
        .strict(),
      /** Days after which it must have been looked at again. */
      checkEveryDays: z.number().int().min(1).max(366),
      /** Newest first. */
      checks: z
        .array(SiteCheck)
        .max(MOST_CHECKS)
        .transform((checks) => [...checks].sort((a, b) => (a.date < b.date ? 1 : a.date > b.date ? -1 : 0))),
      notes: line(4_000),
    })
    .strict()

/** One site's file (一矿一档): everything people know of it that no sensor tells. */
export const SiteFile = fileWith(ResponsiblePerson.nullable())
export type SiteFile = z.infer<typeof SiteFile>

/** A person as shown: a viewer gets the number with four digits left out. */
const ShownPerson = personWith(z.string().max(30))

/** A version of a site's file: what it says, and who made it so. Version 0 is that of a site nobody has written about. */
export const FileVersion = z
  .object({
    version: z.number().int().nonnegative(),
    at: UtcMs.nullable(),
    by: z.string(),
    /** `form`: a person changed it on the page; `import`: it came with a spreadsheet. */
    via: z.enum(['form', 'import']),
    /** What changed, by name, such as persons.town.phone. */
    fields: z.array(z.string()),
  })
  .strict()
export type FileVersion = z.infer<typeof FileVersion>

/** A site's file as it stands. Viewers get telephone numbers with four digits left out. */
export const RegisterEntry = FileVersion.extend({ site: Id, file: fileWith(ShownPerson.nullable()) }).strict()
export type RegisterEntry = z.infer<typeof RegisterEntry>

/** Every version of a site's file, newest first. */
export const RegisterVersions = z.object({ site: Id, versions: z.array(RegisterEntry) }).strict()
export type RegisterVersions = z.infer<typeof RegisterVersions>

/** The next version of a site's file, made from `version`: refused where another has come meanwhile. */
export const SaveFile = z.object({ version: z.number().int().nonnegative(), file: SiteFile }).strict()
export type SaveFile = z.infer<typeof SaveFile>

/** What the list of sites shows of a file, and of the gateway, beside what the live feed tells. */
export const RegisterRow = z
  .object({
    site: Id,
    version: z.number().int().nonnegative(),
    status: RegisterStatus,
    /** Who answers first for it, in the order of `RESPONSIBLE` from the village up; null = nobody is named. */
    answers: ShownPerson.extend({ role: Responsible }).strict().nullable(),
    lastCheck: SiteCheck.nullable(),
    checkEveryDays: z.number().int(),
    standardsMet: z.number().int().min(0).max(6),
    sealing: Sealing.nullable(),
    gateway: z
      .object({
        receivedAt: UtcMs,
        version: z.string(),
        /** Hours until its store is full when nothing is taken from it. */
        hoursLeft: z.number().nonnegative().nullable(),
        store: z.enum(['disk', 'memory']),
      })
      .strict()
      .nullable(),
    /** The charge of what keeps the gateway alive, where a device of the site measures it. */
    battery: LatestReading.extend({ point: PointRef }).strict().nullable(),
  })
  .strict()
export type RegisterRow = z.infer<typeof RegisterRow>

export const RegisterList = z.object({ rows: z.array(RegisterRow) }).strict()
export type RegisterList = z.infer<typeof RegisterList>

/** Sites one request for sparklines may name. */
export const MOST_SPARKLINES = 200
/** Columns of a sparkline, over 24 hours: one each half hour. */
export const SPARK_COLUMNS = 48

/** Which sites' last day is asked for: ids with commas between. */
export const SparklineQuery = z
  .object({
    sites: z
      .string()
      .max(20_000)
      .transform((text) => [...new Set(text.split(',').filter((id) => id !== ''))])
      .pipe(z.array(Id).min(1).max(MOST_SPARKLINES)),
  })
  .strict()

/** A site's last 24 hours in short: the mean of its headline point each half hour, and the newest picture there is. */
export const Sparkline = z
  .object({
    site: Id,
    point: PointRef.nullable(),
    quantity: Quantity.nullable(),
    from: UtcMs,
    to: UtcMs,
    /** In the quantity's own unit, oldest first; null = nothing is known of that half hour. */
    mean: z.array(z.number().nullable()),
    picture: EvidenceRow.nullable(),
  })
  .strict()
export type Sparkline = z.infer<typeof Sparkline>

export const Sparklines = z.object({ sparklines: z.array(Sparkline) }).strict()

/** A spreadsheet of the register, as text. Without `plan` nothing is changed: it is only said what would be. */
export const ImportRegister = z
  .object({
    csv: z
      .string()
      .min(1)
      .max(4 << 20),
    /** What the run before said it would do; it is done only if that is still so. */
    plan: z.string().max(64).nullable().default(null),
  })
  .strict()
export type ImportRegister = z.infer<typeof ImportRegister>

/** What an import does. With any fault it does nothing. */
export const ImportResult = z
  .object({
    /** True where it has been done. */
    done: z.boolean(),
    rows: z.number().int().nonnegative(),
    changes: z.array(z.object({ site: Id, line: z.number().int(), fields: z.array(z.string()) }).strict()),
    /** Line as a spreadsheet counts it, the head being 1; the name of the column; what is wrong. */
    faults: z.array(z.object({ line: z.number().int(), column: z.string(), message: z.string() }).strict()),
    plan: z.string().nullable(),
  })
  .strict()
export type ImportResult = z.infer<typeof ImportResult>

/** In which language the head and the words of a spreadsheet are. */
export const ExportQuery = z.object({ language: z.enum(['zh-CN', 'en']).default('zh-CN') }).strict()
