import type { SessionInfo } from '../../../core/contract/access.ts'
import { errorText } from '../i18n/texts.ts'
import { usePage, useTexts } from '../page.ts'
import { DataTable } from './data-table.tsx'
import type { SystemProps } from './system-machine.tsx'
import { useAct } from './use-act.ts'
import { useFetched } from './use-fetched.ts'
import { useZone } from './use-zone.ts'

/** Sessions, and how to end one. */
export function SessionsPanel({ of, calls, words: all }: SystemProps & { readonly of: 'all' | 'own' }) {
  const { live } = usePage()
  const texts = useTexts()
  const words = all.sessions
  const title = of === 'all' ? words.title : words.own
  const act = useAct()
  const fetched = useFetched(`sessions/${of}`, live.state.value.epoch, (signal) => calls.sessions(of, signal))
  const { data, error } = fetched
  const end = (id: string) => void act.run(() => calls.endSession(of, id)).then(() => fetched.again())
  const fault = error === null ? act.fault : errorText(error, texts)
  return (
    <section class="panel" aria-labelledby={`sessions-${of}`}>
      <h2 class="panel-title" id={`sessions-${of}`}>
        {title} <span class="panel-note">{data?.length}</span>
      </h2>
      {fault !== null && (
        <p class="error" role="alert">
          {fault}
        </p>
      )}
      {data?.length === 0 && <p class="empty">{words.none}</p>}
      {data !== null && data.length > 0 && (
        <DataTable label={title} heads={[...words.heads, null]}>
          {data.map((one) => (
            <SessionRow key={one.id} session={one} words={words} busy={act.busy} end={end} />
          ))}
        </DataTable>
      )}
    </section>
  )
}

interface RowProps {
  readonly session: SessionInfo
  readonly words: SystemProps['words']['sessions']
  readonly busy: boolean
  readonly end: (id: string) => void
}

function SessionRow({ session, words, busy, end }: RowProps) {
  const { live, times } = usePage()
  const zone = times(useZone(null))
  const now = live.now.value
  const { id, user, own, begunAt, lastUsedAt, endsAt, address, agent, desk, locked } = session
  const states = [own ? words.this : null, locked ? words.locked : words.open, desk ? words.desk : null]
  return (
    <tr>
      <th scope="row">{user}</th>
      <td>{address}</td>
      <td>{agent}</td>
      <td>{zone.near(begunAt, now)}</td>
      <td>{zone.near(lastUsedAt, now)}</td>
      <td>{zone.near(endsAt, now)}</td>
      <td>{states.filter(Boolean).join(' · ')}</td>
      <td>
        {!own && (
          <button class="button" type="button" disabled={busy} onClick={() => end(id)}>
            {words.end}
            <span class="unseen"> {user}</span>
          </button>
        )}
      </td>
    </tr>
  )
}
