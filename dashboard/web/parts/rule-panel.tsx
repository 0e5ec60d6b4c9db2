import { useMemo } from 'preact/hooks'
import type { RuleForm, RuleRow, SiteRules } from '../../../core/contract/rules-desk.ts'
import { errorText } from '../i18n/texts.ts'
import { usePage, useRuleTexts, useTexts } from '../page.ts'
import { addressOf } from '../stores/route.ts'
import { rulesCalls } from '../stores/rules-calls.ts'
import type { RulePlace } from '../stores/rules-view.ts'
import { mayLead } from '../stores/session.ts'
import { queryOfTrend } from '../stores/trend-view.ts'
import { Mark, PriorityWord } from './mark.tsx'
import { RuleChange } from './rule-change.tsx'
import { RuleHistoryList } from './rule-history.tsx'
import { RuleParameters } from './rule-parameters.tsx'
import { RuleSent } from './rule-sent.tsx'
import { Precision } from './rule-table.tsx'
import { useFetched } from './use-fetched.ts'
import { useRulesWords } from './use-rules-words.ts'
import { useSiteName } from './use-site.ts'
import { useZone } from './use-zone.ts'

/** While a version is on its way it is looked for so often; else with the feed. */
const EVERY_MS = 2_000

interface PanelProps {
  readonly place: RulePlace
  readonly close: () => void
}

/** One rule of a site: what it is, what it was worth, what was changed, and a change of it. */
export function RulePanel({ place, close }: PanelProps) {
  const { api } = usePage()
  const texts = useTexts()
  const words = useRulesWords()
  const calls = useMemo(() => rulesCalls(api), [api])
  const forms = useFetched('rule-types', 0, (signal) => calls.types(signal))
  const fetched = useSiteRules(place.site)
  const error = fetched.error ?? forms.error
  if (fetched.data === null || forms.data === null) {
    return (
      <section class="panel rule-panel">
        <p class="empty" role="status">
          {error === null ? texts.loading : errorText(error, texts)}
        </p>
      </section>
    )
  }
  const row = fetched.data.rules.find(({ rule }) => rule === place.rule) ?? null
  const form = forms.data.find(({ type }) => type === row?.type) ?? null
  return (
    <section class="panel rule-panel" aria-labelledby="rule-title">
      <RuleHead place={place} row={row} close={close} />
      <Knowledge rules={fetched.data} />
      <RuleSent sent={fetched.data.sent} site={place.site} />
      {row === null && fetched.data.knowledge === 'told' && <p class="empty">{words.gone}</p>}
      {row !== null && <RuleBody place={place} row={row} form={form} rules={fetched.data} again={fetched.again} />}
    </section>
  )
}

/** What is known of a site's rules; looked at anew while a version is on its way. */
function useSiteRules(site: string) {
  const { api, live } = usePage()
  const calls = useMemo(() => rulesCalls(api), [api])
  const round = Math.floor(live.now.value / EVERY_MS)
  const { epoch } = live.state.value
  const slow = useFetched(`site-rules/${site}`, epoch, (signal) => calls.site(site, signal))
  const isOnItsWay = slow.data?.sent !== null && slow.data !== null
  const fast = useFetched(isOnItsWay ? `sent/${site}` : 'nothing', isOnItsWay ? round : 0, (signal) =>
    isOnItsWay ? calls.site(site, signal) : Promise.resolve(null),
  )
  return { data: fast.data ?? slow.data, error: slow.error, again: () => slow.again() }
}

interface HeadProps extends PanelProps {
  readonly row: RuleRow | null
}

function RuleHead({ place, row, close }: HeadProps) {
  const words = useRulesWords()
  const { typeName } = useRuleTexts()
  const site = useSiteName(place.site)
  const href = addressOf({ page: 'site', site: place.site, point: row?.point ?? null, span: '15min' })
  return (
    <div class="rule-head">
      {row !== null && <Mark priority={row.priority} size={40} quiet={!row.isArmed} />}
      <div class="rule-head-text">
        <h2 id="rule-title">{row === null ? place.rule : typeName(row.type)}</h2>
        <p class="soft">
          <a href={`#${href}`}>{site}</a> · <code class="rule-id">{place.rule}</code>
        </p>
      </div>
      <button class="button" type="button" data-act="close-rule" onClick={close}>
        {words.close}
      </button>
    </div>
  )
}

function Knowledge({ rules: { site, knowledge, version, toldAt, faults, missing } }: { readonly rules: SiteRules }) {
  const { live, times } = usePage()
  const words = useRulesWords()
  const zone = times(useZone(site))
  if (knowledge !== 'told' || version === null || toldAt === null) {
    return (
      <div class="rule-known">
        <p>{knowledge === 'unreadable' ? words.knowledge.unreadable : words.knowledge['not-told']}</p>
        {faults.length > 0 && (
          <ul class="faults">
            {faults.map((fault) => (
              <li key={fault}>{fault}</li>
            ))}
          </ul>
        )}
      </div>
    )
  }
  const name = version === 0 ? words.versionOwn : words.version(version)
  return (
    <p class="soft rule-known">
      {words.knowledge.told(name, zone.near(toldAt, live.now.value))}
      {missing.map((one) => ` · ${words.missing[one]}`)}
    </p>
  )
}

interface BodyProps {
  readonly place: RulePlace
  readonly row: RuleRow
  readonly form: RuleForm | null
  readonly rules: SiteRules
  readonly again: () => void
}

function RuleBody({ place, row, form, rules, again }: BodyProps) {
  const { session, preferences } = usePage()
  const words = useRulesWords()
  const isLeader = mayLead(session.signedIn.value)
  return (
    <>
      <p class="rule-watches">{form?.watches[preferences.language.value] ?? ''}</p>
      <RuleFacts row={row} form={form} />
      <RuleParameters sheet={row} form={form} />
      {form !== null && rules.sha256 !== null && isLeader && row.isArmed && (
        <RuleChange
          key={rules.sha256}
          place={place}
          base={rules.sha256}
          sheet={row}
          form={form}
          sent={rules.sent}
          done={again}
        />
      )}
      {!isLeader && <p class="hint rule-known">{words.needLeader}</p>}
      <RuleHistoryList place={place} form={form} version={rules.sha256} />
    </>
  )
}

function RuleFacts({ row, form }: { readonly row: RuleRow; readonly form: RuleForm | null }) {
  const { preferences, live } = usePage()
  const words = useRulesWords()
  const { facts } = words
  const { site, point, origin, as, latched, raised, worth, isArmed } = row
  const now = live.now.value
  const time = { is: 'between', from: now - MONTH_MS, to: now } as const
  const picks = [{ point: `${site}/${point}`, own: false }]
  const trend = addressOf({ page: 'trends', query: queryOfTrend({ picks, time, compare: 'none' }) })
  return (
    <dl class="rule-facts">
      <div>
        <dt>{facts.point}</dt>
        <dd>
          {row.name?.[preferences.language.value] ?? ''} <code class="rule-point">{point}</code>{' '}
          <a href={`#${trend}`}>{words.trend}</a>
        </dd>
      </div>
      <div>
        <dt>{facts.origin}</dt>
        <dd>{isArmed ? words.origins[origin] : words.leftOut}</dd>
      </div>
      <div>
        <dt>{facts.as}</dt>
        <dd>
          <PriorityWord priority={row.priority} /> {as === null ? words.notArmed : words.roles[as]}
          {latched === true && ` · ${words.latched}`}
        </dd>
      </div>
      <div>
        <dt>{facts.raised}</dt>
        <dd>{words.raised(raised)}</dd>
      </div>
      <div>
        <dt>{facts.worth}</dt>
        <dd>
          <Precision worth={worth} />
          {worth !== null && (
            <span class="soft">
              {' '}
              {words.tally(worth.confirmed, worth.wrong, worth.lawful, worth.open)}
              {worth.as === 'sign' && ` · ${words.asSign}`}
            </span>
          )}
        </dd>
      </div>
      {form !== null && (
        <div>
          <dt>{facts.serves}</dt>
          <dd>{words.checks[form.serves] ?? ''}</dd>
        </div>
      )}
    </dl>
  )
}

const MONTH_MS = 30 * 86_400_000
