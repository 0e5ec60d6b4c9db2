import { Duration } from '../core/contract/time.ts'
import { type Call, UsageError } from './command.ts'
import { say } from './messages.ts'

/** A TCP port from an option, or null when it was not given. Throws UsageError. */
export function portOption(call: Call, name: string): number | null {
  const text = call.option(name)
  if (text === null) return null
  const port = Number(text)
  if (Number.isInteger(port) && port >= 1 && port <= 65_535) return port
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
