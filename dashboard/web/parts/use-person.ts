import { usePage } from '../page.ts'
import { dutyCalls } from '../stores/duty-calls.ts'
import { useFetched } from './use-fetched.ts'

/** What a person of the roster is called; the id of one nobody knows. Those on duty are known without asking. */
export function usePersonName(id: string): string {
  const { api, live } = usePage()
  const { status, epoch } = live.state.value
  const onDuty = status?.onDuty.flatMap(({ persons }) => persons).find((person) => person.id === id)
  const isAsked = id !== '' && onDuty === undefined
  const roster = useFetched(`person/${String(isAsked)}`, epoch, (signal) =>
    isAsked ? dutyCalls(api).roster(signal) : Promise.resolve(null),
  )
  return onDuty?.name ?? roster.data?.roster.persons.find((person) => person.id === id)?.name ?? id
}
