import { decodePayload, encodePayload, type Metric, type Payload } from '../../platform/sparkplug.ts'
import type { Dice } from './inputs.ts'

const ODD: readonly unknown[] = [
  null,
  true,
  '',
  0,
  -1,
  1.5,
  1e308,
  -1e308,
  Number.MAX_SAFE_INTEGER,
  Number.MAX_SAFE_INTEGER + 1,
  '\\u0000',
  '\\ud800',
  'x'.repeat(5_000),
  [],
  {},
  [[[[[[]]]]]],
]

/** A JSON text with one thing in it changed, or one that is hard to read. */
export function oddJson(text: string, { oneOf, below, chance }: Dice): string {
  switch (below(8)) {
    case 0:
      return '['.repeat(1 + below(20_000))
    case 1:
      return text.replace(/"/g, () => (chance() < 0.02 ? "'" : '"'))
    case 2:
      return `{"__proto__":{"site":"east-pit"},${text.slice(1)}`
    case 3:
      return text.replace(/\\d+/, oneOf(['1e999', '-0', '00', 'NaN', '0x10', '9'.repeat(400)]))
    default: {
      const value: unknown = JSON.parse(text)
      const places = placesOf(value)
      const { holder, key } = oneOf(places)
      if (chance() < 0.3) Reflect.deleteProperty(holder, key)
      else holder[chance() < 0.2 ? `${key}x` : key] = oneOf(ODD)
      return JSON.stringify(value)
    }
  }
}

function placesOf(value: unknown): { holder: Record<string, unknown>; key: string }[] {
  if (typeof value !== 'object' || value === null) return []
  const holder = value as Record<string, unknown>
  return Object.keys(holder).flatMap((key) => [{ holder, key }, ...placesOf(holder[key])])
}

/** A Sparkplug message that is encoded well and says something odd. */
export function oddPayload(bytes: Uint8Array, dice: Dice): Uint8Array {
  const { below, oneOf, chance } = dice
  const payload = decodePayload(bytes)
  const metrics = payload.metrics.map((metric) => (chance() < 0.3 ? oddMetric(metric, dice) : metric))
  const made: Payload = {
    ...payload,
    ...(chance() < 0.2 ? { timestamp: oneOf([0, 1, Number.MAX_SAFE_INTEGER]) } : {}),
    ...(chance() < 0.2 ? { seq: below(256) } : {}),
    metrics: chance() < 0.2 ? metrics.slice(below(metrics.length + 1)) : metrics,
  }
  try {
    return encodePayload(made)
  } catch {
    // Not everything odd can be written.
    return bytes
  }
}

function oddMetric(metric: Metric, { below, oneOf, chance, bytes }: Dice): Metric {
  const value = oneOf([
    null,
    true,
    chance() * 1e300,
    NaN,
    -1,
    BigInt(below(1_000)),
    2n ** 63n,
    'text',
    JSON.stringify({ site: { id: 'east-pit' } }),
    bytes(20),
  ])
  return {
    ...metric,
    ...(chance() < 0.3 ? { alias: below(20) } : {}),
    ...(chance() < 0.3 ? { datatype: below(40) } : {}),
    ...(chance() < 0.3 ? { timestamp: oneOf([0, 1, Number.MAX_SAFE_INTEGER]) } : {}),
    value,
  }
}
