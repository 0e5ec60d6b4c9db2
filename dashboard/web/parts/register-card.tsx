import type { ComponentChildren } from 'preact'
import { useState } from 'preact/hooks'
import { type RegisterEntry, RESPONSIBLE, STANDARDS } from '../../../core/contract/register.ts'
import type { Site } from '../../../core/contract/site.ts'
import { errorText } from '../i18n/texts.ts'
import { usePage, useTexts } from '../page.ts'
import { registerCalls } from '../stores/register-calls.ts'
import { mayRegister } from '../stores/session.ts'
import { daysBetween, isToBeClosed } from '../stores/site-list.ts'
import { RegisterForm } from './register-form.tsx'
import { useSiteWords } from './site-cells.tsx'
import { Versions } from './register-versions.tsx'
import { type Fetched, useFetched } from './use-fetched.ts'
import { useZone } from './use-zone.ts'

/** Checks in sight; the rest is one click off. */
const SHOWN_CHECKS = 6
/** Somebody else may have written meanwhile. */
const EVERY_MS = 60_000

/** A site's file, asked for again each minute. */
export function useSiteFile(site: string): Fetched<RegisterEntry> {
  const { api, live } = usePage()
  const round = Math.floor(live.now.value / EVERY_MS)
  const epoch = live.state.value.epoch + round
  return useFetched(`file/${site}`, epoch, (signal) => registerCalls(api).file(site, signal))
}

interface CardProps {
  readonly site: Site
  readonly file: Fetched<RegisterEntry>
}

/** A site's file, with its versions and, for whoever keeps it, the form to change it. */
export function RegisterCard({ site, file: fetched }: CardProps) {
  const texts = useTexts()
  const words = useSiteWords()
  const [editing, setEditing] = useState(false)
  const [saved, setSaved] = useState<number | null>(null)
  const { data, error } = fetched
  const close = (version: number | null) => {
    setEditing(false)
    setSaved(version)
    fetched.again()
  }
  if (data === null) {
    return (
      <Panel title={words.file}>
        <p class="empty" role="status">
          {error === null ? texts.loading : texts.failed(errorText(error, texts))}
        </p>
      </Panel>
    )
  }
  if (editing) {
    return (
      <Panel title={words.edit}>
        <RegisterForm site={site} entry={data} close={close} />
      </Panel>
    )
  }
  return (
    <Panel title={words.file} note={<VersionLine entry={data} />}>
      {saved !== null && saved <= data.version && (
        <p class="register-said" role="status">
          {words.saved(saved)}
        </p>
      )}
      <Filed entry={data} />
      <Foot entry={data} edit={() => setEditing(true)} />
    </Panel>
  )
}

function Filed({ entry }: { readonly entry: RegisterEntry }) {
  const words = useSiteWords()
  const { notes, status, standards } = entry.file
  return (
    <div class="register-card">
      <Persons entry={entry} />
      <div>
        <Sealing entry={entry} />
        {(isToBeClosed(status) || STANDARDS.some((one) => standards[one].state !== 'unchecked')) && (
          <Standards entry={entry} />
        )}
      </div>
      <div>
        <Checks entry={entry} />
        {notes !== '' && (
          <>
            <h3>{words.notes}</h3>
            <p class="register-notes">{notes}</p>
          </>
        )}
      </div>
    </div>
  )
}

function Foot({ entry: { site, version }, edit }: { readonly entry: RegisterEntry; readonly edit: () => void }) {
  const { session } = usePage()
  const words = useSiteWords()
  return (
    <div class="register-foot">
      {mayRegister(session.signedIn.value) && (
        <button class="button" type="button" data-act="edit-file" onClick={edit}>
          {words.edit}
        </button>
      )}
      <Versions site={site} version={version} />
    </div>
  )
}

interface PanelProps {
  readonly title: string
  readonly note?: ComponentChildren
  readonly children: ComponentChildren
}

function Panel({ title, note, children }: PanelProps) {
  return (
    <section class="panel register-panel" aria-labelledby="register-title">
      <div class="panel-title">
        <h2 id="register-title">{title}</h2>
        {note}
      </div>
      {children}
    </section>
  )
}

function VersionLine({ entry: { site, version, by, at } }: { readonly entry: RegisterEntry }) {
  const { times, live } = usePage()
  const words = useSiteWords()
  const zone = times(useZone(site))
  return (
    <span class="panel-note">
      {at === null ? words.blank : words.version(version, by, zone.near(at, live.now.value))}
    </span>
  )
}

/** A number to call, where it is whole. */
export function PhoneLink({ name, phone }: { readonly name: string; readonly phone: string }) {
  const words = useSiteWords()
  if (phone.includes('*')) {
    return (
      <span class="phone soft" title={words.masked}>
        {phone}
      </span>
    )
  }
  return (
    <a class="phone" href={`tel:${phone}`} aria-label={words.call(`${name} ${phone}`)}>
      {phone}
    </a>
  )
}

function Persons({ entry: { file } }: { readonly entry: RegisterEntry }) {
  const words = useSiteWords()
  return (
    <div>
      <h3>{words.persons}</h3>
      <dl class="register-persons">
        {RESPONSIBLE.map((role) => {
          const person = file.persons[role]
          return (
            <div key={role} data-role={role}>
              <dt class="soft">{words.roles[role]}</dt>
              <dd>
                {person === null ? (
                  <span class="soft">{words.vacant}</span>
                ) : (
                  <>
                    <span>
                      <strong>{person.name}</strong> <span class="soft">{person.post}</span>
                    </span>
                    {person.phone !== null && <PhoneLink name={person.name} phone={person.phone} />}
                  </>
                )}
              </dd>
            </div>
          )
        })}
      </dl>
    </div>
  )
}

function Sealing({ entry: { file } }: { readonly entry: RegisterEntry }) {
  const words = useSiteWords()
  const { sealing } = file
  return (
    <>
      <h3>{words.sealing}</h3>
      {sealing === null ? (
        <p class="soft">{words.noSealing}</p>
      ) : (
        <p>
          {words.sealKinds[sealing.kind]}
          {sealing.date !== null && <time> · {sealing.date}</time>} ·{' '}
          <span class={sealing.acceptance === 'failed' ? 'fault-word' : undefined}>
            {words.acceptances[sealing.acceptance]}
          </span>{' '}
          <span class="soft">
            {[sealing.acceptedOn, sealing.acceptedBy].filter((part) => part !== null && part !== '').join(' · ')}
          </span>
        </p>
      )}
    </>
  )
}

const SIGNS = { met: '✓', 'not-met': '✕', unchecked: '–' } as const

function Standards({ entry: { file } }: { readonly entry: RegisterEntry }) {
  const words = useSiteWords()
  const met = STANDARDS.filter((one) => file.standards[one].state === 'met').length
  return (
    <>
      <h3 title={words.standardsSource}>
        {words.standards} <span class="soft">{words.standardsMet(met)}</span>
      </h3>
      <ul class="register-standards">
        {STANDARDS.map((one) => {
          const { state, date, note } = file.standards[one]
          return (
            <li key={one} class={`is-${state}`} data-standard={one}>
              <span class="standard-sign" aria-hidden="true">
                {SIGNS[state]}
              </span>
              <span>
                {words.standard[one]} <span class="standard-state">{words.standardStates[state]}</span>{' '}
                <span class="soft">{[date, note].filter((part) => part !== null && part !== '').join(' · ')}</span>
              </span>
            </li>
          )
        })}
      </ul>
      <p class="hint">{words.standardsSource}</p>
    </>
  )
}

function Checks({ entry: { site, file } }: { readonly entry: RegisterEntry }) {
  const { times, live } = usePage()
  const words = useSiteWords()
  const [all, setAll] = useState(false)
  const today = times(useZone(site)).date(live.now.value)
  const { checks, checkEveryDays } = file
  const newest = checks[0]
  const late = newest === undefined ? null : daysBetween(newest.date, today) - checkEveryDays
  const shown = all ? checks : checks.slice(0, SHOWN_CHECKS)
  return (
    <>
      <h3>
        {words.checks} <span class="soft">{words.everyDays(checkEveryDays)}</span>{' '}
        {late !== null && late > 0 && <span class="watch-word">{words.overdueBy(late)}</span>}
      </h3>
      {checks.length === 0 && <p class="soft">{words.noChecks}</p>}
      <ul class="register-checks">
        {shown.map(({ date, level, by, result, note }) => (
          <li key={`${date} ${level} ${by}`}>
            <time>{date}</time>{' '}
            <span class={result === 'faults' ? 'fault-word' : undefined}>{words.results[result]}</span>{' '}
            <span class="soft">
              {words.levels[level]} · {by}
            </span>
            {note !== '' && <span class="register-note">{note}</span>}
          </li>
        ))}
      </ul>
      {checks.length > shown.length && (
        <button class="choice" type="button" onClick={() => setAll(true)}>
          {words.moreChecks(checks.length - shown.length)}
        </button>
      )}
    </>
  )
}
