import { compareSites } from '../../../core/alarms/site-state.ts'
import { usePage, useTexts } from '../page.ts'
import { isHatched } from '../show/site-words.ts'
import { openInOrder } from '../stores/alarm-order.ts'
import { addressOf } from '../stores/route.ts'
import { mayAdminister } from '../stores/session.ts'
import { AlarmList } from '../parts/alarm-list.tsx'
import { SiteMap } from '../parts/site-map.tsx'
import { siteNow, SiteRow } from '../parts/site-row.tsx'

/** The county at one glance: where, what, since when, and what is not being watched. */
export function OverviewPage() {
  const { live, session } = usePage()
  const texts = useTexts()
  const { sites, alarms, epoch } = live.state.value
  const now = live.now.value
  const worstFirst = [...sites.values()].sort((a, b) => compareSites(a, b, now))
  const unwatched = worstFirst.filter((summary) => isHatched(siteNow(live, summary))).length
  const open = openInOrder(alarms.values())
  if (epoch === 0) return <p class="empty is-page">{texts.banner.never}</p>
  return (
    <div class="overview">
      <h1 class="unseen">{texts.nav.overview}</h1>
      <section class="panel overview-map" aria-labelledby="map-title">
        <h2 class="panel-title" id="map-title">
          {texts.site.map}
          <span class="soft">{texts.site.mapNote}</span>
          {unwatched > 0 && <span class="panel-warning">{texts.site.unwatched(unwatched)}</span>}
        </h2>
        <SiteMap sites={worstFirst} />
      </section>
      <section class="panel overview-sites" aria-labelledby="sites-title">
        <h2 class="panel-title" id="sites-title">
          {texts.site.list}
          <span class="panel-note">
            {worstFirst.length} · {texts.site.listHint}
            {mayAdminister(session.signedIn.value) && (
              <>
                {' · '}
                <a href={`#${addressOf({ page: 'gateways' })}`}>{texts.nav.gateways}</a>
              </>
            )}
          </span>
        </h2>
        {worstFirst.length === 0 ? (
          <p class="empty">{texts.site.none}</p>
        ) : (
          <ul class="site-list">
            {worstFirst.map((summary) => (
              <SiteRow key={summary.site.id} summary={summary} />
            ))}
          </ul>
        )}
      </section>
      <section class="panel overview-alarms" aria-labelledby="alarms-title">
        <h2 class="panel-title" id="alarms-title">
          {texts.header.counts}
          <span class="panel-note">{open.length}</span>
        </h2>
        <AlarmList alarms={open} label={texts.header.counts} none={texts.alarms.none} folds />
      </section>
    </div>
  )
}
