import { Duration } from '../core/contract/time.ts'
import { type Call, UsageError } from './command.ts'
import { say } from './messages.ts'

/** A TCP port from an option, or null when it was not given. Throws UsageError. */
export function portOption(call: Call, name: string): number | null {
  const text = call.option(name)
  if (text === null) return null
  const port = Number(text)
  if (isPort(port)) return port
  throw new UsageError(say(call.language, 'badPort', { name, came: text }))
}

/** A number above 0 from an option. Throws UsageError. */
export function positiveOption(call: Call, name: string): number | null {
  const text = call.option(name)
  if (text === null) return null
  const value = Number(text)
  if (Number.isFinite(value) && value > 0) return value
  throw new UsageError(say(call.language, 'badNumber', { name, came: text }))
}

/** A whole number from an option. Throws UsageError. */
export function wholeOption(call: Call, name: string): number | null {
  const text = call.option(name)
  if (text === null) return null
  if (/^-?\d{1,15}$/.test(text)) return Number(text)
  throw new UsageError(say(call.language, 'badWhole', { name, came: text }))
}

/** One of `known` from an option. Throws UsageError. */
export function choiceOption<T extends string>(call: Call, name: string, known: readonly T[]): T | null {
  const text = call.option(name)
  if (text === null) return null
  const chosen = known.find((choice) => choice === text)
  if (chosen !== undefined) return chosen
  throw new UsageError(say(call.language, 'badChoice', { name, came: text, known: known.join(', ') }))
}

/** A duration such as 15min from an option, in ms. Throws UsageError. */
export function durationOption(call: Call, name: string): number | null {
  const text = call.option(name)
  if (text === null) return null
  const parsed = Duration.safeParse(text)
  if (parsed.success && parsed.data > 0) return parsed.data
  throw new UsageError(say(call.language, 'badDuration', { name, came: text }))
}

/** `HOST:PORT` from an option. Throws UsageError. */
export function addressOption(call: Call, name: string): { host: string; port: number } | null {
  const text = call.option(name)
  if (text === null) return null
  const [, host, port] = /^([^:]+):(\d{1,5})$/.exec(text) ?? []
  if (host !== undefined && isPort(Number(port))) return { host, port: Number(port) }
  throw new UsageError(say(call.language, 'badAddress', { name, came: text }))
}

/** An address that starts with http:// or https:// from an option. Throws UsageError. */
export function urlOption(call: Call, name: string): string | null {
  const text = call.option(name)
  if (text === null || /^https?:\/\/./.test(text)) return text
  throw new UsageError(say(call.language, 'badUrl', { name, came: text }))
}

function isPort(port: number): boolean {
  return Number.isInteger(port) && port >= 1 && port <= 65_535
}
