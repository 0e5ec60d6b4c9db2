/** What a site is like at one second; the world changes it in place. */
export interface Now {
  /** Seconds since the first local midnight, and of the local day. */
  t: number
  ofDay: number
  day: number
  /** The site's own loads have power. */
  hasPower: boolean
  /** Outdoors, °C. */
  temperatureC: number
  /** Which pumps run. */
  readonly pumps: boolean[]
  fan: boolean
  levelM: number
}

/** Something that draws power. */
export interface Load {
  /** A single phase, or all three. */
  readonly phase: 0 | 1 | 2 | 'all'
  /** What it draws this second, W; called once a second while there are mains. */
  watts(now: Now): number
}

/** What a motor draws more than its plate in the first seconds, as a factor. */
export function inrush(secondsOn: number, start: 'direct' | 'soft' | 'star-delta' | 'vfd'): number {
  switch (start) {
    case 'direct':
      return secondsOn < 2 ? 4 : 1
    case 'soft':
      return secondsOn < 6 ? 1.8 : 1
    case 'star-delta':
      return secondsOn < 6 ? 2.2 : 1
    case 'vfd':
      return Math.min(1, 0.1 + secondsOn / 12)
  }
}
