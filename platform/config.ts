import { readFileSync } from 'node:fs'
import { type Document, isMap, isNode, isPair, isScalar, isSeq, LineCounter, parseDocument } from 'yaml'
import { z } from 'zod'
import { HouseError, messageOf } from '../core/kit/errors.ts'

/** One thing wrong in a configuration: where (keys and indexes from the top) and what was expected. */
export interface Fault {
  readonly path: readonly (string | number)[]
  readonly message: string
  /** Character offset in the file, where it is known better than `path` tells. */
  readonly offset?: number
}

/** What reading a YAML text came to: `value` is null when and only when there are faults. */
export interface Checked<T> {
  readonly value: T | null
  /** The document as plain data before the schema; undefined when it is no YAML. */
  readonly raw: unknown
  readonly faults: readonly Fault[]
}

/**
 * Reads a YAML file against a schema. Throws `config/unreadable`, or `config/invalid` whose message is the whole
 * printable report: every fault on a line of its own.
 */
export function loadYaml<T>(path: string, schema: z.ZodType<T>): T {
  return parseYaml(readConfig(path), path, schema)
}

/** The text of a configuration file. Throws `config/unreadable`. */
export function readConfig(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    throw new HouseError('config/unreadable', `${path}: cannot be read: ${messageOf(error)}`, { path }, error)
  }
}

/** `loadYaml` for a text already at hand. `path` only names it. Throws `config/invalid`. */
export function parseYaml<T>(text: string, path: string, schema: z.ZodType<T>): T {
  const { value, faults } = checkYaml(text, schema)
  if (value === null || faults.length > 0) throw invalidConfig([faultReport(path, text, faults)])
  return value
}

/** A YAML text against a schema, with the faults as values, for callers that have more to check. */
export function checkYaml<T>(text: string, schema: z.ZodType<T>): Checked<T> {
  const document = parseDocument(text, { prettyErrors: false, uniqueKeys: true })
  if (document.errors.length > 0) {
    const faults = document.errors.map(({ message, pos }) => ({
      path: [],
      message: `no YAML: ${message}`,
      offset: pos[0],
    }))
    return { value: null, raw: undefined, faults }
  }
  let raw: unknown
  try {
    raw = document.toJS({ maxAliasCount: 100 })
  } catch (error) {
    return { value: null, raw: undefined, faults: [{ path: [], message: `no YAML: ${messageOf(error)}` }] }
  }
  const result = schema.safeParse(raw, { error: expectation })
  if (result.success) return { value: result.data, raw, faults: [] }
  return { value: null, raw, faults: result.error.issues.flatMap((issue) => faultsOf(issue, raw)) }
}

/** An error that carries whole reports of one or several files. */
export function invalidConfig(reports: readonly string[]): HouseError {
  const faults = reports.reduce((sum, report) => sum + report.split('\n').length, 0)
  return new HouseError('config/invalid', reports.join('\n'), { faults })
}

/** One line a fault, in the order of the file: `path:line:column: devices[2].unit: expected …, came …`. */
export function faultReport(path: string, text: string, faults: readonly Fault[]): string {
  const lines = new LineCounter()
  const document = parseDocument(text, { prettyErrors: false, lineCounter: lines })
  return faults
    .map((fault) => ({ fault, offset: fault.offset ?? offsetOf(document, fault.path) }))
    .sort((a, b) => a.offset - b.offset)
    .map(({ fault, offset }) => {
      const { line, col } = lines.linePos(offset)
      const where = pathText(fault.path)
      return `${path}:${Math.max(1, line)}:${Math.max(1, col)}: ${where === '' ? '' : `${where}: `}${fault.message}`
    })
    .join('\n')
}

/** `devices[2].unit` for `['devices', 2, 'unit']`. */
export function pathText(path: readonly (string | number)[]): string {
  return path.reduce<string>((text, part) => {
    if (typeof part === 'number') return `${text}[${part}]`
    return text === '' ? part : `${text}.${part}`
  }, '')
}

/** The known word nearest to `word`, when it is near enough to have been meant. */
export function nearest(word: string, known: readonly string[]): string | null {
  const [best] = known
    .map((candidate) => ({ candidate, distance: editDistance(word.toLowerCase(), candidate.toLowerCase()) }))
    .sort((a, b) => a.distance - b.distance)
  return best !== undefined && best.distance <= Math.max(1, Math.floor(word.length / 3)) ? best.candidate : null
}

/** More names than these tell nobody anything. */
const MOST_NAMED = 8

/** `expected one of a, b; came x` with the nearest word where one is near: for names that must exist elsewhere. Few are listed. */
export function expectedOneOf(what: string, came: string, known: readonly string[]): string {
  const meant = nearest(came, known)
  const choice = known.length === 0 ? 'there are none' : namesOf(known)
  return `expected ${what} (${choice}), came ${came}${meant === null ? '' : `; did you mean ${meant}?`}`
}

function namesOf(known: readonly string[]): string {
  const more = known.length - MOST_NAMED
  return more > 0 ? `${known.slice(0, MOST_NAMED).join(', ')} and ${more} more` : known.join(', ')
}

type Issue = z.core.$ZodIssue

function faultsOf(issue: Issue, raw: unknown): Fault[] {
  const path = issue.path.map((part) => (typeof part === 'symbol' ? String(part) : part))
  if (issue.code === 'unrecognized_keys') {
    const hints: unknown = JSON.parse(issue.message)
    const known = z.array(z.string()).parse(hints)
    return issue.keys.map((key) => ({ path: [...path, key], message: unknownKey(key, known) }))
  }
  const came = valueAt(raw, path)
  if (issue.code === 'invalid_union' && issue.errors.length > 0) {
    // A value that got furthest into one member of the union was meant as that member.
    const deepest = issue.errors
      .filter((errors) => errors.some((inner) => inner.path.length > 0))
      .sort((a, b) => a.length - b.length)[0]
    if (deepest !== undefined)
      return deepest.flatMap((inner) => faultsOf({ ...inner, path: [...path, ...inner.path] }, raw))
  }
  const message = issue.message.includes('came ') ? issue.message : `${issue.message}, came ${shown(came)}`
  return [{ path, message }]
}

function unknownKey(key: string, known: readonly string[]): string {
  const meant = nearest(key, known)
  if (meant !== null) return `unknown key; did you mean ${meant}?`
  return known.length === 0 ? 'unknown key' : `unknown key; expected one of ${known.join(', ')}`
}

/** The house's wording of what a schema expected. Messages a schema gives itself come before it. */
function expectation(issue: z.core.$ZodRawIssue): string | undefined {
  switch (issue.code) {
    case 'unrecognized_keys':
      return JSON.stringify(keysOf(issue.inst))
    case 'invalid_type':
      return `expected ${typeWord(issue.expected)}`
    case 'invalid_value':
      return `expected ${issue.values.map((value) => String(value)).join(' or ')}`
    case 'too_small':
      return `expected ${amount(issue.origin)}${issue.inclusive === false ? 'more than' : 'at least'} ${String(issue.minimum)}`
    case 'too_big':
      return `expected ${amount(issue.origin)}${issue.inclusive === false ? 'less than' : 'at most'} ${String(issue.maximum)}`
    case 'invalid_format':
      return `expected ${formatWord(issue.format, issue.pattern)}`
    case 'invalid_union':
      return unionWord(issue)
    default:
      return undefined
  }
}

function keysOf(schema: unknown): readonly string[] {
  return schema instanceof z.ZodObject ? Object.keys(schema.shape) : []
}

function typeWord(expected: string): string {
  const words: Readonly<Record<string, string>> = {
    int: 'a whole number',
    number: 'a number',
    string: 'a text',
    boolean: 'true or false',
    array: 'a list',
    tuple: 'a list',
    object: 'a group of keys',
    record: 'a group of keys',
  }
  return words[expected] ?? expected
}

function formatWord(format: string, pattern: string | undefined): string {
  if (format === 'email') return 'an e-mail address'
  if (format !== 'url') return `a valid ${format}`
  return pattern === undefined ? 'an address' : `an address ${pattern.replace(/[\^$]/g, '')}://host:port`
}

function amount(origin: string): string {
  if (origin === 'string') return 'a length of '
  if (origin === 'array' || origin === 'set' || origin === 'record') return 'a number of entries of '
  return ''
}

function unionWord(issue: z.core.$ZodRawIssue<z.core.$ZodIssueInvalidUnion>): string {
  const discriminator = 'discriminator' in issue ? issue.discriminator : undefined
  if (typeof discriminator === 'string' && issue.inst instanceof z.ZodDiscriminatedUnion) {
    const options = [...(issue.inst._zod.propValues[discriminator] ?? [])].map((value) => String(value))
    return `expected ${options.join(' or ')}`
  }
  const words = issue.errors.flatMap((errors) => errors.map((inner) => inner.message.replace(/^expected /, '')))
  return `expected ${[...new Set(words)].join(' or ')}`
}

/** A value shortened to a word a person can find again in the file. */
function shown(value: unknown): string {
  if (value === undefined) return 'nothing'
  if (value === null) return 'nothing (null)'
  if (Array.isArray(value)) return `a list of ${value.length}`
  if (typeof value === 'object') return 'a group of keys'
  const text = JSON.stringify(value)
  return text.length > 80 ? `${text.slice(0, 77)}…` : text
}

function valueAt(raw: unknown, path: readonly (string | number)[]): unknown {
  return path.reduce<unknown>((value, part) => {
    if (typeof value !== 'object' || value === null) return undefined
    return Object.entries(value).find(([key]) => key === String(part))?.[1]
  }, raw)
}

/** Where a path stands in the file: its key for a pair, else its value; the nearest thing above when it is missing. */
function offsetOf(document: Document.Parsed, path: readonly (string | number)[]): number {
  let node: unknown = document.contents
  let offset = rangeStart(node) ?? 0
  for (const part of path) {
    if (isMap(node)) {
      const pair = node.items.find(
        (item) => isPair(item) && isScalar(item.key) && String(item.key.value) === String(part),
      )
      if (pair === undefined) return offset
      offset = rangeStart(pair.key) ?? offset
      node = pair.value
    } else if (isSeq(node) && typeof part === 'number') {
      const item = node.items[part]
      if (item === undefined) return offset
      offset = rangeStart(item) ?? offset
      node = item
    } else return offset
  }
  return offset
}

function rangeStart(node: unknown): number | null {
  return isNode(node) ? (node.range?.[0] ?? null) : null
}

/** Letters missing, added, wrong, or changed with their neighbour. */
function editDistance(a: string, b: string): number {
  let before: readonly number[] = []
  let row: readonly number[] = Array.from({ length: b.length + 1 }, (_, index) => index)
  for (let i = 1; i <= a.length; i += 1) {
    const next = [i]
    for (let j = 1; j <= b.length; j += 1) {
      const wrong = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1)
      const swapped =
        i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1] ? (before[j - 2] ?? 0) + 1 : Infinity
      next.push(Math.min(wrong, swapped, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1))
    }
    before = row
    row = next
  }
  return row[b.length] ?? 0
}
