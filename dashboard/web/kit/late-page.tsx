import { signal } from '@preact/signals'
import type { ComponentChild, ComponentType } from 'preact'
import { useEffect, useState } from 'preact/hooks'
import { errorText } from '../i18n/texts.ts'
import { useTexts } from '../page.ts'

/** A screen, or a part of one, that comes when it is first shown. */
export interface Late<P> {
  (props: P): ComponentChild
  /** Fetches the code ahead of need. What fails is asked for again when it is shown. */
  preload(): Promise<void>
}

/** What is shown until the code is there, where that is not a word in the middle of the screen. */
export interface LateOptions {
  readonly waiting?: () => ComponentChild
}

/** A screen or part whose code is loaded when it is first shown. Where that fails, it says so and can be asked again. */
export function latePage<P extends object>(
  load: () => Promise<ComponentType<P>>,
  { waiting = () => <Waiting /> }: LateOptions = {},
): Late<P> {
  // A signal, since code that comes between a drawing and what is done after it would be heard of by nobody.
  const code = signal<{ readonly Page: ComponentType<P> } | null>(null)
  const fetchCode = async () => {
    code.value ??= { Page: await load() }
  }
  function LatePage(props: P): ComponentChild {
    const texts = useTexts()
    const [failure, setFailure] = useState<{ readonly error: unknown } | null>(null)
    useEffect(() => {
      if (failure === null) fetchCode().catch((error: unknown) => setFailure({ error }))
    }, [failure])
    if (code.value !== null) return <code.value.Page {...props} />
    if (failure === null) return waiting()
    return (
      <p class="empty is-page" role="alert">
        {errorText(failure.error, texts)}{' '}
        <button class="button" type="button" onClick={() => setFailure(null)}>
          {texts.retry}
        </button>
      </p>
    )
  }
  return Object.assign(LatePage, { preload: () => fetchCode().catch(() => undefined) })
}

function Waiting() {
  return (
    <p class="empty is-page" role="status">
      {useTexts().loading}
    </p>
  )
}
