import { parentPort } from 'node:worker_threads'
import { messageOf } from '../../../core/kit/errors.ts'
import { systemClock } from '../../../platform/clock.ts'
import { openLog } from '../../../platform/log.ts'
import { shippedProfiles } from '../../../platform/site/profiles.ts'
import { examined, TOLD_PATH } from './read-content.ts'
import type { JobNews, RehearsalJob } from './rehearsal-job.ts'
import { resultOf } from './rehearsal-result.ts'
import { runRehearsals } from './rehearsal-run.ts'
import { type RehearsedSite, rehearsedSiteOf } from './rehearsed-site.ts'
import { openSampleSource } from './sample-source.ts'
import { storedRecording, wantedPoints } from './stored-recording.ts'

/** Shares are told so often, ms. */
const TELL_MS = 250

/** The thread of one rehearsal: it ends with it, or is ended. */
const port = parentPort
if (port === null) throw new Error('expected to be started as a worker thread')
const tell = (news: JobNews) => port.postMessage(news)
port.once('message', (job: RehearsalJob) => {
  void rehearse(job)
    .catch((error: unknown) => tell({ is: 'failed', why: messageOf(error) }))
    .finally(() => port.close())
})

async function rehearse(job: RehearsalJob): Promise<void> {
  const { place, site, learnFrom, from, to } = job
  const shipped = shippedProfiles()
  const siteOf = (content: RehearsalJob['base']): RehearsedSite => {
    const { loaded, reports } = examined(content, shipped)
    if (loaded === null) throw new Error(reports.join('\n'))
    return rehearsedSiteOf(TOLD_PATH, loaded)
  }
  const sites = [siteOf(job.proposed), siteOf(job.base)] as const
  const source = openSampleSource(place, { site, log: openLog('rehearsal', 'warn') })
  const told = { mono: -Infinity }
  try {
    const result = await runRehearsals({
      ...{ sites, learnUntil: from, until: to, clock: systemClock, signal: new AbortController().signal },
      recording: (numbers, isRead) => {
        return storedRecording(source, wantedPoints(sites, numbers, isRead), { from: learnFrom, to })
      },
      out: () => undefined,
      progress: ({ share }) => {
        const mono = systemClock.mono()
        if (mono - told.mono < TELL_MS) return
        told.mono = mono
        tell({ is: 'share', share: share ?? 0 })
      },
    })
    tell({ is: 'done', result: resultOf(result, job) })
  } finally {
    source.close()
  }
}
