import { useState } from 'preact/hooks'
import '../style/free-time.css'
import { TRENDS } from '../i18n/trends-words.ts'
import { useWords } from '../page.ts'
import { fieldIn, instantIn } from '../show/zone-offset.ts'

interface FreeTimeProps {
  /** What the fields say at first, ms. */
  readonly from: number
  readonly to: number
  readonly zone: string
  readonly isOpen: boolean
  /** Shows what lies between; false where that cannot be. */
  readonly show: (from: number, to: number) => boolean
}

/** Begin and end as somebody types them, in the time of a zone. */
export function FreeTime({ from: first, to: last, zone, isOpen, show }: FreeTimeProps) {
  const words = useWords(TRENDS)
  const [from, setFrom] = useState(() => fieldIn(zone, first))
  const [to, setTo] = useState(() => fieldIn(zone, last))
  const [isBad, setBad] = useState(false)
  return (
    <details class="free-time" open={isOpen}>
      <summary class="choice">{words.free}</summary>
      <form
        noValidate
        onSubmit={(event) => {
          event.preventDefault()
          setBad(!show(instantIn(zone, from), instantIn(zone, to)))
        }}
      >
        <Instant name="from" word={words.from} value={from} change={setFrom} />
        <Instant name="to" word={words.to} value={to} change={setTo} />
        <button class="button" type="submit" data-act="show">
          {words.show}
        </button>
        {isBad && (
          <p class="error" role="alert">
            {words.badTime}
          </p>
        )}
      </form>
    </details>
  )
}

interface InstantProps {
  readonly name: string
  readonly word: string
  readonly value: string
  readonly change: (value: string) => void
}

function Instant({ name, word, value, change }: InstantProps) {
  return (
    <label>
      <span>{word}</span>
      <input type="datetime-local" name={name} value={value} onInput={(event) => change(event.currentTarget.value)} />
    </label>
  )
}
