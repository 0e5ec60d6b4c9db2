import { errorText } from '../i18n/texts.ts'
import { usePage, useTexts } from '../page.ts'
import { type BulkOutcome, type Held, HOLD_MS } from '../stores/alarm-bulk.ts'
import { useAlarmWords } from './alarm-cells.tsx'
import { useScreenKeys } from './use-screen-keys.ts'

/** The acknowledgement of many that is still held, with its countdown and the way back, or what became of it. On every screen. */
export function HeldBar() {
  const { held, outcome } = usePage().desk.bulk
  if (held.value !== null) return <Countdown held={held.value} />
  return outcome.value === null ? null : <Outcome outcome={outcome.value} />
}

function Countdown({ held: { ids, leftMs, note } }: { readonly held: Held }) {
  const { desk } = usePage()
  const words = useAlarmWords()
  useScreenKeys([{ key: 'z', words: words.keys.undo, act: () => void desk.bulk.undo() }])
  const seconds = Math.ceil(leftMs / 1_000)
  return (
    <div class="held-bar" role="region" aria-label={words.bulk.title(ids.length)}>
      <p class="unseen" role="status">
        {words.bulk.heldSaid(ids.length)}
      </p>
      <p class="held-words">
        <strong>{words.bulk.held(ids.length, seconds)}</strong>
        <span>
          {words.bulk.heldWhy} “{note}”
        </span>
      </p>
      <progress class="held-left" max={HOLD_MS} value={leftMs} aria-label={words.bulk.held(ids.length, seconds)} />
      <button class="button" type="button" data-act="send-now" onClick={() => desk.bulk.flush()}>
        {words.bulk.now}
      </button>
      <button class="button button-main" type="button" data-act="undo-bulk" onClick={() => desk.bulk.undo()}>
        {words.bulk.undo}
        <kbd aria-hidden="true">Z</kbd>
      </button>
    </div>
  )
}

function Outcome({ outcome }: { readonly outcome: BulkOutcome }) {
  const { desk } = usePage()
  const texts = useTexts()
  const words = useAlarmWords().bulk
  const isFailed = outcome.is === 'failed'
  return (
    <div class={`held-bar is-${outcome.is}`} role={isFailed ? 'alert' : 'status'}>
      <p class="held-words">
        {outcome.is === 'undone' && <strong>{words.undone(outcome.count)}</strong>}
        {outcome.is === 'sending' && <strong>{words.sending(outcome.count)}</strong>}
        {outcome.is === 'sent' && <strong>{words.sent(outcome.count)}</strong>}
        {outcome.is === 'sent' && outcome.left > 0 && <span>{words.left(outcome.left)}</span>}
        {isFailed && <strong>{words.failed(outcome.ids.length, errorText(outcome.error, texts))}</strong>}
      </p>
      {isFailed && (
        <button class="button button-main" type="button" data-act="retry-bulk" onClick={() => desk.bulk.retry()}>
          {words.retry}
        </button>
      )}
      {outcome.is !== 'sending' && (
        <button class="button" type="button" data-act="dismiss-bulk" onClick={() => desk.bulk.dismiss()}>
          {words.dismiss}
        </button>
      )}
    </div>
  )
}
