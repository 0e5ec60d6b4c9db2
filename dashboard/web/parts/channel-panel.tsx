import { useState } from 'preact/hooks'
import type { ChannelLamp } from '../../../core/contract/notice.ts'
import type { Person } from '../../../core/contract/roster.ts'
import { channelWord } from '../i18n/texts.ts'
import { DUTY } from '../i18n/duty-words.ts'
import { usePage, useTexts, useWords } from '../page.ts'
import type { DutyCalls } from '../stores/duty-calls.ts'
import { mayAct } from '../stores/session.ts'
import { useAct } from './use-act.ts'
import { useZone } from './use-zone.ts'

interface TestProps {
  readonly calls: DutyCalls
  readonly persons: readonly Person[]
}

/** Every way messages go out, with its lamp: what the provider or the modem said last, and the counts of 24 h. */
export function ChannelPanel(props: TestProps) {
  const texts = useWords(DUTY).channelPanel
  const lamps = usePage().live.state.value.status?.lamps ?? []
  return (
    <section class="panel">
      <h2 class="panel-title">{texts.title}</h2>
      {lamps.length === 0 && <p class="empty">{texts.none}</p>}
      <ul class="ways">
        {lamps.map((lamp) => (
          <Way key={lamp.channel} lamp={lamp} {...props} />
        ))}
      </ul>
    </section>
  )
}

function Way({ lamp, calls, persons }: TestProps & { readonly lamp: ChannelLamp }) {
  const { live, times } = usePage()
  const texts = useTexts()
  const words = useWords(DUTY).channelPanel
  const zone = times(useZone(null))
  const now = live.now.value
  const { channel, medium, state, why, lastAcceptedAt, lastDeliveredAt, signalDbm } = lamp
  const last = [
    lastAcceptedAt === null ? null : words.lastAccepted(zone.near(lastAcceptedAt, now)),
    lastDeliveredAt === null ? null : words.lastDelivered(zone.near(lastDeliveredAt, now)),
    typeof signalDbm === 'number' ? `${signalDbm} dBm` : null,
  ].filter((part) => part !== null)
  return (
    <li class="way" data-way={channel}>
      <span class="way-name">
        {channelWord(channel, texts)} <span class="hint">{texts.watch.media[medium]}</span>
      </span>
      <span class={`channel-lamp is-${state}`}>{texts.watch.lamp[state]}</span>
      <span class="way-facts">
        {why !== null && <span class="way-why">{why}</span>}
        <span>{words.ofThem(lamp)}</span>
        {last.length > 0 && <span>{last.join(' · ')}</span>}
      </span>
      <TestCall channel={channel} calls={calls} persons={persons} />
    </li>
  )
}

/** Sends a test to whoever is reached over the channel; what became of it is seen at the lamp. */
function TestCall({ channel, calls, persons }: TestProps & { readonly channel: string }) {
  const { session } = usePage()
  const words = useWords(DUTY).channelPanel
  const act = useAct(useWords(DUTY).refusals)
  const reached = persons.filter(({ contacts }) => contacts.some((contact) => contact.channel === channel))
  const [person, setPerson] = useState(reached[0]?.id ?? '')
  const [sent, setSent] = useState<string | null>(null)
  if (!mayAct(session.signedIn.value) || reached.length === 0) return null
  const name = reached.find(({ id }) => id === person)?.name ?? ''
  return (
    <form
      class="test-call"
      onSubmit={(event) => {
        event.preventDefault()
        setSent(null)
        void act.run(() => calls.testCall(channel, person)).then((done) => setSent(done ? name : null))
      }}
    >
      <select aria-label={words.testWho} value={person} onChange={(event) => setPerson(event.currentTarget.value)}>
        {reached.map(({ id, name: who }) => (
          <option key={id} value={id}>
            {who}
          </option>
        ))}
      </select>
      <button class="button" type="submit" data-act="test-call" disabled={act.busy}>
        {words.test}
      </button>
      {sent !== null && <span role="status">{words.sent(sent)}</span>}
      {act.fault !== null && (
        <span class="error" role="alert">
          {act.fault}
        </span>
      )}
    </form>
  )
}
