import { useId, useState } from 'preact/hooks'
import { QUALITY } from '../i18n/quality-words.ts'
import { useWords } from '../page.ts'
import type { Verdict } from '../stores/quality-figures.ts'

const SIGNS: Readonly<Record<Verdict, string>> = { met: '✓', missed: '✕', partly: '◐', none: '—', info: '·' }

/** How a figure stands to its target, by shape and word. */
export function VerdictMark({ is }: { readonly is: Verdict }) {
  const words = useWords(QUALITY)
  return (
    <span class={`quality-verdict is-${is}`} data-verdict={is}>
      <span aria-hidden="true">{SIGNS[is]}</span> {words.verdicts[is]}
    </span>
  )
}

interface AboutProps {
  readonly name: string
  readonly about: string
  readonly target: string
}

/** What a figure is called; its definition and target come up on focus, on hover and when it is pressed. */
export function FigureName({ name, about, target }: AboutProps) {
  const words = useWords(QUALITY)
  const [isOpen, setOpen] = useState(false)
  const id = useId()
  return (
    <span class="figure-name">
      <button
        class="figure-button"
        type="button"
        aria-expanded={isOpen}
        aria-describedby={id}
        onClick={() => setOpen(!isOpen)}
        onBlur={() => setOpen(false)}
      >
        {name}
      </button>
      <span id={id} role="tooltip" class={`figure-about${isOpen ? ' is-open' : ''}`}>
        {words.about(about, target)}
      </span>
    </span>
  )
}
