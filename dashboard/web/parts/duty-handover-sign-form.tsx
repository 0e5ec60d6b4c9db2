import { useEffect, useRef, useState } from 'preact/hooks'
import type { HandoverRecord, HandoverSide } from '../../../core/contract/handover.ts'
import type { ShiftPerson } from '../../../core/contract/handover-draft.ts'
import { HANDOVER } from '../i18n/handover-words.ts'
import { usePage, useTexts, useWords } from '../page.ts'
import type { SignBody } from '../stores/duty-handover.ts'
import { mayLead } from '../stores/session.ts'
import { useAct } from './use-act.ts'

/** Characters a field takes. */
const MOST = { user: 256, note: 1_000, inPlace: 500 } as const

interface SignFormProps {
  readonly side: HandoverSide
  readonly record: HandoverRecord
  readonly sign: (body: SignBody) => Promise<unknown>
  readonly done: (signed: boolean) => void
}

interface Typed {
  readonly user: string
  readonly password: string
  readonly note: string
  readonly person: string
  readonly inPlace: string
}

const NOTHING: Typed = { user: '', password: '', note: '', person: '', inPlace: '' }

/** Signs for a side: whoever is signed in, or somebody who types name and password at this desk. */
export function SignForm({ side, record, sign, done }: SignFormProps) {
  const { session } = usePage()
  const words = useWords(HANDOVER)
  const texts = useTexts()
  const act = useAct({ ...words.refusals, ...words.otherRefusals })
  const dialog = useRef<HTMLDialogElement>(null)
  const isSigned = useRef(false)
  useEffect(() => dialog.current?.showModal(), [])
  const signedIn = session.signedIn.value
  const user = signedIn.is === 'in' ? signedIn.session.user : ''
  // Who has signed for another side has somebody else sign for this one, most likely.
  const [isOther, setOther] = useState(record.signatures.some((one) => one.user === user && one.side !== side))
  const [typed, setTyped] = useState(NOTHING)
  const send = async () => {
    await sign(bodyOf(side, typed, isOther))
    isSigned.current = true
    dialog.current?.close()
  }
  return (
    <dialog ref={dialog} class="dialog" aria-labelledby="sign-title" onClose={() => done(isSigned.current)}>
      <form
        noValidate
        onSubmit={(event) => {
          event.preventDefault()
          void act.run(send)
        }}
      >
        <h2 id="sign-title" class="dialog-title">
          {words.sign(words.sides[side])}
        </h2>
        <p>{words.signs}</p>
        <fieldset class="second handover-who">
          <legend class="unseen">{words.person}</legend>
          <Way name="myself" word={words.myself(user)} isOn={!isOther} choose={() => setOther(false)} />
          <Way name="other" word={words.other} isOn={isOther} choose={() => setOther(true)} />
        </fieldset>
        <SignFields
          typed={typed}
          type={(part) => setTyped({ ...typed, ...part })}
          persons={personsOf(record, side)}
          isOther={isOther}
          mayBeInPlace={side !== 'leader' && (isOther || mayLead(signedIn))}
        />
        {act.fault !== null && (
          <p class="error" role="alert">
            {act.fault}
          </p>
        )}
        <div class="dialog-foot">
          <span class="hint" />
          <button class="button" type="button" onClick={() => dialog.current?.close()}>
            {texts.ack.cancel}
          </button>
          <button class="button button-main" type="submit" data-act="confirm-sign" disabled={act.busy}>
            {act.busy ? words.busy : words.confirm}
          </button>
        </div>
      </form>
    </dialog>
  )
}

/** What is sent: what nobody has typed is left out. */
function bodyOf(side: HandoverSide, { user, password, note, person, inPlace }: Typed, isOther: boolean): SignBody {
  return {
    ...{ side, note },
    ...(person === '' ? {} : { person }),
    ...(inPlace.trim() === '' ? {} : { inPlace: inPlace.trim() }),
    ...(isOther ? { second: { user, password } } : {}),
  }
}

interface SignFieldsProps {
  readonly typed: Typed
  readonly type: (part: Partial<Typed>) => void
  readonly persons: readonly ShiftPerson[]
  readonly isOther: boolean
  readonly mayBeInPlace: boolean
}

function SignFields({ typed, type, persons, isOther, mayBeInPlace }: SignFieldsProps) {
  const words = useWords(HANDOVER)
  const field = (name: 'user' | 'note' | 'inPlace', label: string) => (
    <label class="field">
      <span class="field-label">{label}</span>
      <input
        name={`sign-${name}`}
        autoComplete="off"
        maxLength={MOST[name]}
        value={typed[name]}
        onInput={(event) => type({ [name]: event.currentTarget.value })}
      />
    </label>
  )
  return (
    <>
      {isOther && field('user', words.user)}
      {isOther && (
        <label class="field">
          <span class="field-label">{words.password}</span>
          <input
            name="sign-password"
            type="password"
            autoComplete="off"
            maxLength={MOST.user}
            value={typed.password}
            onInput={(event) => type({ password: event.currentTarget.value })}
          />
        </label>
      )}
      {persons.length > 1 && (
        <label class="field">
          <span class="field-label">{words.person}</span>
          <select
            name="sign-person"
            value={typed.person}
            onChange={(event) => type({ person: event.currentTarget.value })}
          >
            <option value="">—</option>
            {persons.map(({ id, name }) => (
              <option key={id} value={id}>
                {name}
              </option>
            ))}
          </select>
        </label>
      )}
      {field('note', words.note)}
      {mayBeInPlace && field('inPlace', words.inPlaceWhy)}
    </>
  )
}

interface WayProps {
  readonly name: string
  readonly word: string
  readonly isOn: boolean
  readonly choose: () => void
}

function Way({ name, word, isOn, choose }: WayProps) {
  return (
    <label class="handover-way">
      <input type="radio" name="sign-who" value={name} checked={isOn} onChange={choose} />
      {word}
    </label>
  )
}

function personsOf({ draft: { shift } }: HandoverRecord, side: HandoverSide): readonly ShiftPerson[] {
  if (side === 'leader') return shift.leaders
  return side === 'outgoing' ? shift.crew : shift.next
}
