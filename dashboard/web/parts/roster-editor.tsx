import { useState } from 'preact/hooks'
import type { RosterNow } from '../../../core/contract/duty-acts.ts'
import { Roster } from '../../../core/contract/roster.ts'
import { channelWord } from '../i18n/texts.ts'
import { usePage, useTexts } from '../page.ts'
import type { DutyCalls } from '../stores/duty-calls.ts'
import { useAct } from './use-act.ts'
import { useZone } from './use-zone.ts'

interface EditorProps {
  readonly known: RosterNow
  readonly calls: DutyCalls
  readonly changed: () => void
}

/** Persons and how they are reached, each contact with its proof; and the whole roster as text, for shifts and ladders. */
export function RosterEditor({ known, calls, changed }: EditorProps) {
  const texts = useTexts().duty
  const { session } = usePage()
  const signedIn = session.signedIn.value
  const isAdministrator = signedIn.is === 'in' && signedIn.session.role === 'administrator'
  return (
    <section class="panel">
      <h2 class="panel-title">{texts.persons}</h2>
      <table class="channel-table">
        <thead>
          <tr>
            {[texts.person, texts.contact, texts.proof].map((word) => (
              <th key={word} scope="col">
                {word}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {known.roster.persons.flatMap((person) =>
            person.contacts.map((contact, place) => (
              <tr key={`${person.id}/${contact.channel}`} data-contact={`${person.id}/${contact.channel}`}>
                {place === 0 && (
                  <th scope="rowgroup" rowSpan={person.contacts.length}>
                    {person.name}
                  </th>
                )}
                <td>
                  <ContactWord channel={contact.channel} address={contact.address} />
                </td>
                <td>
                  <Proof person={person.id} channel={contact.channel} known={known} calls={calls} changed={changed} />
                </td>
              </tr>
            )),
          )}
        </tbody>
      </table>
      {isAdministrator && <RosterText key={known.version} known={known} calls={calls} changed={changed} />}
    </section>
  )
}

function ContactWord({ channel, address }: { readonly channel: string; readonly address: string }) {
  const texts = useTexts()
  return (
    <>
      {channelWord(channel, texts)} <span class="hint">{address}</span>
    </>
  )
}

/** Whether a contact is proven, and the way to prove it: a code is sent, and typed back. */
function Proof({
  person,
  channel,
  known,
  calls,
  changed,
}: EditorProps & { readonly person: string; readonly channel: string }) {
  const { times, live } = usePage()
  const texts = useTexts().duty
  const zone = times(useZone(null))
  const act = useAct()
  const [asking, setAsking] = useState(false)
  const [code, setCode] = useState('')
  const proof = known.proofs.find((one) => one.person === person && one.channel === channel)
  return (
    <span class="proof">
      {proof === undefined ? texts.unproven : texts.provenAt(zone.near(proof.provenAt, live.now.value))}{' '}
      {!asking && (
        <button
          class="button"
          type="button"
          data-act="send-code"
          disabled={act.busy}
          onClick={() => void act.run(() => calls.sendCode(person, channel)).then((done) => done && setAsking(true))}
        >
          {texts.sendCode}
        </button>
      )}
      {asking && (
        <form
          class="proof-form"
          onSubmit={(event) => {
            event.preventDefault()
            void act
              .run(() => calls.prove(person, channel, code.trim()))
              .then((done) => {
                if (!done) return
                setAsking(false)
                changed()
              })
          }}
        >
          <input
            aria-label={texts.code}
            inputMode="numeric"
            autoComplete="one-time-code"
            maxLength={6}
            value={code}
            onInput={(event) => setCode(event.currentTarget.value)}
          />
          <button class="button" type="submit" disabled={act.busy}>
            {texts.prove}
          </button>
        </form>
      )}
      {act.fault !== null && (
        <span class="error" role="alert">
          {act.fault}
        </span>
      )}
    </span>
  )
}

/** The roster as a document: what the forms do not cover is changed here, and refused with every fault at once. */
function RosterText({ known, calls, changed }: EditorProps) {
  const texts = useTexts().duty
  const act = useAct()
  const [text, setText] = useState(() => JSON.stringify(known.roster, null, 2))
  const save = async () => {
    await calls.save(known.version, Roster.parse(JSON.parse(text)))
  }
  return (
    <details class="roster-text">
      <summary>{texts.asText(known.version, known.by)}</summary>
      <p class="hint">{texts.asTextHint}</p>
      <form
        onSubmit={(event) => {
          event.preventDefault()
          void act.run(save).then((done) => done && changed())
        }}
      >
        <textarea
          aria-label={texts.document}
          rows={24}
          spellcheck={false}
          value={text}
          onInput={(event) => setText(event.currentTarget.value)}
        />
        {act.fault !== null && (
          <pre class="error" role="alert">
            {act.fault}
          </pre>
        )}
        <button class="button button-main" type="submit" data-act="save-roster" disabled={act.busy}>
          {texts.save}
        </button>
      </form>
    </details>
  )
}
