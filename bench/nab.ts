import { type Bench, rounded } from './bench.ts'
import { nabCorpus, type Series } from './nab/corpus.ts'
import { type Detector, DETECTORS } from './nab/detectors.ts'
import { normalised, PROFILES } from './nab/score.ts'

/** Files and windows of the whole benchmark; a copy that lacks some is scored over what it has. */
const ALL_FILES = 58

/**
 * The Numenta Anomaly Benchmark, by its own scoring, with one set of parameters for all files. It measures little of what Pitwatch is for: an
 * alarm every 15 % of a file, without a look at the data, comes to more than some published detectors.
 */
export const bench: Bench = {
  name: 'nab',
  about: 'the Numenta Anomaly Benchmark, one alarm an event, frozen parameters, beside a static threshold and a cheat.',
  aim: { figure: 'standard', atLeast: 50 },
  run: () => {
    const corpus = nabCorpus()
    if (corpus.length < ALL_FILES)
      console.error(
        `scored over ${corpus.length} of the benchmark's ${ALL_FILES} files: the others are not in the data`,
      )
    const known = corpus.filter(({ name }) => name.startsWith('realKnownCause/'))
    const startedAt = performance.now()
    const fused = remembered(DETECTORS.fused)
    const standard = score(corpus, fused)
    const rows = corpus.reduce((sum, { value }) => sum + value.length, 0)
    const pointsPerSecond = Math.round((1_000 * rows) / (performance.now() - startedAt))
    return Promise.resolve({
      files: corpus.length,
      windows: corpus.reduce((sum, { windows }) => sum + windows.length, 0),
      standard,
      lowFP: rounded(normalised(corpus, fused, PROFILES.lowFP)),
      lowFN: rounded(normalised(corpus, fused, PROFILES.lowFN)),
      realKnownCause: score(known, fused),
      cheat: score(corpus, DETECTORS.cheat),
      cheatRealKnownCause: score(known, DETECTORS.cheat),
      staticThreshold: score(corpus, DETECTORS.staticThreshold),
      hourOfDay: score(corpus, DETECTORS.hourOfDay),
      cusum: score(corpus, DETECTORS.cusum),
      step: score(corpus, DETECTORS.step),
      nothing: score(corpus, DETECTORS.nothing),
      alarms: corpus.reduce((sum, series) => sum + fused(series).length, 0),
      pointsPerSecond,
    })
  },
}

function score(corpus: readonly Series[], detector: Detector): number {
  return rounded(normalised(corpus, detector, PROFILES.standard))
}

function remembered(detector: Detector): Detector {
  const known = new Map<string, readonly number[]>()
  return (series) => {
    const alarms = known.get(series.name) ?? detector(series)
    known.set(series.name, alarms)
    return alarms
  }
}
