/**
 * What a site draws and what it should draw, at the last sample of its meter; W and ms. `power = expected + residual`. All NaN until
 * the meter was read well.
 */
export interface LoadView {
  readonly power: number
  /** What is explained: the base of this hour, known loads that run, heating. */
  readonly expected: number
  /** What is not explained. */
  readonly residual: number
  /** The residual up to which this hour is normal; never above what was declared. */
  readonly envelope: number
  /** The least this hour has ever needed, with the known loads that run. Below it something is not metered. */
  readonly floor: number
  /** The residual of nine tenths of this hour. */
  readonly usual: number
  /** What known loads that run draw. */
  readonly runningW: number
  /** How many known loads run. */
  readonly running: number
  /** Noise of the meter: deviation of one sample from the next while nothing switches. */
  readonly noise: number
  /** This hour was learned and is believed. */
  readonly isArmed: boolean
  /** Days this hour was seen. */
  readonly daysLearned: number
  /** A load was just switched, the power just came back, or the meter is stuck: the residual means nothing for a moment. */
  readonly isMasked: boolean
  /** Energy in W·ms that the hour's CUSUM reached at most while learning; NaN while not armed. */
  readonly usualExcess: number
  /** Energy in W·ms that was drawn beyond what is usual and not saved again since: the CUSUM now; 0 while not armed. */
  readonly excess: number
  /** A load that was switched on with a step never seen here, and still runs; 0 = none. Found within the envelope too. */
  readonly stranger: number
  /** What is drawn above the least this hour needs, where so much has lasted longer than ever here, W; 0 = none. Found within the envelope too. */
  readonly overdue: number
  /** The weather calls for a heater or a cooler that nobody saw run here. */
  readonly isHeaterExpected: boolean
  /** What was switched along with a known load the last times in a row, the last just now, and how strong it is at least, W. */
  readonly along: { readonly times: number; readonly power: number }
  /** Up to which power things start three times in 25 min here when nothing is wrong; NaN while not armed. */
  readonly usualCycle: number
  /** What has come in without ever being switched on, W; 0 while not armed. And the most of it on days when nothing was wrong. */
  readonly creep: number
  readonly usualCreep: number
  /** The last starts of something that is no known load, oldest first. */
  readonly starts: readonly LoadStart[]
  /** How far the base of the last two weeks lies above (below: negative) that of the last three months, as a share; NaN while not armed. */
  readonly shift: number
}

/** A load was switched on. */
export interface LoadStart {
  /** When, monotonic of this boot. */
  readonly mono: number
  /** How much more was drawn then, W. */
  readonly power: number
}
