import type { ChannelLamp } from '../../../core/contract/notice.ts'
import type { DeskStatus } from '../../../core/contract/live.ts'
import { channelWord, whyWord } from '../i18n/texts.ts'
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
    <a class="watch" href={`#${addressOf({ page: 'duty' })}`} title={texts.open}>
      <span class="unseen">{texts.label}: </span>
      <span class="watch-duty">
        {status.onDuty.map(({ role, name, persons }) => (
          <span key={role} class="watch-role" data-role={role}>
            <span class="watch-name">{name[language]}</span>{' '}
            {persons.length === 0 && <strong class="alert-word">{texts.nobody}</strong>}
            {persons.map(({ id, name: who, checkedInAt }) => (
              <span key={id} class="watch-person">
                {who}
                {checkedInAt === null && <span class="watch-absent"> {texts.notIn}</span>}
              </span>
            ))}
          </span>
        ))}
        {status.onDuty.length === 0 && <strong class="alert-word">{texts.nobody}</strong>}
      </span>
      {status.suppressed > 0 && <span class="badge">{texts.suppressed(status.suppressed)}</span>}
      {status.storm && <strong class="alert-word watch-storm">{texts.storm}</strong>}
      <span class="watch-lamps">
        {status.lamps.map((lamp) => (
          <Lamp key={lamp.channel} lamp={lamp} />
        ))}
        <Watchman state={status.watchman} />
      </span>
    </a>
  )
}

const SIGNS: Readonly<Record<ChannelLamp['state'], string>> = { good: '●', degraded: '◑', down: '✕', unproven: '○' }

function Lamp({ lamp }: { readonly lamp: ChannelLamp }) {
  const texts = useTexts()
  const { media, lamp: states } = texts.watch
  return (
    <span
      class={`channel-lamp is-${lamp.state}`}
      data-channel={lamp.channel}
      title={[channelWord(lamp.channel, texts), states[lamp.state], lamp.why === null ? '' : whyWord(lamp.why, texts)]
        .filter(Boolean)
        .join(' · ')}
    >
      <span aria-hidden="true">{SIGNS[lamp.state]}</span> {media[lamp.medium]}
      <span class={lamp.state === 'good' ? 'unseen' : 'channel-word'}> {states[lamp.state]}</span>
    </span>
  )
}

function Watchman({ state }: { readonly state: DeskStatus['watchman'] }) {
  const texts = useTexts().watch
  if (state === 'good') return null
  return (
    <span class={`channel-lamp is-${state === 'silent' ? 'down' : 'unproven'}`} data-channel="watchman">
      <span aria-hidden="true">{SIGNS[state === 'silent' ? 'down' : 'unproven']}</span> {texts.watchman[state]}
    </span>
  )
}
