import type { ChannelLamp } from '../../../core/contract/notice.ts'
import { channelWord } from '../i18n/texts.ts'
import { usePage, useTexts } from '../page.ts'
import { useZone } from './use-zone.ts'

/** Every way messages go out, with its lamp: what the provider or the modem said last, and the counts of 24 h. */
export function ChannelPanel() {
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
            {[words.channel, words.state, words.why, words.lastAccepted, words.lastDelivered, words.counts].map(
              (word) => (
                <th key={word} scope="col">
                  {word}
                </th>
              ),
            )}
          </tr>
        </thead>
        <tbody>
          {lamps.map((lamp) => (
            <ChannelRow key={lamp.channel} lamp={lamp} />
          ))}
        </tbody>
      </table>
    </section>
  )
}

function ChannelRow({ lamp }: { readonly lamp: ChannelLamp }) {
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
    </tr>
  )
}
