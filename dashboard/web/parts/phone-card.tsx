import { useState } from 'preact/hooks'
import type { Alarm } from '../../../core/contract/alarm.ts'
import type { Site } from '../../../core/contract/site.ts'
import { usePage, useRuleTexts, useTexts } from '../page.ts'
import { spanText } from '../show/time.ts'
import { needsNote } from '../stores/desk.ts'
import type { PhoneDesk } from '../stores/phone-desk.ts'
import { AlarmMark, PriorityWord } from './mark.tsx'
import { PhoneForm } from './phone-form.tsx'
import { PhoneGo } from './phone-go.tsx'
import { PhotoButton } from './phone-photo-button.tsx'
import type { PhoneUser, PhoneView } from './phone-use.ts'
import { PhoneQueued } from './phone-waiting.tsx'
import { usePhoneWords } from './phone-words.ts'
import { useAct } from './use-act.ts'
import { FALLBACK_ZONE } from './use-zone.ts'

interface CardProps {
  readonly alarm: Alarm
  readonly user: PhoneUser
  readonly view: PhoneView
  readonly desk: PhoneDesk
}

/** One alarm in the hand: what, where, since when, why, and what can be done about it here. */
export function PhoneCard({ alarm, user, view, desk }: CardProps) {
  const words = usePhoneWords()
  const queue = desk.queue.value.filter(({ alarm: about }) => about === alarm.id)
  const said = desk.said.value.get(alarm.id)
  const site = view.site(alarm.site)
  return (
    <li class={`phone-card is-${alarm.priority}`} data-alarm={alarm.id}>
      <CardFacts alarm={alarm} site={site} view={view} />
      {queue.length > 0 && (
        <ul class="phone-queue">
          {queue.map((item) => (
            <PhoneQueued key={item.id} item={item} desk={desk} />
          ))}
        </ul>
      )}
      {said !== undefined && (
        <p class="phone-said" role="status" data-said={said.item.act.do}>
          {words.has(words.acts[said.item.act.do])}
          {said.before !== null && <span> {words.already(said.before)}</span>}
        </p>
      )}
      <CardActs alarm={alarm} user={user} desk={desk} />
      <PhoneGo alarm={alarm} site={site} live={view.live} />
    </li>
  )
}

interface FactsProps {
  readonly alarm: Alarm
  readonly site: Site | null
  readonly view: PhoneView
}

function CardFacts({ alarm, site, view }: FactsProps) {
  const texts = useTexts()
  const words = usePhoneWords()
  const rules = useRuleTexts()
  const { times, preferences } = usePage()
  const zone = site?.zone ?? FALLBACK_ZONE
  const near = (at: number) => times(zone).near(at, view.now)
  const { acknowledgement: answer, findings } = alarm
  const photos = findings.reduce((sum, { pictures = [] }) => sum + pictures.length, 0)
  const there = findings.find(({ kind }) => kind === 'on-site')
  const lasted = spanText((alarm.returnedAt ?? view.now) - alarm.raisedAt, texts)
  return (
    <>
      <div class="phone-head">
        <AlarmMark alarm={alarm} size={40} />
        <h3>
          <PriorityWord priority={alarm.priority} /> {rules.typeName(alarm.ruleType)}
          <span class="phone-site">{site?.name[preferences.language.value] ?? alarm.site}</span>
        </h3>
        <span class={`state-word is-${alarm.state}`}>{texts.alarmShort[alarm.state]}</span>
      </div>
      <p class="phone-reason">{rules.explain(alarm.explanation, zone)}</p>
      <p class="phone-soft">
        {texts.alarms.since(near(alarm.raisedAt), lasted)} · <span class="phone-number">{alarm.number}</span>
      </p>
      <ul class="phone-facts">
        {answer !== null && <li>{words.acknowledgedBy(answer.by, near(answer.at))}</li>}
        {there !== undefined && <li>{words.onSpot(there.by, near(there.at))}</li>}
        {photos > 0 && <li>{words.photos(photos)}</li>}
      </ul>
    </>
  )
}

/** Who may answer an alarm; a technician on the spot may add photos. */
const ANSWERS: readonly PhoneUser['role'][] = ['operator', 'duty-leader', 'administrator']

interface ActsProps {
  readonly alarm: Alarm
  readonly user: PhoneUser
  readonly desk: PhoneDesk
}

function CardActs({ alarm, user, desk }: ActsProps) {
  const words = usePhoneWords()
  const [open, setOpen] = useState<'acknowledge' | 'result' | null>(null)
  const arriving = useAct()
  const waits = desk.queue.value.filter(({ alarm: about, refused }) => about === alarm.id && refused === null)
  const isWaiting = (act: string) => waits.some((item) => item.act.do === act)
  if (user.role === 'viewer') return null
  if (open !== null) return <OpenForm {...{ alarm, desk, act: open, close: () => setOpen(null) }} />
  const mayAnswer = ANSWERS.includes(user.role)
  return (
    <div class="phone-acts">
      {mayAnswer && alarm.acknowledgement === null && !isWaiting('acknowledge') && (
        <button
          class="button button-main phone-button"
          type="button"
          data-act="acknowledge"
          onClick={() => setOpen('acknowledge')}
        >
          {words.acts.acknowledge}
        </button>
      )}
      {mayAnswer && (
        <button
          class="button phone-button"
          type="button"
          data-act="arrive"
          disabled={arriving.busy || isWaiting('arrive')}
          onClick={() => void arriving.run(() => desk.say(alarm, { do: 'arrive' }))}
        >
          {words.acts.arrive}
        </button>
      )}
      <PhotoButton take={(photo) => desk.say(alarm, { do: 'photo', note: '' }, photo)} />
      {mayAnswer && (
        <button class="button phone-button" type="button" data-act="result" onClick={() => setOpen('result')}>
          {words.acts.result}
        </button>
      )}
      {arriving.fault !== null && (
        <p class="error" role="alert">
          {arriving.fault}
        </p>
      )}
    </div>
  )
}

interface OpenProps {
  readonly alarm: Alarm
  readonly desk: PhoneDesk
  readonly act: 'acknowledge' | 'result'
  readonly close: () => void
}

function OpenForm({ alarm, desk, act, close }: OpenProps) {
  const words = usePhoneWords()
  const isAnswer = act === 'acknowledge'
  // Of an alarm that was kept without its raises, its own id is the newest that is known.
  const seen = alarm.activations.at(-1)?.occurrence ?? alarm.id
  return (
    <PhoneForm
      title={isAnswer ? words.whatDone : words.whatFound}
      phrases={words.phrases[act]}
      isNeeded={isAnswer ? needsNote(alarm.priority) : true}
      close={close}
      send={(note) => desk.say(alarm, isAnswer ? { do: 'acknowledge', note, seen } : { do: 'result', note })}
    />
  )
}
