import { useState } from 'preact/hooks'
import type { LedgerEntry } from '../../../core/contract/ledger.ts'
import { errorText } from '../i18n/texts.ts'
import { usePage, useTexts } from '../page.ts'
import { ledgerWords, wholeEntry } from '../show/ledger-words.ts'
import { ledgerWindow, newestWindow } from '../stores/ledger-window.ts'
import { addressOf } from '../stores/route.ts'
import { DataTable } from '../parts/data-table.tsx'
import { useFetched } from '../parts/use-fetched.ts'
import { useZone } from '../parts/use-zone.ts'

/** Entries on one screen. */
const PAGE = 100

/** The ledger, newest first, and whether its chain still holds. */
export function LedgerPage({ subject }: { readonly subject: string | null }) {
  const texts = useTexts()
  return (
    <div class="page">
      <div class="page-head">
        <h1>{texts.ledger.title}</h1>
        <p class="hint">{texts.ledger.about}</p>
        <Verdict />
      </div>
      <Entries key={subject ?? ''} subject={subject} />
    </div>
  )
}

function Verdict() {
  const { api, live } = usePage()
  const texts = useTexts()
  const verdict = useFetched('verdict', live.state.value.epoch, (signal) => api.verdict(signal))
  const { data, error, loading } = verdict
  return (
    <div class="verdict-line" role="status">
      {data !== null && (
        <span class={`verdict${data.intact ? '' : ' is-broken'}`} data-intact={String(data.intact)}>
          <span aria-hidden="true">{data.intact ? '✓' : '✕'}</span>{' '}
          {data.intact ? texts.ledger.intact(data.entries) : texts.ledger.broken(data.brokenAt ?? 0)}
        </span>
      )}
      {error !== null && <span class="error">{errorText(error, texts)}</span>}
      <button class="button" type="button" disabled={loading} onClick={() => verdict.again()}>
        {loading ? texts.ledger.checking : texts.ledger.check}
      </button>
    </div>
  )
}

function Entries({ subject }: { readonly subject: string | null }) {
  const { api } = usePage()
  const texts = useTexts()
  const [back, setBack] = useState(0)
  const fetched = useFetched(`ledger/${subject ?? ''}/${back}`, 0, async (signal) => {
    // The interface counts from the oldest; the total says where the newest are.
    if (subject !== null) return newestWindow(await api.ledger({ after: 0, limit: 1_000, subject }, signal), PAGE, back)
    const { total } = await api.ledger({ after: 0, limit: 1 }, signal)
    return newestWindow(await api.ledger(ledgerWindow(total, PAGE, back), signal), PAGE, 0)
  })
  if (fetched.data === null) {
    return (
      <p class="empty" role="status">
        {fetched.error === null ? texts.loading : texts.failed(errorText(fetched.error, texts))}
      </p>
    )
  }
  const { entries, total } = fetched.data
  const first = entries.at(-1)?.n
  const last = entries[0]?.n
  return (
    <section class="panel">
      {subject !== null && (
        <p class="ledger-filter">
          {texts.ledger.onlyAbout(subject)}{' '}
          <a href={`#${addressOf({ page: 'ledger', subject: null })}`}>{texts.ledger.everything}</a>
        </p>
      )}
      {entries.length === 0 ? <p class="empty">{texts.ledger.none}</p> : <EntryTable entries={entries} />}
      <div class="pager">
        <button class="button" type="button" disabled={back === 0} onClick={() => setBack(back - 1)}>
          {texts.ledger.newer}
        </button>
        {first !== undefined && last !== undefined && <span>{texts.ledger.range(first, last, total)}</span>}
        <button class="button" type="button" disabled={(back + 1) * PAGE >= total} onClick={() => setBack(back + 1)}>
          {texts.ledger.older}
        </button>
      </div>
    </section>
  )
}

function EntryTable({ entries }: { readonly entries: readonly LedgerEntry[] }) {
  const texts = useTexts()
  const { number, time, who, act, subject, detail, hash } = texts.ledger
  return (
    <DataTable
      label={texts.ledger.title}
      kind="ledger-table"
      heads={[{ number }, time, who, act, subject, detail, hash]}
    >
      {entries.map((entry) => (
        <EntryRow key={entry.n} entry={entry} />
      ))}
    </DataTable>
  )
}

function EntryRow({ entry }: { readonly entry: LedgerEntry }) {
  const { times, preferences } = usePage()
  const texts = useTexts()
  const zone = useZone(null)
  const words = ledgerWords(entry, { texts, zone, language: preferences.language.value })
  return (
    <tr>
      <td class="is-number">{entry.n}</td>
      <td>
        <time>{times(zone).full(entry.at)}</time>
      </td>
      <td>
        {entry.actor.name} <span class="soft">{texts.ledger.actor[entry.actor.kind]}</span>
      </td>
      <td class="ledger-act">{texts.acts[entry.act]}</td>
      <td class="ledger-subject">{entry.subject}</td>
      <td class="ledger-detail">
        <details>
          <summary>{words === '' ? texts.ledger.whole : words}</summary>
          <pre>{wholeEntry(entry)}</pre>
        </details>
      </td>
      <td>
        <code class="hash" title={entry.hash}>
          {entry.hash.slice(0, 10)}
        </code>
      </td>
    </tr>
  )
}
