import type { SiteLoad } from '../../contract/activity.ts'
import type { PointRef } from '../../contract/reading.ts'
import type { Inputs, Sample } from '../rule.ts'
import type { SiteView } from '../site-view.ts'
import { memoryFrom } from './memory.ts'
import { SiteModel } from './site-model.ts'
import type { LoadView } from './view.ts'

/** The site's load as the engine drives it. Changed in place; what it remembers is JSON. */
export interface LoadModel extends LoadView {
  /** A sample of input `input` of `loadInputs`. */
  sample(input: number, sample: Sample): void
  /** What is drawn around this instant is not normal: it is not learned. */
  spoil(at: number): void
  /** A known appliance: the envelope is widened by `power` W until `until`, within what is declared. */
  widen(appliance: { readonly power: number; readonly until: number; readonly at: number }): void
  save(): unknown
  restart(isSameBoot: boolean): void
}

/** The points the model reads: the meter, its energy register, the temperature, then the contacts of the known loads. */
export function loadInputs(load: SiteLoad): readonly PointRef[] {
  const more = [load.energy, load.temperature].filter((point) => point !== undefined)
  return [load.meter, ...more, ...load.known.map(({ contact }) => contact)]
}

export interface LoadParts {
  readonly load: SiteLoad
  readonly site: SiteView
  readonly inputs: Inputs
}

/** The load of a site, anew or as it was saved; anew too where what was saved does not fit. */
export function openLoad(parts: LoadParts, saved: unknown): LoadModel {
  return new SiteModel(parts, memoryFrom(saved, parts.load))
}
