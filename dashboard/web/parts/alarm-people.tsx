import { useState } from 'preact/hooks'
import type { Alarm } from '../../../core/contract/alarm.ts'
import type { SiteDetail } from '../../../core/contract/http.ts'
import { RegisterEntry } from '../../../core/contract/register.ts'
import type { Roster } from '../../../core/contract/roster.ts'
import { channelWord } from '../i18n/texts.ts'
import { usePage, useTexts } from '../page.ts'
import { callWay, type CallWay, UP_FROM_VILLAGE } from '../stores/alarm-call.ts'
import { dutyCalls } from '../stores/duty-calls.ts'
import { addressOf, FIRST_SPAN } from '../stores/route.ts'
import { mayAct } from '../stores/session.ts'
import { useAlarmWords } from './alarm-cells.tsx'
import { useAct } from './use-act.ts'
import { useFetched } from './use-fetched.ts'
import { useScreenKeys } from './use-screen-keys.ts'
import { useZone } from './use-zone.ts'

/** Who answers for the site, from the village up, and who is on duty, with the way to reach each. */
export function AlarmPeople({ alarm, detail }: { readonly alarm: Alarm; readonly detail: SiteDetail | null }) {
  return (
    <>
      <OnDuty alarm={alarm} />
      <Responsible site={alarm.site} />
      <SiteFacts site={alarm.site} detail={detail} />
    </>
  )
}

function OnDuty({ alarm }: { readonly alarm: Alarm }) {
  const { api, live, preferences, session } = usePage()
  const texts = useTexts()
  const words = useAlarmWords().detail
  const { status, epoch } = live.state.value
  // Who may see some villages only is not told the whole roster, and calls by telephone.
  const roster = useFetched('duty/roster', epoch, (signal) => dutyCalls(api).roster(signal))
  const onDuty = status?.onDuty ?? []
  const call = useCall(alarm)
  const wayTo = (id: string) => callWay(id, contactsOf(roster.data?.roster ?? null), status?.lamps ?? [])
  const first = onDuty.flatMap(({ persons }) => persons).find(({ id }) => wayTo(id) !== null)
  const may = mayAct(session.signedIn.value)
  const keys = useAlarmWords().keys
  useScreenKeys([
    {
      key: 't',
      words: keys.call,
      act: () => {
        const way = first === undefined ? null : wayTo(first.id)
        if (may && first !== undefined && way !== null) call.send(first, way)
      },
    },
  ])
  return (
    <>
      <h3>{words.onDuty}</h3>
      {onDuty.every(({ persons }) => persons.length === 0) && <p class="alert-word">{words.nobodyOnDuty}</p>}
      <ul class="people">
        {onDuty.flatMap(({ role, name, persons }) =>
          persons.map((person) => {
            const way = wayTo(person.id)
            return (
              <li key={`${role}/${person.id}`} class="person">
                <span class="person-role">{name[preferences.language.value]}</span>
                <strong>{person.name}</strong>
                {person.checkedInAt === null && <span class="soft">{words.notIn}</span>}
                {may && way !== null && (
                  <button
                    class="button"
                    type="button"
                    data-act="call"
                    disabled={call.busy}
                    title={words.callVia(channelWord(way.channel, texts))}
                    onClick={() => call.send(person, way)}
                  >
                    {words.call}
                    {person === first && <kbd aria-hidden="true">T</kbd>}
                  </button>
                )}
              </li>
            )
          }),
        )}
      </ul>
      {call.said !== null && (
        <p class="hint" role="status">
          {call.said}
        </p>
      )}
      {call.fault !== null && (
        <p class="error" role="alert">
          {call.fault}
        </p>
      )}
    </>
  )
}

function contactsOf(roster: Roster | null): ReadonlyMap<string, readonly string[]> {
  return new Map(roster?.persons.map(({ id, contacts }) => [id, contacts.map(({ channel }) => channel)]) ?? [])
}

/** Sends somebody a test over the way that reaches a pocket; what became of it is at the lamp and in the ledger. */
function useCall(alarm: Alarm) {
  const { api, live, times } = usePage()
  const words = useAlarmWords().detail
  const zone = times(useZone(alarm.site))
  const act = useAct()
  const [said, setSaid] = useState<string | null>(null)
  return {
    busy: act.busy,
    fault: act.fault,
    said,
    send: ({ id, name }: { readonly id: string; readonly name: string }, { channel }: CallWay) => {
      setSaid(null)
      void act
        .run(() => dutyCalls(api).testCall(channel, id))
        .then((done) => {
          if (done) setSaid(words.called(name, zone.time(live.now.peek())))
        })
    },
  }
}

function Responsible({ site }: { readonly site: string }) {
  const { api, live } = usePage()
  const words = useAlarmWords().detail
  const path = `/api/sites/${encodeURIComponent(site)}/register`
  const entry = useFetched(path, live.state.value.epoch, (signal) => api.ask(path, { answer: RegisterEntry, signal }))
  if (entry.data === null) return null
  const { persons } = entry.data.file
  const named = UP_FROM_VILLAGE.flatMap((role) => {
    const person = persons[role]
    return person === null ? [] : [{ role, ...person }]
  })
  return (
    <>
      <h3>{words.responsible}</h3>
      {named.length === 0 && <p class="hint">{words.noPeople}</p>}
      <ul class="people">
        {named.map(({ role, name, post, phone }) => (
          <li key={role} class="person" data-responsible={role}>
            <span class="person-role">{words.roles[role]}</span>
            <strong>{name}</strong>
            {post !== '' && <span class="soft">{post}</span>}
            {phone !== null && <PhoneLink phone={phone} />}
          </li>
        ))}
      </ul>
    </>
  )
}

/** A number to be dialled; one that is masked is only shown. */
function PhoneLink({ phone }: { readonly phone: string }) {
  return /^\+?\d+$/.test(phone) ? (
    <a class="person-phone" href={`tel:${phone}`}>
      {phone}
    </a>
  ) : (
    <span class="person-phone">{phone}</span>
  )
}

function SiteFacts({ site, detail }: { readonly site: string; readonly detail: SiteDetail | null }) {
  const { live, preferences } = usePage()
  const texts = useTexts()
  const words = useAlarmWords().detail
  const known = live.state.value.sites.get(site)?.site ?? detail?.summary.site
  if (known === undefined) return null
  const language = preferences.language.value
  const facts = [
    [words.kind, texts.siteKind[known.kind]],
    [words.town, known.area[language]],
    [words.village, known.village?.[language] ?? ''],
  ] as const
  return (
    <>
      <h3>{words.siteCard}</h3>
      <dl class="facts">
        {facts.map(([name, value]) =>
          value === '' ? null : (
            <div key={name} class="fact">
              <dt>{name}</dt>
              <dd>{value}</dd>
            </div>
          ),
        )}
      </dl>
      <p>
        <a href={`#${addressOf({ page: 'site', site, point: null, span: FIRST_SPAN })}`}>{words.openSite}</a>
      </p>
    </>
  )
}
