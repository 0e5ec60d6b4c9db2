interface ChoicesProps<T extends string | number> {
  /** What is chosen, for whoever hears it. */
  readonly label: string
  readonly options: readonly T[]
  readonly word: (option: T) => string
  readonly chosen: T | null
  readonly choose: (option: T) => void
  /** Name of what is chosen, under which each button says what it stands for. */
  readonly name: string
}

/** A row of buttons of which one is pressed. */
export function Choices<T extends string | number>({ label, options, word, chosen, choose, name }: ChoicesProps<T>) {
  return (
    <div class="choices" role="group" aria-label={label}>
      {options.map((option) => (
        <button
          key={option}
          class="choice"
          type="button"
          {...{ [`data-${name}`]: option }}
          aria-pressed={option === chosen}
          onClick={() => choose(option)}
        >
          {word(option)}
        </button>
      ))}
    </div>
  )
}
