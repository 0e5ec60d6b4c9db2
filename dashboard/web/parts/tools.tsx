import { useState } from 'preact/hooks'
import { usePage, useTexts } from '../page.ts'
import { spanText } from '../show/time.ts'
import type { Theme } from '../stores/preferences.ts'

const NEXT_THEME: Readonly<Record<Theme, Theme>> = { auto: 'day', day: 'night', night: 'auto' }
const THEME_SIGNS: Readonly<Record<Theme, string>> = { auto: '◐', day: '○', night: '●' }

/** Language and theme, and once somebody is signed in: sound, help, who it is, and the way out. */
export function Tools({ help }: { readonly help: (() => void) | null }) {
  const texts = useTexts()
  const { preferences, session } = usePage()
  const { theme } = preferences
  const signedIn = session.signedIn.value
  return (
    <div class="tools">
      <LanguageTool />
      <button
        class="tool"
        type="button"
        data-act="theme"
        aria-label={`${texts.header.theme[theme.value]} · ${texts.header.themeLabel}`}
        onClick={() => (theme.value = NEXT_THEME[theme.value])}
      >
        <span aria-hidden="true">{THEME_SIGNS[theme.value]}</span>
        <span class="tool-word">{texts.header.theme[theme.value]}</span>
      </button>
      {signedIn.is === 'in' && (
        <>
          <SoundTools />
          {help !== null && (
            <button class="tool" type="button" aria-label={`? · ${texts.header.help}`} onClick={help}>
              ?
            </button>
          )}
          <span class="user">{signedIn.session.user}</span>
          <button
            class="tool"
            type="button"
            onClick={() => void session.signOut(AbortSignal.timeout(10_000)).catch(() => session.expire())}
          >
            {texts.header.signOut}
          </button>
        </>
      )}
    </div>
  )
}

/** Changes the language once its texts are there. */
function LanguageTool() {
  const shelf = usePage().texts
  const { language } = usePage().preferences
  const texts = useTexts()
  const [failed, setFailed] = useState(false)
  const change = () => {
    const next = language.value === 'zh-CN' ? 'en' : 'zh-CN'
    setFailed(false)
    shelf.load(next).then(
      () => (language.value = next),
      () => setFailed(true),
    )
  }
  return (
    <>
      <button
        class="tool"
        type="button"
        lang={language.value === 'zh-CN' ? 'en' : 'zh-CN'}
        data-act="language"
        aria-label={`${texts.header.language} · ${texts.header.languageLabel}`}
        onClick={change}
      >
        {texts.header.language}
      </button>
      {failed && (
        <p class="toast" role="alert">
          {texts.shell.languageFailed}
        </p>
      )}
    </>
  )
}

/** Sound on and off for good, and silence for a while. */
function SoundTools() {
  const texts = useTexts()
  const { preferences, hush, live } = usePage()
  const { sound } = preferences
  const leftMs = hush.leftMs.value
  const { start, left, end } = texts.shell.hush
  const words = leftMs > 0 ? `${left(spanText(leftMs, texts))} · ${end}` : start
  return (
    <>
      <button
        class="tool"
        type="button"
        data-act="sound"
        aria-label={texts.header.sound(sound.value)}
        onClick={() => (sound.value = !sound.value)}
      >
        <span class={sound.value ? '' : 'is-off'} aria-hidden="true">
          ♪
        </span>
        <span class="tool-word">{texts.header.sound(sound.value)}</span>
      </button>
      {sound.value && (
        <button
          class={`tool${leftMs > 0 ? ' is-on' : ''}`}
          type="button"
          data-act="hush"
          aria-keyshortcuts="n"
          aria-pressed={leftMs > 0}
          aria-label={words}
          title={words}
          onClick={() => hush.toggle(live.state.value.alarms.keys())}
        >
          <HushSign />
          {leftMs > 0 ? <span>{countdown(leftMs)}</span> : <span class="tool-word">{texts.shell.hush.tool}</span>}
        </button>
      )}
    </>
  )
}

/** A bell that is struck through: there is no sign for it in every font. */
function HushSign() {
  return (
    <svg class="tool-sign" width="18" height="18" viewBox="0 0 18 18" aria-hidden="true">
      <path d="M4 13h10l-1.4-2V8a3.6 3.6 0 0 0-7.2 0v3ZM7.6 15h2.8M2.5 2.5l13 13" />
    </svg>
  )
}

/** `1:59` */
function countdown(ms: number): string {
  const seconds = Math.ceil(ms / 1_000)
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`
}
