import type { GatewayHealth } from '../../../core/contract/lanes.ts'

/** How much of its time a bus was in use, and for devices that do not answer, since the gateway's start; as percent. */
export function busShares(
  { busyMs, deadMs }: Pick<GatewayHealth['buses'][number], 'busyMs' | 'deadMs'>,
  sinceMs: number,
): { readonly busy: string; readonly dead: string } {
  const share = (ms: number) => (sinceMs <= 0 ? '–' : `${((100 * ms) / sinceMs).toFixed(1)} %`)
  return { busy: share(busyMs), dead: share(deadMs) }
}

/** A time in ms as people read it: tenths below 10 ms, seconds from 10 s. */
export function msText(ms: number): string {
  if (ms >= 10_000) return `${(ms / 1_000).toFixed(1)} s`
  return `${ms < 10 ? ms.toFixed(1) : ms.toFixed(0)} ms`
}

/** A count with its thousands set apart by a thin space. */
export function countText(count: number): string {
  return count.toFixed(0).replace(/\B(?=(\d{3})+$)/g, '\u2009')
}
