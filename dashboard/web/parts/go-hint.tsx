import type { ReadonlySignal } from '@preact/signals'
import { usePage, useTexts } from '../page.ts'
import { placesFor } from '../stores/places.ts'

/** While `g` waits for its letter: which letters there are. */
export function GoHint({ going }: { readonly going: ReadonlySignal<boolean> }) {
  const texts = useTexts()
  const signedIn = usePage().session.signedIn.value
  if (!going.value || signedIn.is !== 'in') return null
  return (
    <div class="go-hint" role="status">
      <p class="soft">{texts.shell.goNow}</p>
      <ul>
        {placesFor(signedIn.session.role).map(({ name, letter }) => (
          <li key={name}>
            <kbd>{letter.toUpperCase()}</kbd> {texts.nav[name]}
          </li>
        ))}
      </ul>
    </div>
  )
}
