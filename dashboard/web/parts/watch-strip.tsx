import type { ChannelLamp } from '../../../core/contract/notice.ts'
import type { DeskStatus } from '../../../core/contract/live.ts'
import { usePage, useTexts } from '../page.ts'
import { addressOf } from '../stores/route.ts'

/** The line under the header: who is on duty, whether messages get out, what is held back. Grey while all is well. */
export function WatchStrip() {
  const { live, preferences } = usePage()
  const texts = useTexts().watch
  const { status } = live.state.value
  if (status === null) return null
  const language = preferences.language.value
  return (
    <a class="watch" href={`#${addressOf({ page: 'duty' })}`} aria-label={texts.open}>
      <span class="watch-duty">
        {status.onDuty.map(({ role, name, persons }) => (
          <span key={role} class={`watch-role${persons.length === 0 ? ' is-bad' : ''}`}>
            <span class="watch-name">{name[language]}</span>{' '}
            {persons.length === 0
              ? texts.nobody
              : persons.map(({ id, name: who, checkedInAt }) => (
                  <span key={id} class="watch-person" title={checkedInAt === null ? texts.notIn : undefined}>
                    {who}
                    {checkedInAt === null ? ' ○' : ' ●'}
                  </span>
                ))}
          </span>
        ))}
      </span>
      <span class="watch-lamps">
        {status.lamps.map((lamp) => (
          <Lamp key={lamp.channel} lamp={lamp} />
        ))}
        <Watchman state={status.watchman} />
      </span>
      {status.suppressed > 0 && <span class="badge">{texts.suppressed(status.suppressed)}</span>}
      {status.storm && <strong class="watch-storm">{texts.storm}</strong>}
    </a>
  )
}

const SIGNS: Readonly<Record<ChannelLamp['state'], string>> = { good: '●', degraded: '◑', down: '✕', unproven: '○' }

function Lamp({ lamp }: { readonly lamp: ChannelLamp }) {
  const texts = useTexts().watch
  const signal = typeof lamp.signalDbm === 'number' ? ` ${lamp.signalDbm} dBm` : ''
  return (
    <span
      class={`channel-lamp is-${lamp.state}`}
      data-channel={lamp.channel}
      title={[lamp.channel, texts.lamp[lamp.state], lamp.why ?? ''].filter((part) => part !== '').join(' · ')}
    >
      <span aria-hidden="true">{SIGNS[lamp.state]}</span> {texts.media[lamp.medium]}
      {signal}
      {lamp.state !== 'good' && <span class="channel-word"> {texts.lamp[lamp.state]}</span>}
    </span>
  )
}

function Watchman({ state }: { readonly state: DeskStatus['watchman'] }) {
  const texts = useTexts().watch
  if (state === 'good') return null
  return (
    <span class={`channel-lamp is-${state === 'silent' ? 'down' : 'unproven'}`} data-channel="watchman">
      <span aria-hidden="true">{state === 'silent' ? '✕' : '○'}</span> {texts.watchman[state]}
    </span>
  )
}
