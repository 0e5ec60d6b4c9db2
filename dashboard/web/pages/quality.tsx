import type { ComponentChildren } from 'preact'
import { useMemo } from 'preact/hooks'
import '../style/quality.css'
import { AlarmQuality } from '../../../core/contract/proof.ts'
import { Priority } from '../../../core/contract/priority.ts'
import { QUALITY } from '../i18n/quality-words.ts'
import { errorText } from '../i18n/texts.ts'
import { usePage, useTexts, useWords } from '../page.ts'
import { Mark } from '../parts/mark.tsx'
import { PeriodChooser } from '../parts/period-chooser.tsx'
import { PrecisionPanel } from '../parts/precision-panel.tsx'
import { QualityHeat } from '../parts/quality-heat.tsx'
import { ChannelsTable, percentText, RulesTable, SpeedTable, TopTable } from '../parts/quality-tables.tsx'
import { useFetched } from '../parts/use-fetched.ts'
import { useZone } from '../parts/use-zone.ts'
import { FigureName, VerdictMark } from '../parts/verdict.tsx'
import { spanText } from '../show/time.ts'
import { dutyCalls } from '../stores/duty-calls.ts'
import { pastPart, type Period, periodOf, queryOfPeriod, spanOfPeriod } from '../stores/period.ts'
import { mixVerdict, singleFigures, type SingleFigure, type SingleId, TARGETS } from '../stores/quality-figures.ts'
import type { Query } from '../stores/route.ts'

/** A running period is counted anew this often. */
const EVERY_MS = 300_000
const LOAD: readonly SingleId[] = ['per10Min', 'perDay', 'windowsOver10', 'floodShare', 'peakHour', 'peakMinute']

/** How good the alarms of a period were, each figure beside its target. */
export function QualityPage({ query }: { readonly query: Query }) {
  const { live, router, times } = usePage()
  const texts = useTexts()
  const words = useWords(QUALITY)
  const zone = times(useZone(null))
  const period = periodOf(query)
  const { span, fetched } = useQuality(period)
  const now = live.now.peek()
  const choose = (next: Period) => router.go({ page: 'quality', query: queryOfPeriod(next) })
  return (
    <div class="page quality-page">
      <section class="panel quality-head">
        <h1>{words.title}</h1>
        <PeriodChooser {...{ period, span, now, choose }} />
        <p class="quality-span">
          <time>{words.span(zone.full(span.from), zone.full(span.to))}</time>
          {span.to > now && <span class="soft"> {words.running}</span>}
        </p>
        <button class="button" type="button" data-act="print" onClick={() => window.print()}>
          {words.print}
        </button>
      </section>
      {fetched.data === null ? (
        <p class="panel empty" role="status">
          {fetched.error === null ? texts.loading : texts.failed(errorText(fetched.error, texts))}
        </p>
      ) : (
        <Figures quality={fetched.data} />
      )}
      <PrecisionPanel />
    </div>
  )
}

/** When a period is, by the shifts of the roster, and the figures of what of it has come. */
function useQuality(period: Period) {
  const { api, live } = usePage()
  const calls = useMemo(() => dutyCalls(api), [api])
  const { epoch } = live.state.value
  const roster = useFetched('quality/roster', epoch, (signal) => calls.roster(signal).catch(() => null))
  const round = Math.floor(live.now.value / EVERY_MS)
  const now = live.now.peek()
  const span = spanOfPeriod(period, roster.data?.roster.tables[0]?.shifts ?? [], now)
  const fetched = useFetched(`quality/${span.from}/${span.to}`, span.to > now ? epoch + round : 0, (signal) => {
    const { from, to } = pastPart(span, live.now.peek())
    return api.ask(`/api/quality?from=${from}&to=${to}`, { answer: AlarmQuality, signal })
  })
  return { span, fetched }
}

interface QualityProps {
  readonly quality: AlarmQuality
}

function Figures({ quality }: QualityProps) {
  const words = useWords(QUALITY)
  return (
    <div class="quality-panels">
      <Load quality={quality} />
      <Nuisance quality={quality} />
      <Panel id="quality-heat" title={words.heat} wide>
        <QualityHeat quality={quality} />
      </Panel>
      <Panel id="quality-speed" title={words.speed} wide>
        <SpeedTable quality={quality} />
      </Panel>
      <Panel
        id="quality-top"
        title={<FigureName {...words.topAbout} />}
        note={words.topSum(percentText(quality.topShare))}
        wide
      >
        <TopTable quality={quality} />
      </Panel>
      <Panel id="quality-rules" title={<FigureName {...words.rulesAbout} />}>
        <RulesTable quality={quality} />
      </Panel>
      <Panel id="quality-channels" title={<FigureName {...words.channelsAbout} />}>
        <ChannelsTable quality={quality} />
      </Panel>
    </div>
  )
}

/** How many came, and how they were spread over time and colours. */
function Load({ quality }: QualityProps) {
  const texts = useTexts()
  const words = useWords(QUALITY)
  const total = Priority.options.reduce((sum, priority) => sum + quality.alarms[priority], 0)
  return (
    <Panel id="quality-load" title={words.load} note={words.total(total)}>
      <ul class="quality-counts">
        {Priority.options.map((priority) => (
          <li key={priority}>
            <Mark priority={priority} size={22} /> {words.of(texts.priority[priority], quality.alarms[priority])}
          </li>
        ))}
      </ul>
      <Singles figures={singleFigures(quality).filter(({ id }) => LOAD.includes(id))} />
      <Mix mix={quality.mix} />
    </Panel>
  )
}

/** What only disturbed, what was held back, what came late, and the floods. */
function Nuisance({ quality }: QualityProps) {
  const { times } = usePage()
  const texts = useTexts()
  const words = useWords(QUALITY)
  const zone = times(useZone(null))
  const { floods, late } = quality
  return (
    <Panel id="quality-nuisance" title={words.nuisance}>
      <Singles figures={singleFigures(quality).filter(({ id }) => !LOAD.includes(id))} />
      {late.age !== null && (
        <p class="hint quality-foot">
          {words.lateAge(spanText(late.age.median, texts), spanText(late.age.max, texts))}
        </p>
      )}
      <h3 class="quality-sub">{words.floods}</h3>
      {floods.length === 0 ? (
        <p class="hint quality-foot">{words.noFloods}</p>
      ) : (
        <ul class="quality-floods">
          {floods.map(({ from, to, alarms }) => (
            <li key={from}>{words.flood(zone.full(from), zone.time(to), alarms)}</li>
          ))}
        </ul>
      )}
    </Panel>
  )
}

interface PanelProps {
  readonly id: string
  readonly title: ComponentChildren
  readonly note?: string
  readonly wide?: boolean
  readonly children: ComponentChildren
}

function Panel({ id, title, note, wide = false, children }: PanelProps) {
  return (
    <section class={`panel${wide ? ' is-wide' : ''}`} aria-labelledby={id}>
      <div class="panel-title">
        <h2 id={id}>{title}</h2>
        {note !== undefined && <span class="panel-note">{note}</span>}
      </div>
      {children}
    </section>
  )
}

function Singles({ figures }: { readonly figures: readonly SingleFigure[] }) {
  const words = useWords(QUALITY)
  return (
    <ul class="quality-figures">
      {figures.map(({ id, value, verdict }) => (
        <li key={id} data-figure={id}>
          <FigureName {...words.singles[id]} />
          <strong>{singleText(id, value)}</strong>
          <VerdictMark is={verdict} />
        </li>
      ))}
    </ul>
  )
}

function singleText(id: SingleId, value: number | null): string {
  if (value === null) return '—'
  if (id === 'windowsOver10' || id === 'floodShare') return percentText(value)
  if (id === 'suppressionHours') return `${value.toFixed(1)} h`
  return Number.isInteger(value) ? String(value) : value.toFixed(2)
}

/** The shares of the colours beside those they should have. */
function Mix({ mix }: { readonly mix: AlarmQuality['mix'] }) {
  const words = useWords(QUALITY)
  const { mixHigh, mixMedium } = TARGETS
  const targets = { high: mixHigh, medium: mixMedium, low: 1 - mixHigh - mixMedium }
  const parts = (['high', 'medium', 'low'] as const).map((part) => ({
    part,
    share: mix?.[part] ?? null,
    target: targets[part],
  }))
  return (
    <div class="quality-mix" data-figure="mix">
      <p class="quality-mix-head">
        <FigureName {...words.mixAbout} /> <VerdictMark is={mixVerdict(mix)} />
      </p>
      <ul>
        {parts.map(({ part, share, target }) => (
          <li key={part}>
            <span>{words.mixPart(words.mixParts[part], percentText(share), percentText(target))}</span>
            <span class="quality-mix-bar" aria-hidden="true">
              <span class={`is-${part}`} style={{ inlineSize: `${100 * (share ?? 0)}%` }} />
              <span class="quality-mix-target" style={{ insetInlineStart: `${100 * target}%` }} />
            </span>
          </li>
        ))}
      </ul>
    </div>
  )
}
