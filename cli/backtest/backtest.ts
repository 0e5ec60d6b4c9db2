import { durationText } from '../../core/rules/wording.ts'
import { type Call, UsageError } from '../command.ts'
import { progressOn } from '../progress.ts'
import { alarmLines } from './alarm-line.ts'
import { openHistorySource } from './history-source.ts'
import type { BacktestOptions } from './options.ts'
import { recordedLines } from './recording.ts'
import { summaryOf } from '../../dashboard/server/rules/rehearsal-summary.ts'
import { rateText, summaryJson, summaryText } from './report.ts'
import { type Done, type RunOptions, runRehearsals } from '../../dashboard/server/rules/rehearsal-run.ts'
import type { RehearsedSite } from '../../dashboard/server/rules/rehearsed-site.ts'
import { rehearsedSite } from './site-file.ts'
import { type SampleSource, storedRecording, wantedPoints } from '../../dashboard/server/rules/stored-recording.ts'
import { say } from './texts.ts'

const EXIT_REFUSED = 1
/** What is over sooner needs no progress. */
const SOON_MS = 1_000

/**
 * Rehearses what the options say: alarms go to `line`, one JSON object each, everything else to standard error, but a summary as JSON goes
 * to standard output where the alarms do not. Answers the exit code. Throws what its files and the history throw.
 */
export async function backtest(options: BacktestOptions, call: Call, line: (text: string) => void): Promise<number> {
  const { language, clock, signal } = call
  const { source } = options
  const sites = sitesOf(options, call)
  const [site] = sites
  for (const { calendarFault } of sites)
    if (calendarFault !== null) call.complain(say(language, 'noCalendar', calendarFault))
  const lineOf = alarmLines(site.plan)
  const bar = progressOn(process.stderr, clock)
  const kept = source.is === 'history' ? openHistorySource(source.data, site, call.log) : null
  try {
    const result = await runRehearsals({
      ...{ sites, clock, signal, learnUntil: options.learnUntil },
      recording: recordingOf(source, sites, kept),
      until: source.is === 'history' ? Math.min(source.to, clock.now()) : null,
      out: (transition) => line(lineOf(transition)),
      progress: (done) => {
        if (done.tookMs >= SOON_MS) bar.update(done.share ?? 0, progressText(done, call))
      },
    })
    bar.clear()
    if (result.span === null && source.is === 'history')
      call.complain(say(language, 'noHistory', { data: source.data, site: site.plan.site }))
    const summary = summaryOf(result, site, options.incidents)
    if (options.isJson) (options.out === null ? call.complain : call.print)(summaryJson(summary))
    else for (const text of summaryText(summary, language)) call.complain(text)
    return summary.comparison?.isRefused === true ? EXIT_REFUSED : 0
  } finally {
    kept?.close()
  }
}

/** The site to rehearse, and the same before a change where there is one. */
function sitesOf({ site, against }: BacktestOptions, { language }: Call): [RehearsedSite, ...RehearsedSite[]] {
  const now = rehearsedSite(site)
  if (against === null) return [now]
  const before = rehearsedSite(against)
  const [id, came] = [now.plan.site, before.plan.site]
  if (id !== came) throw new UsageError(say(language, 'otherSite', { site: id, came }))
  return [now, before]
}

function recordingOf(
  source: BacktestOptions['source'],
  sites: readonly RehearsedSite[],
  kept: SampleSource | null,
): RunOptions['recording'] {
  return (numbers, isRead) => {
    if (source.is === 'lines') return recordedLines(source.path, numbers)
    if (kept === null) throw new RangeError('the history was not opened')
    return storedRecording(kept, wantedPoints(sites, numbers, isRead), source)
  }
}

function progressText({ samples, share, tookMs }: Done, { language }: Call): string {
  const rate = rateText(samples, tookMs)
  if (share === null || share === 0) return say(language, 'progressOpen', { samples, rate })
  const left = durationText((tookMs * (1 - share)) / share / 1_000, language)
  return say(language, 'progress', { samples, rate, left })
}
