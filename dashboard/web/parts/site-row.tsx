import type { SiteSummary } from '../../../core/contract/http.ts'
import { usePage, useTexts, type Page } from '../page.ts'
import { alarmWords, isHatched, siteView, watchWords, type SiteView } from '../show/site-words.ts'
import type { Live } from '../stores/live.ts'
import { addressOf, FIRST_SPAN } from '../stores/route.ts'
import { KindIcon } from './kind-icon.tsx'
import { Mark } from './mark.tsx'
import { AgeAndQuality, Value } from './value.tsx'
import { useName } from './use-site.ts'

/** How a site stands at this moment. */
export function siteNow(live: Live, summary: SiteSummary): SiteView {
  const open = live.openBySite.value.get(summary.site.id) ?? []
  return siteView(summary, { now: live.now.value, feedAlive: live.alive.value, open })
}

/** The site of the alarm the operator has selected, so that every view of it can be marked. */
export function selectedSite({ live, desk }: Page): string | null {
  const id = desk.cursor.value
  return id === null ? null : (live.state.value.alarms.get(id)?.site ?? null)
}

/** Says that a site exists in a simulator only. */
export function SimulatedTag() {
  const texts = useTexts()
  return (
    <span class="tag" title={texts.simulatedLong}>
      {texts.simulated}
    </span>
  )
}

/** One site of the list: shape, name, kind, headline value with age and quality, and in words what is wrong or not watched. */
export function SiteRow({ summary }: { readonly summary: SiteSummary }) {
  const page = usePage()
  const { live } = page
  const texts = useTexts()
  const view = siteNow(live, summary)
  const name = useName(summary.site.name)
  const area = useName(summary.site.area)
  const alarm = alarmWords(view, texts)
  const watch = watchWords(summary, view, live.now.value, texts)
  const selected = selectedSite(page) === summary.site.id
  return (
    <li
      class={`site-row${isHatched(view) ? ' is-hatched' : ''}${selected ? ' is-selected' : ''}`}
      data-site={summary.site.id}
      data-state={view.state}
    >
      <a
        class="site-link"
        href={`#${addressOf({ page: 'site', site: summary.site.id, point: null, span: FIRST_SPAN })}`}
      >
        <SiteMark summary={summary} />
        <span class="site-text">
          <span class="site-name">
            {name}
            {summary.site.simulated && <SimulatedTag />}
          </span>
          <span class="site-kind">
            {texts.siteKind[summary.site.kind]} · {area}
          </span>
        </span>
        <span class="site-value">
          {summary.headline === null ? (
            <span class="age is-none">{texts.site.noHeadline}</span>
          ) : (
            <>
              <Value latest={summary.headline} quantity={summary.headline.quantity} />
              <AgeAndQuality latest={summary.headline} />
            </>
          )}
        </span>
        <span class="site-words">
          {alarm !== null && <span class={`state-word is-${view.worst ?? 'none'}`}>{alarm}</span>}
          {watch !== null && <span class="watch-word">{watch}</span>}
          {alarm === null && watch === null && <span class="quiet-word">{texts.siteState.quiet}</span>}
        </span>
      </a>
    </li>
  )
}

/** The mark of a site: its worst alarm's shape, or the quiet drawing of its kind. */
export function SiteMark({ summary, size = 34 }: { readonly summary: SiteSummary; readonly size?: number }) {
  const view = siteNow(usePage().live, summary)
  if (view.worst !== null && (view.state === 'alarm' || view.state === 'returned')) {
    return (
      <Mark
        priority={view.worst}
        unacked={view.unacked}
        hollow={view.state === 'returned'}
        suppressed={view.held !== null}
        size={size}
      />
    )
  }
  return (
    <span class={`site-mark is-${view.watch}`}>
      <KindIcon kind={summary.site.kind} />
    </span>
  )
}
