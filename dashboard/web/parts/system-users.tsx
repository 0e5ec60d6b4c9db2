import { useState } from 'preact/hooks'
import { Role, type Scope, type UserInfo } from '../../../core/contract/access.ts'
import { errorText } from '../i18n/texts.ts'
import { usePage, useTexts } from '../page.ts'
import { scopeOfText, textOfScope } from '../stores/places-text.ts'
import { DataTable } from './data-table.tsx'
import type { SystemProps } from './system-machine.tsx'
import { type Act, useAct } from './use-act.ts'
import { useFetched } from './use-fetched.ts'
import { useZone } from './use-zone.ts'

/** What is being asked before it is done. */
type Asking =
  { readonly act: 'remove' | 'reset' | 'factor' | 'change'; readonly user: UserInfo } | { readonly act: 'add' }

/** Who may sign in, as what and for which places. */
export function UsersPanel({ calls, words: all }: SystemProps) {
  const { live } = usePage()
  const texts = useTexts()
  const words = all.users
  const act = useAct()
  const [asking, setAsking] = useState<Asking | null>(null)
  const [made, setMade] = useState<{ readonly name: string; readonly password: string } | null>(null)
  const fetched = useFetched('users', live.state.value.epoch, (signal) => calls.users(signal))
  const { data, error } = fetched
  const done = async (work: () => Promise<unknown>) => {
    if (await act.run(work)) {
      setAsking(null)
      fetched.again()
    }
  }
  const keep = async (work: Promise<{ name: string; password: string }>) => setMade(await work)
  const sure = (question: Extract<Asking, { user: UserInfo }>) => {
    const { name } = question.user
    if (question.act === 'remove') return done(() => calls.removeUser(name))
    return done(() => (question.act === 'reset' ? keep(calls.resetPassword(name)) : calls.removeFactor(name)))
  }
  return (
    <section class="panel" aria-labelledby="users-title">
      <h2 class="panel-title" id="users-title">
        {words.title} <span class="panel-note">{data?.length}</span>
        <button class="button" type="button" data-act="add-user" onClick={() => setAsking({ act: 'add' })}>
          {words.add}
        </button>
      </h2>
      {error !== null && <p class="error">{errorText(error, texts)}</p>}
      {made !== null && (
        <p class="system-secret" role="status">
          {words.password(made.name)} <code>{made.password}</code>
        </p>
      )}
      {asking?.act === 'add' && (
        <UserForm
          act={act}
          words={words}
          close={() => setAsking(null)}
          save={(name, role, scope) => done(() => keep(calls.addUser({ name, role, scope })))}
        />
      )}
      {asking?.act === 'change' && (
        <UserForm
          key={asking.user.name}
          user={asking.user}
          act={act}
          words={words}
          close={() => setAsking(null)}
          save={(name, role, scope) => done(() => calls.setUser(name, { role, scope }))}
        />
      )}
      {asking !== null && asking.act !== 'add' && asking.act !== 'change' && (
        <Sure asking={asking} act={act} words={words} close={() => setAsking(null)} sure={() => void sure(asking)} />
      )}
      {data !== null && <UserTable users={data} words={words} ask={setAsking} />}
    </section>
  )
}

type Words = SystemProps['words']['users']

function UserTable({
  users,
  words,
  ask,
}: {
  readonly users: readonly UserInfo[]
  readonly words: Words
  readonly ask: (asking: Asking) => void
}) {
  const { times } = usePage()
  const zone = times(useZone(null))
  return (
    <DataTable label={words.title} heads={[...words.heads, null]}>
      {users.map((user) => (
        <tr key={user.name} data-user={user.name}>
          <th scope="row">{user.name}</th>
          <td>{words.roles[user.role]}</td>
          <td>{scopeText(user.scope, words)}</td>
          <td>{user.secondFactor ? words.secondFactor.yes : words.secondFactor.no}</td>
          <td>{user.sessions}</td>
          <td>{zone.date(user.createdAt)}</td>
          <td class="system-acts">
            <UserAct word={words.change} name={user.name} run={() => ask({ act: 'change', user })} />
            <UserAct word={words.reset} name={user.name} run={() => ask({ act: 'reset', user })} />
            {user.secondFactor && (
              <UserAct word={words.removeFactor} name={user.name} run={() => ask({ act: 'factor', user })} />
            )}
            <UserAct word={words.remove} name={user.name} run={() => ask({ act: 'remove', user })} />
          </td>
        </tr>
      ))}
    </DataTable>
  )
}

function UserAct({ word, name, run }: { readonly word: string; readonly name: string; readonly run: () => void }) {
  return (
    <button class="button" type="button" onClick={run}>
      {word}
      <span class="unseen"> {name}</span>
    </button>
  )
}

function scopeText(scope: Scope, words: Words): string {
  return scope.of === 'county' ? words.county : words.places(scope.towns.length, scope.villages.length)
}

interface SureProps {
  readonly asking: Extract<Asking, { user: UserInfo }>
  readonly act: Act
  readonly words: Words
  readonly close: () => void
  readonly sure: () => void
}

function Sure({ asking, act, words, close, sure }: SureProps) {
  const question = {
    remove: words.removeSure,
    reset: words.resetSure,
    factor: words.removeFactorSure,
    change: words.removeSure,
  }
  return (
    <div class="system-sure" role="alertdialog" aria-label={question[asking.act](asking.user.name)}>
      <p>{question[asking.act](asking.user.name)}</p>
      <button class="button button-main" type="button" disabled={act.busy} onClick={sure}>
        {words.yes}
      </button>
      <button class="button" type="button" onClick={close}>
        {words.cancel}
      </button>
      <Fault act={act} />
    </div>
  )
}

interface FormProps {
  readonly user?: UserInfo
  readonly act: Act
  readonly words: Words
  readonly close: () => void
  readonly save: (name: string, role: Role, scope: Scope) => Promise<void>
}

function UserForm({ user, act, words, close, save }: FormProps) {
  const [name, setName] = useState(user?.name ?? '')
  const [role, setRole] = useState<Role>(user?.role ?? 'operator')
  const [places, setPlaces] = useState(user === undefined ? '' : textOfScope(user.scope))
  return (
    <form
      class="system-form"
      onSubmit={(event) => {
        event.preventDefault()
        void save(name, role, scopeOfText(places))
      }}
    >
      <label class="field">
        <span class="field-label">{words.name}</span>
        <input
          name="name"
          required
          maxLength={64}
          autoComplete="off"
          value={name}
          disabled={user !== undefined}
          onInput={(event) => setName(event.currentTarget.value)}
        />
      </label>
      <label class="field">
        <span class="field-label">{words.role}</span>
        <select name="role" value={role} onChange={(event) => setRole(Role.parse(event.currentTarget.value))}>
          {Role.options.map((one) => (
            <option key={one} value={one}>
              {words.roles[one]}
            </option>
          ))}
        </select>
      </label>
      <label class="field">
        <span class="field-label">{words.scope}</span>
        <textarea name="scope" rows={2} value={places} onInput={(event) => setPlaces(event.currentTarget.value)} />
        <span class="hint">{words.scopeHint}</span>
      </label>
      <button class="button button-main" type="submit" disabled={act.busy}>
        {words.save}
      </button>
      <button class="button" type="button" onClick={close}>
        {words.cancel}
      </button>
      <Fault act={act} />
    </form>
  )
}

/** Why an act failed. */
export function Fault({ act }: { readonly act: Act }) {
  if (act.fault === null) return null
  return (
    <p class="error" role="alert">
      {act.fault}
    </p>
  )
}
