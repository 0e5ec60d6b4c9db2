import type { ComponentChildren } from 'preact'
import { useState } from 'preact/hooks'
import {
  HANDOVER_SECTIONS,
  type HandoverEntry,
  type HandoverRecord,
  type HandoverSection,
} from '../../../core/contract/handover.ts'
import { HANDOVER } from '../i18n/handover-words.ts'
import { usePage, useWords } from '../page.ts'
import { type HandoverCalls, ROWS_OF } from '../stores/duty-handover.ts'
import { mayAct } from '../stores/session.ts'
import { EntryForm } from './duty-handover-entry-form.tsx'
import { useAct } from './use-act.ts'
import { useZone } from './use-zone.ts'

export interface RecordProps {
  readonly record: HandoverRecord
  readonly calls: HandoverCalls
  readonly changed: () => void
}

interface SectionProps extends RecordProps {
  readonly section: Exclude<HandoverSection, 'signatures'>
  /** Takes the whole width: it holds a wide table. */
  readonly wide?: boolean
  readonly children?: ComponentChildren
}

type RowKind = Exclude<HandoverEntry['kind'], 'comment'>

const rowsOf: Partial<Record<HandoverSection, RowKind>> = ROWS_OF

function rowKindOf(section: HandoverSection): RowKind | null {
  return rowsOf[section] ?? null
}

/** One section of the record: what the system says, the rows of the crew, and comments. */
export function Section({ section, wide = false, children, ...props }: SectionProps) {
  const { session } = usePage()
  const words = useWords(HANDOVER)
  const { record } = props
  const kind = rowKindOf(section)
  const [adding, setAdding] = useState<RowKind | 'comment' | null>(null)
  const mayWrite = record.state === 'draft' && mayAct(session.signedIn.value)
  const rows = record.entries.filter((entry) => entry.kind === kind)
  const comments = record.entries.filter((entry) => entry.kind === 'comment' && entry.section === section)
  const isComputed = children !== undefined
  return (
    <section class={`panel handover-section${wide ? ' is-wide' : ''}`} data-section={section}>
      <div class="panel-title">
        <h2>
          <span class="handover-number">{HANDOVER_SECTIONS.indexOf(section) + 1}</span> {words.sections[section]}
        </h2>
        <span class="panel-note">{kind === null ? words.computed : words.crewWrites}</span>
        {mayWrite && <AddButtons section={section} kind={kind} add={setAdding} />}
      </div>
      {children}
      {isComputed && kind !== null && <h3 class="handover-sub">{words.people}</h3>}
      {kind !== null && rows.length === 0 && <p class="handover-none">{emptyWord(section, words.empty)}</p>}
      {rows.length > 0 && <Entries entries={rows} mayStrike={mayWrite} {...props} />}
      {comments.length > 0 && <Entries entries={comments} mayStrike={mayWrite} {...props} />}
      {adding !== null && mayWrite && (
        <EntryForm
          key={adding}
          kind={adding}
          section={section}
          write={(entry) => props.calls.write(record.id, entry)}
          done={(written) => {
            setAdding(null)
            if (written) props.changed()
          }}
        />
      )}
    </section>
  )
}

interface AddProps {
  readonly section: Exclude<HandoverSection, 'signatures'>
  readonly kind: RowKind | null
  readonly add: (kind: RowKind | 'comment') => void
}

function AddButtons({ section, kind, add }: AddProps) {
  const words = useWords(HANDOVER)
  return (
    <span class="handover-acts">
      {kind !== null && (
        <button class="button" type="button" data-act={`add-${kind}`} onClick={() => add(kind)}>
          {words.addRow}
        </button>
      )}
      <button
        class="button"
        type="button"
        data-act="comment"
        aria-label={words.commentOn(words.sections[section])}
        onClick={() => add('comment')}
      >
        {words.comment}
      </button>
    </span>
  )
}

function emptyWord(section: HandoverSection, words: Readonly<Record<string, string>>): string {
  return words[section] ?? ''
}

interface EntriesProps extends RecordProps {
  readonly entries: readonly HandoverEntry[]
  readonly mayStrike: boolean
}

/** Rows people have written, those struck out still to be read. */
function Entries({ entries, mayStrike, record, calls, changed }: EntriesProps) {
  const { times, live } = usePage()
  const words = useWords(HANDOVER)
  const zone = times(useZone(null))
  const act = useAct(words.refusals)
  const when = (at: number) => zone.near(at, live.now.value).slice(0, -3)
  return (
    <>
      <ul class="handover-entries">
        {entries.map((entry) => (
          <li key={entry.id} class={entry.struck === null ? undefined : 'is-struck'} data-entry={entry.kind}>
            <span class="handover-written">
              <EntryText entry={entry} />
              <span class="hint"> {words.writtenBy(entry.by, when(entry.at))}</span>
              {entry.struck !== null && (
                <strong class="handover-strike"> {words.struck(entry.struck.by, when(entry.struck.at))}</strong>
              )}
            </span>
            {mayStrike && entry.struck === null && (
              <button
                class="button"
                type="button"
                data-act="strike"
                disabled={act.busy}
                onClick={() => void act.run(() => calls.strike(record.id, entry.id)).then((ok) => ok && changed())}
              >
                {words.strike}
              </button>
            )}
          </li>
        ))}
      </ul>
      {act.fault !== null && (
        <p class="error panel-body" role="alert">
          {act.fault}
        </p>
      )}
    </>
  )
}

/** What a row says; struck words stand in `del`, so that it is heard as well as seen. */
function EntryText({ entry }: { readonly entry: HandoverEntry }) {
  const { times } = usePage()
  const words = useWords(HANDOVER)
  const zone = times(useZone(null))
  const parts = (): readonly string[] => {
    switch (entry.kind) {
      case 'call': {
        const head = `${zone.full(entry.when).slice(5, 16)} ${words.directions[entry.direction]} ${entry.whom}`
        return [head, entry.content, ...(entry.outcome === '' ? [] : [`→ ${entry.outcome}`])]
      }
      case 'patrol':
        return [entry.text]
      case 'instruction':
        return [entry.from, entry.text]
      case 'thing':
        return [entry.item, entry.standing]
      case 'comment':
        return [`${words.comment} · ${entry.text}`]
    }
  }
  const text = parts().join(' · ')
  return entry.struck === null ? <span>{text}</span> : <del>{text}</del>
}
