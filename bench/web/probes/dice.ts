/** Chance that is the same in every run: numbers from 0 up to 1 (Park and Miller, 1988). */
export function dice(seed: number): () => number {
  let state = seed
  return () => {
    state = (state * 48_271) % 2_147_483_647
    return state / 2_147_483_647
  }
}
