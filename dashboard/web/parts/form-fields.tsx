interface EntryProps {
  readonly label: string
  readonly name: string
  readonly value: string
  readonly type?: 'text' | 'number' | 'date' | 'tel'
  readonly set: (value: string) => void
}

/** A field somebody types into, with its label. */
export function Entry({ label, name, value, type = 'text', set }: EntryProps) {
  return (
    <label class="field">
      <span class="field-label">{label}</span>
      <Input name={name} value={value} type={type} set={set} />
    </label>
  )
}

function Input({ name, value, type, set }: Required<Omit<EntryProps, 'label'>>) {
  const common = {
    name,
    value,
    onInput: (event: { readonly currentTarget: HTMLInputElement }) => set(event.currentTarget.value),
  }
  switch (type) {
    case 'number':
      return <input type="number" {...common} />
    case 'date':
      return <input type="date" {...common} />
    case 'tel':
      return <input type="tel" {...common} />
    case 'text':
      return <input type="text" {...common} />
  }
}

interface ChoiceProps {
  readonly label: string
  readonly name: string
  readonly value: string
  readonly options: readonly (readonly [value: string, word: string])[]
  readonly set: (value: string) => void
}

/** A field with a few values to choose from, with its label. */
export function Choice({ label, name, value, options, set }: ChoiceProps) {
  return (
    <label class="field">
      <span class="field-label">{label}</span>
      <select name={name} value={value} onChange={(event) => set(event.currentTarget.value)}>
        {options.map(([key, word]) => (
          <option key={key} value={key}>
            {word}
          </option>
        ))}
      </select>
    </label>
  )
}
