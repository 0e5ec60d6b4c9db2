import { useState } from 'preact/hooks'
import type { HandoverRecord, HandoverRefusal, HandoverSide, HandoverView } from '../../../core/contract/handover.ts'
import { HANDOVER_SECTIONS } from '../../../core/contract/handover.ts'
import { isLocked, signingBlocks } from '../../../core/alarms/handover.ts'
import { HANDOVER } from '../i18n/handover-words.ts'
import { usePage, useWords } from '../page.ts'
import { SIDES, unreadOf } from '../stores/duty-handover.ts'
import { addressOf } from '../stores/route.ts'
import { mayAct } from '../stores/session.ts'
import type { RecordProps } from './duty-handover-section.tsx'
import { SignForm } from './duty-handover-sign-form.tsx'
import { useAct } from './use-act.ts'
import { useZone } from './use-zone.ts'

/** Everything that keeps a side from signing, by the live feed and the clock of the control room. */
export function useBlocks(view: HandoverView): (side: HandoverSide) => readonly HandoverRefusal[] {
  const { live } = usePage()
  const unreadRed = useUnread(view).length
  const now = live.now.value
  return (side) => signingBlocks(view.record, side, { now, unreadRed })
}

/** Red alarms nobody has acknowledged. */
export function useUnread(view: HandoverView): HandoverView['unreadRed'] {
  const { live } = usePage()
  return unreadOf(view, { alive: live.alive.value, alarms: live.state.value.alarms.values() })
}

interface SignaturesProps extends RecordProps {
  readonly view: HandoverView
}

/** 13: who has signed, who may, and what keeps them from it. */
export function Signatures({ view, ...props }: SignaturesProps) {
  const { record } = props
  const { session } = usePage()
  const words = useWords(HANDOVER)
  const blocks = useBlocks(view)
  const [signing, setSigning] = useState<HandoverSide | null>(null)
  const may = mayAct(session.signedIn.value)
  return (
    <section class="panel handover-section is-wide" data-section="signatures">
      <div class="panel-title">
        <h2>
          <span class="handover-number">{HANDOVER_SECTIONS.length}</span> {words.sections.signatures}
        </h2>
      </div>
      <p class="handover-lines">{words.signs}</p>
      <Unread view={view} />
      <div class="handover-signs">
        {SIDES.map((side) => (
          <Side
            key={side}
            side={side}
            record={record}
            blocks={blocks(side)}
            sign={may ? () => setSigning(side) : null}
          />
        ))}
      </div>
      {signing !== null && (
        <SignForm
          side={signing}
          record={record}
          sign={(body) => props.calls.sign(record.id, body)}
          done={(signed) => {
            setSigning(null)
            if (signed) props.changed()
          }}
        />
      )}
      {isLocked(record.state) && <Addenda {...props} />}
      <Proof view={view} />
    </section>
  )
}

/** The red alarms that keep everybody from signing, each with its page. */
export function Unread({ view }: { readonly view: HandoverView }) {
  const words = useWords(HANDOVER)
  const unread = useUnread(view)
  if (unread.length === 0 || view.record.state === 'locked') return null
  return (
    <p class="handover-unread" role="status">
      <strong>{words.unread(unread.length)}</strong>
      {unread.slice(0, 5).map(({ alarm, number }) => (
        <a key={alarm} href={`#${addressOf({ page: 'alarm', id: alarm })}`}>
          {number}
        </a>
      ))}
    </p>
  )
}

interface SideProps {
  readonly side: HandoverSide
  readonly record: HandoverRecord
  readonly blocks: readonly HandoverRefusal[]
  /** null = whoever is signed in may not. */
  readonly sign: (() => void) | null
}

function Side({ side, record, blocks, sign }: SideProps) {
  const { times } = usePage()
  const words = useWords(HANDOVER)
  const zone = times(useZone(null))
  const signatures = record.signatures.filter((one) => one.side === side)
  const [block] = blocks
  const isDone = block === 'locked'
  return (
    <div class="handover-side" data-side={side}>
      <h3>{words.sides[side]}</h3>
      {signatures.length === 0 && <p class="handover-blank">{words.unsigned}</p>}
      {signatures.map(({ user, name, at, inPlace, note }) => (
        <p key={user} class="handover-signature">
          <strong>{name}</strong> {words.signedAt(zone.full(at).slice(5, 16))}
          <span class="hint"> {words.account(user)}</span>
          {inPlace !== null && <span class="handover-place"> {words.inPlace(inPlace)}</span>}
          {note !== '' && <span class="handover-note"> {note}</span>}
        </p>
      ))}
      {sign !== null && !isDone && (
        <div class="handover-acts">
          <button class="button" type="button" data-act={`sign-${side}`} disabled={block !== undefined} onClick={sign}>
            {words.sign(words.sides[side])}
          </button>
          {block !== undefined && <span class="hint">{words.refusals[block]}</span>}
        </div>
      )}
    </div>
  )
}

/** What was added after both crews had signed. */
function Addenda({ record, calls, changed }: RecordProps) {
  const { times, session } = usePage()
  const words = useWords(HANDOVER)
  const zone = times(useZone(null))
  const act = useAct(words.refusals)
  const [text, setText] = useState('')
  return (
    <div class="handover-addenda">
      <h3>{words.addenda}</h3>
      {record.addenda.length === 0 && <p class="handover-blank">{words.noAddenda}</p>}
      <ul class="handover-entries">
        {record.addenda.map(({ at, by, text: added }) => (
          <li key={at}>
            <span class="handover-written">
              {added} <span class="hint">{words.writtenBy(by, zone.full(at).slice(0, 16))}</span>
            </span>
          </li>
        ))}
      </ul>
      {mayAct(session.signedIn.value) && (
        <form
          class="duty-form handover-form"
          data-form="addendum"
          onSubmit={(event) => {
            event.preventDefault()
            void act
              .run(() => calls.add(record.id, text))
              .then((added) => {
                if (!added) return
                setText('')
                changed()
              })
          }}
        >
          <label class="field is-wide">
            <span class="field-label">{words.addenda}</span>
            <input
              name="addendum"
              autoComplete="off"
              maxLength={1_000}
              value={text}
              onInput={(event) => setText(event.currentTarget.value)}
            />
          </label>
          <button class="button" type="submit" data-act="add" disabled={act.busy || text.trim() === ''}>
            {words.addAddendum}
          </button>
          {act.fault !== null && (
            <p class="error" role="alert">
              {act.fault}
            </p>
          )}
        </form>
      )}
    </div>
  )
}

/** The hash of the record, and whether the ledger holds the same. */
function Proof({ view: { hash, ledger, record } }: { readonly view: HandoverView }) {
  const words = useWords(HANDOVER)
  const subject = `handover/${record.id}`
  return (
    <p class="handover-proof">
      {words.hash} <span class="hash">{hash}</span>{' '}
      <a href={`#${addressOf({ page: 'ledger', subject })}`}>
        {ledger === null ? <strong>{words.notInLedger}</strong> : words.inLedger(ledger.n)}
      </a>
    </p>
  )
}
