/** Waiting pieces of many sites, of which each gets its turn. */
export interface FairQueue<T> {
  /** False when too much waits already. A piece with the name of one that waits takes its place, so repeats do not pile up. */
  add(site: string, name: string, piece: T): boolean
  /** Takes the oldest pieces of each site in turn while `fits` says that the next one may come along; at least one. */
  take(fits: (piece: T) => boolean): { readonly site: string; readonly piece: T }[]
  size(): number
  /** What its pieces weigh together. */
  weight(): number
}

export interface FairQueueOptions<T> {
  /** Most pieces of all sites together, and of one. */
  readonly most: number
  readonly mostOfSite: number
  readonly weightOf: (piece: T) => number
}

export function openFairQueue<T>({ most, mostOfSite, weightOf }: FairQueueOptions<T>): FairQueue<T> {
  // A site that has had its turn goes to the end, so the first is the one that has waited longest.
  const sites = new Map<string, Map<string, T>>()
  let size = 0
  let weight = 0
  return {
    add: (site, name, piece) => {
      const own = sites.get(site) ?? new Map<string, T>()
      const before = own.get(name)
      if (before === undefined) {
        if (size >= most || own.size >= mostOfSite) return false
        size += 1
      } else weight -= weightOf(before)
      weight += weightOf(piece)
      own.set(name, piece)
      sites.set(site, own)
      return true
    },
    take: (fits) => {
      const taken: { site: string; piece: T }[] = []
      for (const [site, own] of sites) {
        const next = own.entries().next().value
        if (next === undefined) continue
        const [name, piece] = next
        if (!fits(piece) && taken.length > 0) break
        own.delete(name)
        size -= 1
        weight -= weightOf(piece)
        taken.push({ site, piece })
        sites.delete(site)
        if (own.size > 0) sites.set(site, own)
      }
      return taken
    },
    size: () => size,
    weight: () => weight,
  }
}
