import type { ComponentType } from 'preact'
import { useEffect, useState } from 'preact/hooks'
import { errorText } from '../i18n/texts.ts'
import { useTexts } from '../page.ts'
import type { Query } from '../stores/route.ts'

interface PageProps {
  readonly query: Query
}

/** A screen whose code is loaded when it is first shown. Where that fails, it says so and can be asked again. */
export function latePage(load: () => Promise<ComponentType<PageProps>>): ComponentType<PageProps> {
  let loaded: ComponentType<PageProps> | null = null
  return function LatePage({ query }: PageProps) {
    const texts = useTexts()
    const [failure, setFailure] = useState<{ readonly error: unknown } | null>(null)
    const [, setShown] = useState(false)
    useEffect(() => {
      if (loaded !== null || failure !== null) return
      load().then(
        (page) => {
          loaded = page
          setShown(true)
        },
        (error: unknown) => setFailure({ error }),
      )
    }, [failure])
    const Page = loaded
    if (Page !== null) return <Page query={query} />
    if (failure === null) {
      return (
        <p class="empty is-page" role="status">
          {texts.loading}
        </p>
      )
    }
    return (
      <p class="empty is-page" role="alert">
        {errorText(failure.error, texts)}{' '}
        <button class="button" type="button" onClick={() => setFailure(null)}>
          {texts.retry}
        </button>
      </p>
    )
  }
}
