/** A smooth random walk without memory: the same seed, name and second always give the same number in [-1, 1]. */
export type Noise = (seconds: number) => number

/** Noise named `name` whose value wanders once every `periodS` seconds. */
export function noiseOf(seed: number, name: string, periodS: number): Noise {
  const salt = hashOf(`${seed}:${name}`)
  return (seconds) => {
    const place = seconds / periodS
    const left = Math.floor(place)
    const share = place - left
    const blend = (1 - Math.cos(Math.PI * share)) / 2
    return lattice(salt, left) * (1 - blend) + lattice(salt, left + 1) * blend
  }
}

/** A number in [0, 1) that belongs to `name` and `n` under `seed`, such as the load of the n-th stroke of a winch. */
export function drawOf(seed: number, name: string, n: number): number {
  return (lattice(hashOf(`${seed}:${name}`), n) + 1) / 2
}

function hashOf(text: string): number {
  let hash = 0x811c9dc5
  for (const character of text) hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), 0x01000193)
  return hash >>> 0
}

function lattice(salt: number, n: number): number {
  let mixed = Math.imul(salt ^ (n | 0), 0x85ebca6b) ^ Math.floor(n / 0x1_0000_0000)
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35)
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x27d4eb2f)
  return ((mixed ^ (mixed >>> 15)) >>> 0) / 0x8000_0000 - 1
}
