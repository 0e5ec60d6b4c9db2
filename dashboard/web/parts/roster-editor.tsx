import { useState } from 'preact/hooks'
import type { RosterNow } from '../../../core/contract/duty-acts.ts'
import type { Contact } from '../../../core/contract/roster.ts'
import { PROOF_MS } from '../../../core/alarms/roster/forecast.ts'
import { HouseError } from '../../../core/kit/errors.ts'
import { channelWord } from '../i18n/texts.ts'
import { DUTY } from '../i18n/duty-words.ts'
import { usePage, useTexts, useWords } from '../page.ts'
import type { DutyCalls } from '../stores/duty-calls.ts'
import { maySpeakFor, readRoster } from '../stores/duty-people.ts'
import { mayLead } from '../stores/session.ts'
import { useAct } from './use-act.ts'
import { useZone } from './use-zone.ts'

interface EditorProps {
  readonly known: RosterNow
  readonly calls: DutyCalls
  readonly changed: () => void
}

/** Persons and how they are reached, each contact with its proof; and the whole roster as text, for shifts and ladders. */
export function RosterEditor({ known, calls, changed }: EditorProps) {
  const texts = useWords(DUTY)
  const { session } = usePage()
  return (
    <section class="panel">
      <h2 class="panel-title">{texts.persons}</h2>
      <ul class="contacts">
        {known.roster.persons.map((person) => (
          <li key={person.id} class="contact-person">
            <strong>{person.name}</strong>
            <ul>
              {person.contacts.map((contact) => (
                <ContactRow
                  key={contact.channel}
                  person={person.id}
                  contact={contact}
                  known={known}
                  calls={calls}
                  changed={changed}
                />
              ))}
            </ul>
          </li>
        ))}
      </ul>
      {mayLead(session.signedIn.value) && <RosterText known={known} calls={calls} changed={changed} />}
    </section>
  )
}

/** A contact, whether it is proven, and the way to prove it: a code is sent, and typed back. */
function ContactRow({
  person,
  contact,
  known,
  calls,
  changed,
}: EditorProps & { readonly person: string; readonly contact: Contact }) {
  const { times, live, session } = usePage()
  const texts = useTexts()
  const words = useWords(DUTY)
  const zone = times(useZone(null))
  const act = useAct(useWords(DUTY).refusals)
  const [asking, setAsking] = useState(false)
  const { channel, address } = contact
  const now = live.now.value
  const proof = known.proofs.find((one) => one.person === person && one.channel === channel && one.address === address)
  const isGood = proof !== undefined && proof.provenAt + PROOF_MS > now
  const standing =
    proof === undefined ? words.unproven : isGood ? words.provenAt(zone.date(proof.provenAt)) : words.proofOver
  const send = () => void act.run(() => calls.sendCode(person, channel)).then((done) => done && setAsking(true))
  return (
    <li class="contact" data-contact={`${person}/${channel}`} data-proven={isGood}>
      <span class="contact-way">
        {channelWord(channel, texts)} <span class="hint">{address}</span>
      </span>
      <span class={isGood ? 'hint' : 'contact-open'}>{standing}</span>
      {!asking && maySpeakFor(person, known.roster, session.signedIn.value) && (
        <button class="button" type="button" data-act="send-code" disabled={act.busy} onClick={send}>
          {words.sendCode}
        </button>
      )}
      {asking && (
        <CodeForm
          busy={act.busy}
          prove={(code) =>
            void act
              .run(() => calls.prove(person, channel, code))
              .then((done) => {
                if (!done) return
                setAsking(false)
                changed()
              })
          }
        />
      )}
      {act.fault !== null && (
        <span class="error" role="alert">
          {act.fault}
        </span>
      )}
    </li>
  )
}

function CodeForm({ busy, prove }: { readonly busy: boolean; readonly prove: (code: string) => void }) {
  const texts = useWords(DUTY)
  const [code, setCode] = useState('')
  return (
    <form
      class="proof-form"
      onSubmit={(event) => {
        event.preventDefault()
        prove(code.trim())
      }}
    >
      <input
        name="code"
        aria-label={texts.code}
        placeholder={texts.code}
        inputMode="numeric"
        autoComplete="one-time-code"
        maxLength={6}
        value={code}
        onInput={(event) => setCode(event.currentTarget.value)}
      />
      <button class="button" type="submit" data-act="prove" disabled={busy}>
        {texts.prove}
      </button>
    </form>
  )
}

/** The roster as a document: what the forms do not cover is changed here, and refused with every fault at once. */
function RosterText({ known, calls, changed }: EditorProps) {
  const texts = useWords(DUTY)
  const act = useAct(useWords(DUTY).refusals)
  const [base, setBase] = useState(known)
  const [text, setText] = useState(() => written(known))
  const isTouched = text !== written(base)
  const take = () => {
    setBase(known)
    setText(written(known))
  }
  // What somebody is typing is not thrown away for a version that came meanwhile.
  if (known.version !== base.version && !isTouched) take()
  const save = async () => {
    const typed = readRoster(text)
    if (typed.is === 'faulty') throw new HouseError('http/invalid', typed.faults.join('\n'))
    const saved = await calls.save(base.version, typed.roster)
    setBase(saved)
    setText(written(saved))
  }
  return (
    <details class="duty-more" data-form="roster">
      <summary>{texts.asText(known.version, known.by)}</summary>
      <form
        class="roster-text"
        onSubmit={(event) => {
          event.preventDefault()
          void act.run(save).then((done) => done && changed())
        }}
      >
        <p class="hint">{texts.asTextHint}</p>
        <textarea
          aria-label={texts.document}
          rows={24}
          spellcheck={false}
          value={text}
          onInput={(event) => setText(event.currentTarget.value)}
        />
        {act.fault !== null && (
          <div role="alert">
            <ul class="faults">
              {act.fault.split('\n').map((fault) => (
                <li key={fault} class="error">
                  {fault}
                </li>
              ))}
            </ul>
          </div>
        )}
        <div class="acts">
          <button class="button button-main" type="submit" data-act="save-roster" disabled={act.busy || !isTouched}>
            {texts.save}
          </button>
          {known.version !== base.version && (
            <button class="button" type="button" onClick={take}>
              {texts.takeNewer(known.version, known.by)}
            </button>
          )}
        </div>
      </form>
    </details>
  )
}

function written({ roster }: RosterNow): string {
  return JSON.stringify(roster, null, 2)
}
