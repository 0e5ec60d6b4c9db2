import { useState } from 'preact/hooks'
import type { ChannelLamp } from '../../../core/contract/notice.ts'
import type { Person } from '../../../core/contract/roster.ts'
import { channelWord } from '../i18n/texts.ts'
import { usePage, useTexts } from '../page.ts'
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
  const { live } = usePage()
  const texts = useTexts()
  const words = texts.channelPanel
  const lamps = live.state.value.status?.lamps ?? []
  return (
    <section class="panel">
      <h2 class="panel-title">{words.title}</h2>
      <table class="channel-table">
        <thead>
          <tr>
            {[
              words.channel,
              words.state,
              words.why,
              words.lastAccepted,
              words.lastDelivered,
              words.counts,
              words.test,
            ].map((word) => (
              <th key={word} scope="col">
                {word}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {lamps.map((lamp) => (
            <ChannelRow key={lamp.channel} lamp={lamp} {...props} />
          ))}
        </tbody>
      </table>
    </section>
  )
}

function ChannelRow({ lamp, calls, persons }: TestProps & { readonly lamp: ChannelLamp }) {
  const { live, times } = usePage()
  const texts = useTexts()
  const words = texts.channelPanel
  const zone = times(useZone(null))
  const now = live.now.value
  const near = (at: number | null) => (at === null ? '–' : zone.near(at, now))
  return (
    <tr data-channel={lamp.channel} class={`is-${lamp.state}`}>
      <th scope="row">
        {channelWord(lamp.channel, texts)} <span class="hint">{texts.watch.media[lamp.medium]}</span>
      </th>
      <td>
        <span class={`channel-lamp is-${lamp.state}`}>{texts.watch.lamp[lamp.state]}</span>
        {typeof lamp.signalDbm === 'number' && ` ${lamp.signalDbm} dBm`}
      </td>
      <td>{lamp.why ?? '–'}</td>
      <td>{near(lamp.lastAcceptedAt)}</td>
      <td>{near(lamp.lastDeliveredAt)}</td>
      <td>{words.ofThem(lamp)}</td>
      <td>
        <TestCall channel={lamp.channel} calls={calls} persons={persons} />
      </td>
    </tr>
  )
}

/** Sends a test to whoever is reached over the channel; what became of it is seen at the lamp. */
function TestCall({ channel, calls, persons }: TestProps & { readonly channel: string }) {
  const { session } = usePage()
  const words = useTexts().channelPanel
  const act = useAct()
  const [sent, setSent] = useState<string | null>(null)
  const reached = persons.filter(({ contacts }) => contacts.some((contact) => contact.channel === channel))
  if (!mayAct(session.signedIn.value) || reached.length === 0) return null
  return (
    <span class="test-call">
      {reached.map(({ id, name }) => (
        <button
          key={id}
          class="button"
          type="button"
          data-act="test-call"
          disabled={act.busy}
          onClick={() => void act.run(() => calls.testCall(channel, id)).then((done) => setSent(done ? name : null))}
        >
          {name}
        </button>
      ))}
      {sent !== null && <span role="status">{words.sent(sent)}</span>}
      {act.fault !== null && (
        <span class="error" role="alert">
          {act.fault}
        </span>
      )}
    </span>
  )
}
