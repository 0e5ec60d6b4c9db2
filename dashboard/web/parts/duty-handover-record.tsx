import type { HandoverView } from '../../../core/contract/handover.ts'
import { FRESH_MS, isLocked } from '../../../core/alarms/handover.ts'
import { HANDOVER } from '../i18n/handover-words.ts'
import { usePage, useTexts, useWords } from '../page.ts'
import { agoText } from '../show/time.ts'
import type { HandoverCalls } from '../stores/duty-handover.ts'
import { mayAct } from '../stores/session.ts'
import { AlarmPart, CheckPart, ShiftPart, SuppressionPart, UnfinishedPart } from './duty-handover-alarms.tsx'
import { StateChip } from './duty-handover-list.tsx'
import { Section } from './duty-handover-section.tsx'
import { Signatures, Unread } from './duty-handover-sign.tsx'
import { CallPart, OfflinePart, OrderPart, SystemPart } from './duty-handover-watch.tsx'
import { useAct } from './use-act.ts'
import { useZone } from './use-zone.ts'

interface ViewProps {
  readonly view: HandoverView
  readonly calls: HandoverCalls
  readonly changed: () => void
}

/** The whole record: its head, the 13 sections, and who has signed. */
export function HandoverSheet(props: ViewProps) {
  const { view, calls, changed } = props
  const { record } = view
  const { draft, draftedAt } = record
  const shared = { record, calls, changed }
  return (
    <article class="handover-sheet">
      <Head {...props} />
      <Unread view={view} />
      <div class="handover-grid">
        <Section section="shift" {...shared}>
          <ShiftPart shift={draft.shift} />
        </Section>
        <Section section="alarms" {...shared}>
          <AlarmPart alarms={draft.alarms} />
        </Section>
        <Section section="unfinished" wide {...shared}>
          <UnfinishedPart {...draft.unfinished} at={draftedAt} />
        </Section>
        <Section section="suppressions" wide {...shared}>
          <SuppressionPart {...draft.suppressions} />
        </Section>
        <Section section="offline" {...shared}>
          <OfflinePart {...draft.offline} />
        </Section>
        <Section section="calls" {...shared}>
          <CallPart {...draft.calls} />
        </Section>
        <Section section="checks" wide {...shared}>
          <CheckPart {...draft.checks} />
        </Section>
        <Section section="orders" wide {...shared}>
          <OrderPart {...draft.orders} />
        </Section>
        <Section section="system" {...shared}>
          <SystemPart system={draft.system} />
        </Section>
        <div class="handover-stack">
          <Section section="patrol" {...shared} />
          <Section section="instructions" {...shared} />
          <Section section="things" {...shared} />
        </div>
        <Signatures view={view} {...shared} />
      </div>
    </article>
  )
}

function Head({ view: { record }, calls, changed }: ViewProps) {
  const { live, times, preferences, session } = usePage()
  const words = useWords(HANDOVER)
  const texts = useTexts()
  const zone = times(useZone(null))
  const act = useAct(words.refusals)
  const { shift, state, draftedAt, id, signatures } = record
  const age = live.now.value - draftedAt
  const isOld = !isLocked(state) && age > FRESH_MS
  const redraft = () => void act.run(() => calls.draft(id)).then((drafted) => drafted && changed())
  return (
    <header class="handover-head">
      <h1>
        {words.title}
        <span class="handover-shift">
          {words.shiftLine(
            shift.day,
            shift.name[preferences.language.value],
            zone.shortTime(shift.from),
            zone.shortTime(shift.to),
          )}
        </span>
      </h1>
      <StateChip state={state} />
      <span class={`handover-age${isOld ? ' is-old' : ''}`} data-old={isOld}>
        {words.draftedAt(zone.full(draftedAt).slice(5, 16), agoText(age, texts))}
      </span>
      <span class="handover-acts">
        {!isLocked(state) && mayAct(session.signedIn.value) && (
          <button
            class={`button${isOld ? ' button-main' : ''}`}
            type="button"
            data-act="redraft"
            title={signatures.length > 0 ? words.redraftVoids : undefined}
            disabled={act.busy}
            onClick={redraft}
          >
            {act.busy ? words.drafting : words.redraft}
          </button>
        )}
        <button class="button" type="button" data-act="print" onClick={() => window.print()}>
          {words.print}
        </button>
      </span>
      {act.fault !== null && (
        <p class="error" role="alert">
          {act.fault}
        </p>
      )}
    </header>
  )
}
