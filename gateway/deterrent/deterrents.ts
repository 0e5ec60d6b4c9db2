import type { Deterrent } from '../../core/contract/site.ts'
import { Interlock, type InterlockDeps, type Sounded } from './interlock.ts'

/** The outputs of a site: the only things a gateway switches, each behind its interlock. */
export interface Deterrents {
  /** Their ids. */
  readonly outputs: readonly string[]
  /** Switches one on for so long, at most a minute, and answers what was seen of it. It falls silent by itself. Never throws. */
  sound(output: string, seconds: number): Promise<Sounded>
  /** One falls silent before its time. */
  hush(output: string): void
  /** Those that are not seen to do as they are told. */
  faulty(): readonly string[]
  /** Switches off what an earlier run has left on, and whatever has sounded for long enough; all of them when `signal` aborts. */
  run(signal: AbortSignal): Promise<void>
}

/** How soon after its time an output is silent, ms. */
const LOOK_MS = 200

/** Nothing sounds before `run`. */
export function openDeterrents(deterrents: readonly Deterrent[], deps: InterlockDeps): Deterrents {
  const interlocks = new Map(deterrents.map((one) => [one.id, new Interlock(one, deps)]))
  const all = [...interlocks.values()]
  return {
    outputs: [...interlocks.keys()],
    sound: (output, seconds) =>
      interlocks.get(output)?.sound(seconds) ??
      Promise.resolve({
        is: 'refused',
        because: 'unknown',
        why: `expected one of ${[...interlocks.keys()].join(', ') || 'no outputs at all'}`,
      }),
    hush: (output) => interlocks.get(output)?.hush(),
    faulty: () => all.filter(({ wrong }) => wrong !== null).map(({ deterrent }) => deterrent.id),
    run: async (signal) => {
      await Promise.all(all.map((one) => one.begin()))
      while (!signal.aborted) {
        await deps.clock.sleep(LOOK_MS, signal).catch(() => undefined)
        await Promise.all(all.map((one) => one.look()))
      }
      await Promise.all(all.map((one) => one.end()))
    },
  }
}
