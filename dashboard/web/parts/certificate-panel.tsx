import type { ComponentChildren } from 'preact'
import { useState } from 'preact/hooks'
import type { Certificate } from '../../../core/contract/chain.ts'
import { errorText } from '../i18n/texts.ts'
import { usePage, useTexts } from '../page.ts'
import { countText } from '../show/bus-words.ts'
import { certificateView, type CertificateView, type Hole, type HoleKind, kindOf } from '../show/holes.ts'
import { spanText, type ZoneTimes } from '../show/time.ts'
import { certificateUrl } from '../stores/api.ts'
import { useFetched } from './use-fetched.ts'
import { useZone } from './use-zone.ts'

const DAY_MS = 86_400_000
const SPANS = { '24h': DAY_MS, '7d': 7 * DAY_MS, '30d': 30 * DAY_MS } as const
type Span = keyof typeof SPANS

/** A new range closes every minute. */
const EVERY_MS = 60_000

/** Holes that are listed; a file holds them all. */
const MOST_HOLES = 6

interface CertificatePanelProps {
  readonly site: string
}

interface Asked {
  readonly certificate: Certificate
  readonly from: number
  readonly to: number
}

/** What can be proved of a site's readings over the last days: complete, or each hole with its cause. */
export function CertificatePanel({ site }: CertificatePanelProps) {
  const { api, live } = usePage()
  const texts = useTexts()
  const [span, setSpan] = useState<Span>('24h')
  const round = Math.floor(live.now.value / EVERY_MS)
  const key = `certificate/${site}/${span}`
  const fetched = useFetched<Asked>(key, live.state.value.epoch + round, async (signal) => {
    const to = Math.floor(live.now.peek())
    const from = to - SPANS[span]
    return { certificate: await api.certificate(site, { from, to }, signal), from, to }
  })
  const words = fetched.error === null ? texts.loading : errorText(fetched.error, texts)
  return (
    <section class="panel" aria-labelledby="completeness-title">
      <div class="panel-title">
        <h2 id="completeness-title">{texts.completeness.title}</h2>
        <div class="choices" role="group" aria-label={texts.completeness.spanLabel}>
          {(Object.keys(SPANS) as Span[]).map((choice) => (
            <button
              key={choice}
              class="choice"
              type="button"
              data-proof={choice}
              aria-pressed={choice === span}
              onClick={() => setSpan(choice)}
            >
              {texts.completeness.spans[choice]}
            </button>
          ))}
        </div>
      </div>
      {fetched.data === null ? (
        <p class="empty" role="status">
          {words}
        </p>
      ) : (
        <Proof site={site} span={span} asked={fetched.data} />
      )}
    </section>
  )
}

interface ProofProps {
  readonly site: string
  readonly span: Span
  readonly asked: Asked
}

function Proof({ site, span, asked: { certificate, from, to } }: ProofProps) {
  const { times } = usePage()
  const texts = useTexts()
  const zone = times(useZone(site))
  if (certificate.chains.length === 0) return <p class="empty">{texts.completeness.none}</p>
  const view = certificateView(certificate, [from, to])
  return (
    <div class="proof">
      <Bar view={view} label={texts.completeness.bar(texts.completeness.spans[span])} zone={zone}>
        <div class="proof-scale" aria-hidden="true">
          <time>{minutes(zone, from)}</time>
          <time>{minutes(zone, to)}</time>
        </div>
      </Bar>
      <Sentence certificate={certificate} view={view} zone={zone} />
      <Foot certificate={certificate} site={site} />
    </div>
  )
}

interface BarProps {
  readonly view: CertificateView
  readonly label: string
  readonly zone: ZoneTimes
  readonly children: ComponentChildren
}

/** The time as a bar. Each hole is a stop for the keyboard and says itself below while it is looked at. */
function Bar({ view, label, zone, children }: BarProps) {
  const texts = useTexts()
  const [looked, setLooked] = useState<Hole | null>(null)
  const kinds = [...new Set(view.parts.map(({ kind }) => kind))]
  return (
    <>
      <ul class="proof-bar" aria-label={label} onMouseLeave={() => setLooked(null)}>
        <li class="proof-part is-complete" style={{ left: `${view.begins}%` }} aria-hidden="true" />
        {view.parts.map(({ hole, kind, left, width }) => (
          <li
            key={`${hole.from} ${hole.cause}`}
            class={`proof-part is-${kind}`}
            style={{ left: `min(${left}%, 100% - 4px)`, width: `${width}%` }}
            data-cause={hole.cause}
            tabIndex={0}
            aria-label={holeText(hole, texts, zone)}
            onMouseEnter={() => setLooked(hole)}
            onFocus={() => setLooked(hole)}
            onBlur={() => setLooked(null)}
          />
        ))}
      </ul>
      {children}
      <ul class="proof-legend">
        {(['complete', ...kinds, ...(view.begins > 0 ? ['unknown'] : [])] as (HoleKind | 'complete' | 'unknown')[]).map(
          (kind) => (
            <li key={kind} class={`key-${kind}`}>
              {texts.completeness.kinds[kind]}
            </li>
          ),
        )}
        {looked !== null && <li class="proof-readout">{holeText(looked, texts, zone)}</li>}
      </ul>
    </>
  )
}

interface SentenceProps {
  readonly certificate: Certificate
  readonly view: CertificateView
  readonly zone: ZoneTimes
}

function Sentence({ certificate, view, zone }: SentenceProps) {
  const texts = useTexts()
  const words = texts.completeness
  const [from, to] = [minutes(zone, certificate.from), minutes(zone, view.until)]
  const readings = countText(certificate.readings)
  const rest = view.holes.length - MOST_HOLES
  return (
    <>
      <p class="proof-sentence">
        {view.holes.length === 0
          ? words.complete(from, to, readings)
          : view.missing === 0
            ? words.unread(from, to, readings)
            : words.incomplete(from, to, readings, countText(view.missing))}
      </p>
      {view.holes.length > 0 && (
        <ul class="proof-holes">
          {view.holes.slice(0, MOST_HOLES).map((hole) => (
            <li key={`${hole.from} ${hole.cause}`}>{holeText(hole, texts, zone)}</li>
          ))}
          {rest > 0 && <li class="soft">{words.more(rest)}</li>}
        </ul>
      )}
      {view.tail !== null && <p class="soft">{words.tail(spanText(view.tail.to - view.tail.from, texts))}</p>}
    </>
  )
}

function Foot({ certificate, site }: { readonly certificate: Certificate; readonly site: string }) {
  const { session } = usePage()
  const texts = useTexts().completeness
  const { from, to, uncertaintyMs, chains } = certificate
  const signedIn = session.signedIn.value
  const mayExport = signedIn.is === 'in' && signedIn.session.role !== 'viewer'
  return (
    <p class="proof-foot">
      <span class="soft">
        {uncertaintyMs === null ? texts.uncertaintyUnknown : texts.uncertainty(secondsText(uncertaintyMs))}
        {' · '}
        {chains.every(({ signed }) => signed) ? texts.signed : texts.unsigned}
      </span>
      {mayExport && (
        <a class="button" href={certificateUrl(site, { from, to })} download title={texts.exportHint}>
          {texts.export}
        </a>
      )}
    </p>
  )
}

type Texts = ReturnType<typeof useTexts>

function holeText({ from, to, cause, readings }: Hole, texts: Texts, zone: ZoneTimes): string {
  const { completeness } = texts
  const [begin, end] = [zone.full(from), zone.near(to, from)]
  const why = completeness.causes[cause]
  if (readings === null) {
    return completeness.hole(begin, end, kindOf({ cause, readings }) === 'unread' ? completeness.unreadFor(why) : why)
  }
  return completeness.holeReadings(begin, end, why, countText(readings))
}

function minutes(zone: ZoneTimes, at: number): string {
  return zone.full(at).slice(0, 16)
}

/** Whole seconds from one on, tenths below. */
function secondsText(ms: number): string {
  return ms < 1_000 ? (Math.ceil(ms / 100) / 10).toString() : Math.ceil(ms / 1_000).toString()
}
