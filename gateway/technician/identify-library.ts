import {
  type IdentityRegister,
  type ModbusProfile,
  type ModbusTable,
  REGISTERS_OF,
} from '../../core/contract/device-profile.ts'
import { isBitTable, type ReadRequest } from '../../core/decode/modbus-pdu.ts'
import { cellsOf, covers } from '../../core/decode/readings.ts'

/** A read without its unit: the same question for every device. */
export type Question = Omit<ReadRequest, 'unit'>

/** Everything that may be asked of an unknown device, made once for a library. */
export interface Library {
  readonly profiles: readonly ModbusProfile[]
  readonly questions: readonly Question[]
  readonly cells: ReadonlyMap<ModbusProfile, Cells>
  /** How a device of each profile would answer each question: with which points, or not at all. */
  readonly prints: ReadonlyMap<Question, ReadonlyMap<ModbusProfile, string>>
}

export type Cells = Readonly<Record<ModbusTable, ReadonlySet<number>>>

/** Longer answers would cost bus time without telling more. */
const MOST_CELLS = 24
/** The print of every profile that does not have all that is asked. */
export const REFUSED = 'refused'

/** The questions that tell profiles apart: their identity registers, and their points in runs without holes. */
export function libraryOf(profiles: readonly ModbusProfile[]): Library {
  const questions = new Map<string, Question>()
  for (const profile of profiles) {
    for (const question of [...identityQuestions(profile), ...runsOf(profile)]) questions.set(keyOf(question), question)
  }
  const cells = new Map(profiles.map((profile) => [profile, cellsOfProfile(profile)]))
  const printsOf = (question: Question) =>
    new Map(profiles.map((profile) => [profile, fingerprint(cells.get(profile), profile, question)]))
  return {
    profiles,
    questions: [...questions.values()],
    cells,
    prints: new Map([...questions.values()].map((question) => [question, printsOf(question)])),
  }
}

/** True when a device of the profile has every cell that is asked for and gives so many at once. */
export function isOwn(library: Library, profile: ModbusProfile, question: Question): boolean {
  return isWithin(library.cells.get(profile), profile, question)
}

/** True when it has some of them. */
export function touches(library: Library, profile: ModbusProfile, { table, address, quantity }: Question): boolean {
  const held = library.cells.get(profile)?.[table]
  return Array.from({ length: quantity }, (_, index) => address + index).some((cell) => held?.has(cell) === true)
}

/** The read of one identity register. */
export function questionFor({ table, address, type }: IdentityRegister): Question {
  return { table, address, quantity: REGISTERS_OF[type] }
}

/** A question as a text, the same for the same one. */
export function keyOf({ table, address, quantity }: Question): string {
  return `${table}/${address}/${quantity}`
}

/** How a device of the profile would answer: not at all, or with what. */
function fingerprint(held: Cells | undefined, profile: ModbusProfile, question: Question): string {
  if (!isWithin(held, profile, question)) return REFUSED
  return profile.points
    .filter((point) => covers({ unit: 1, ...question }, point))
    .map(({ address, type, words, scale, quantity }) => [address, type, words, scale, quantity].join())
    .join('|')
}

function isWithin(cells: Cells | undefined, profile: ModbusProfile, { table, address, quantity }: Question): boolean {
  const held = cells?.[table]
  const most = profile.maxRegisters * (isBitTable(table) ? 16 : 1)
  if (held === undefined || quantity > most) return false
  return Array.from({ length: quantity }, (_, index) => address + index).every((cell) => held.has(cell))
}

function identityQuestions(profile: ModbusProfile): Question[] {
  return (profile.identity?.model ?? []).map(questionFor)
}

/** The profile's points as reads without holes, so that a device of the profile refuses none of them. */
function runsOf(profile: ModbusProfile): Question[] {
  const sorted = profile.points.toSorted(
    (a, b) => (a.table === b.table ? 0 : a.table < b.table ? -1 : 1) || a.address - b.address,
  )
  const runs: Question[] = []
  for (const point of sorted) {
    const last = runs.at(-1)
    const end = point.address + cellsOf(point)
    const most = Math.min(MOST_CELLS, profile.maxRegisters)
    const joins =
      last?.table === point.table && point.address <= last.address + last.quantity && end - last.address <= most
    if (last === undefined || !joins)
      runs.push({ table: point.table, address: point.address, quantity: cellsOf(point) })
    else runs[runs.length - 1] = { ...last, quantity: Math.max(last.quantity, end - last.address) }
  }
  return runs
}

function cellsOfProfile(profile: ModbusProfile): Cells {
  const cells: Record<ModbusTable, Set<number>> = {
    coil: new Set(),
    'discrete-input': new Set(),
    'holding-register': new Set(),
    'input-register': new Set(),
  }
  const places = [
    ...profile.points,
    ...(profile.identity?.model ?? []),
    ...(profile.identity?.serial === undefined ? [] : [profile.identity.serial]),
  ]
  for (const { table, address, type } of places) {
    for (let cell = address; cell < address + REGISTERS_OF[type]; cell += 1) cells[table].add(cell)
  }
  return cells
}
