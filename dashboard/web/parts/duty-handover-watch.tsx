import type { HandoverDraft } from '../../../core/contract/handover-draft.ts'
import { HANDOVER } from '../i18n/handover-words.ts'
import { channelWord } from '../i18n/texts.ts'
import { useTexts, useWords } from '../page.ts'
import { SheetTable, SiteCell, useStretch } from './duty-handover-cells.tsx'

/** 5: which sites say nothing, and when any said nothing in the shift. */
export function OfflinePart({ offline, gaps, sites }: HandoverDraft['offline']) {
  const words = useWords(HANDOVER)
  const texts = useTexts()
  const near = useStretch()
  const { heads } = words
  const filled = (is: boolean | null) => words.filled[is === null ? 'unknown' : is ? 'yes' : 'no']
  return (
    <>
      <p class="handover-lines">{words.offlineOf(offline.total, sites)}</p>
      {offline.rows.length > 0 && (
        <SheetTable
          heads={[heads.site, heads.lastHeard]}
          none={words.none.offline}
          total={offline.total}
          rows={offline.rows.map(({ site, lastHeardAt }) => [
            <SiteCell site={site} />,
            lastHeardAt === null ? words.neverHeard : near(lastHeardAt),
          ])}
        />
      )}
      <SheetTable
        heads={[heads.site, heads.from, heads.to, heads.cause, heads.filled]}
        none={words.none.gaps}
        total={gaps.total}
        rows={gaps.rows.map((gap) => [
          <SiteCell site={gap.site} />,
          near(gap.from),
          gap.to === null ? words.goesOn : near(gap.to),
          gap.causes.length === 0 ? '—' : gap.causes.map((cause) => texts.completeness.causes[cause]).join(', '),
          filled(gap.filled),
        ])}
      />
    </>
  )
}

/** 6: what the system sent by itself. */
export function CallPart({ channels, answers, refused }: HandoverDraft['calls']) {
  const words = useWords(HANDOVER)
  const texts = useTexts()
  const { heads } = words
  return (
    <>
      <h3 class="handover-sub">{words.messages}</h3>
      <SheetTable
        heads={[heads.channel, heads.sent, heads.accepted, heads.delivered, heads.seen, heads.failed]}
        none={words.none.messages}
        rows={channels.map(({ channel, sent, accepted, delivered, seen, failed }) => [
          channelWord(channel, texts),
          ...[sent, accepted, delivered, seen, failed],
        ])}
      />
      <p class="handover-lines">{words.answers(answers, refused)}</p>
    </>
  )
}

/** 8: orders that work stops, and planned work. */
export function OrderPart({ rows, total, unknownSites }: HandoverDraft['orders']) {
  const words = useWords(HANDOVER)
  const near = useStretch()
  const { heads } = words
  return (
    <>
      <SheetTable
        heads={[heads.kind, heads.site, heads.number, heads.who, heads.paper, heads.from, heads.to]}
        none={words.none.orders}
        total={total}
        rows={rows.map((row) => [
          words.paperKinds[row.kind],
          <SiteCell site={row.site} />,
          row.id,
          row.who,
          row.what === '' ? '—' : row.what,
          near(row.from),
          row.until === null ? words.standing : near(row.until),
        ])}
      />
      {unknownSites > 0 && <p class="handover-lines">{words.unknownPapers(unknownSites)}</p>}
    </>
  )
}

/** 9: whether the watch itself stands. */
export function SystemPart({ system }: { readonly system: HandoverDraft['system'] }) {
  const words = useWords(HANDOVER)
  const texts = useTexts()
  const near = useStretch()
  const { heads } = words
  const { channels } = system
  return (
    <>
      <SheetTable
        heads={[heads.channel, heads.lamp, heads.test]}
        none={words.none.channels}
        rows={channels.map(({ channel, state, why, test }) => [
          channelWord(channel, texts),
          [texts.watch.lamp[state], why].filter((part) => part !== null).join(' · '),
          test === null ? words.noTest : `${near(test.at)} ${words.tests[test.outcome]}`,
        ])}
      />
      <SystemFacts system={system} />
    </>
  )
}

function SystemFacts({ system }: { readonly system: HandoverDraft['system'] }) {
  const words = useWords(HANDOVER)
  const texts = useTexts()
  const near = useStretch()
  const { gateways, disk, clockWithinMs, watchman, ledger, backupAt } = system
  const worst = gateways.worstClock
  const facts: readonly (readonly [word: string, told: string | null])[] = [
    [words.disk, disk === null ? null : words.diskTold(gigabytes(disk.freeBytes), share(disk))],
    [words.clock, clockWithinMs === null ? null : words.clockTold(seconds(clockWithinMs))],
    [words.watchman, texts.watch.watchman[watchman]],
    [words.ledger, ledger === null ? null : `${words.ledgerTold(ledger.n)} · ${ledger.hash.slice(0, 12)}`],
    [words.backup, backupAt === null ? null : near(backupAt)],
  ]
  return (
    <dl class="handover-facts">
      <div>
        <dt>{words.gateways}</dt>
        <dd>
          {words.gatewaysTold(gateways.online, gateways.offline)}
          {worst !== null && (
            <span class="hint">
              {' '}
              <SiteCell site={worst.site} /> {words.clockOff(seconds(worst.aheadMs))}
            </span>
          )}
        </dd>
      </div>
      {facts.map(([word, told]) => (
        <div key={word}>
          <dt>{word}</dt>
          <dd>{told ?? words.unknown}</dd>
        </div>
      ))}
    </dl>
  )
}

function gigabytes(bytes: number): string {
  return `${(bytes / 2 ** 30).toFixed(1)} GB`
}

function share({ freeBytes, totalBytes }: { readonly freeBytes: number; readonly totalBytes: number }): string {
  return totalBytes === 0 ? '—' : `${Math.round((freeBytes / totalBytes) * 100)} %`
}

function seconds(ms: number): string {
  return Math.abs(ms) < 1_000 ? `${Math.round(ms)} ms` : `${(ms / 1_000).toFixed(1)} s`
}
