import type { ComponentChildren } from 'preact'
import { useErrorBoundary } from 'preact/hooks'
import { messageOf } from '../../../core/kit/errors.ts'
import { usePage, useTexts } from '../page.ts'

/** Keeps the fault of one screen to that screen: what failed is said, and the rest of the page goes on. */
export function Boundary({ children }: { readonly children: ComponentChildren }) {
  const { faults, router } = usePage()
  const texts = useTexts().shell.broken
  const [error, again] = useErrorBoundary((thrown: unknown) => faults.add(thrown)) as [unknown, () => void]
  if (error === undefined) return <>{children}</>
  return (
    <section class="panel broken" role="alert">
      <h1>{texts.title}</h1>
      <p>{texts.what}</p>
      <p class="hash is-whole">{messageOf(error)}</p>
      <div class="acts">
        <button class="button button-main" type="button" data-act="again" onClick={again}>
          {texts.again}
        </button>
        <button
          class="button"
          type="button"
          onClick={() => {
            again()
            router.go({ page: 'overview' })
          }}
        >
          {texts.back}
        </button>
        <button class="button" type="button" onClick={() => location.reload()}>
          {texts.reload}
        </button>
      </div>
    </section>
  )
}
