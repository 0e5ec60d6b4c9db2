import { usePage, useWords } from '../page.ts'
import { systemEn } from '../i18n/system-en.ts'
import { systemZh } from '../i18n/system-zh-cn.ts'
import { AccountPanel } from '../parts/system-account.tsx'
import { GatewayTable } from '../parts/system-gateways.tsx'
import { LedgerPanel, MachinePanel } from '../parts/system-machine.tsx'
import { SessionsPanel } from '../parts/system-sessions.tsx'
import { UsersPanel } from '../parts/system-users.tsx'
import { addressOf, type Query } from '../stores/route.ts'
import { mayAdminister } from '../stores/session.ts'
import { systemCalls } from '../stores/system-calls.ts'

const TABS = ['machine', 'gateways', 'users', 'account'] as const
type Tab = (typeof TABS)[number]

/** Everything that watches, whoever may sign in, and the own account. */
export function SystemPage({ query }: { readonly query: Query }) {
  const { api, session } = usePage()
  const words = useWords({ 'zh-CN': systemZh, en: systemEn })
  const calls = systemCalls(api)
  const isAdministrator = mayAdminister(session.signedIn.value)
  const tabs = TABS.filter((tab) => tab !== 'users' || isAdministrator)
  const tab = tabs.find((known) => known === query.tab) ?? 'machine'
  return (
    <div class="page system-page">
      <div class="page-head">
        <h1>{words.title}</h1>
        <nav class="tabs" aria-label={words.title}>
          {tabs.map((name) => (
            <TabLink key={name} name={name} isHere={name === tab} word={words.tabs[name]} />
          ))}
        </nav>
      </div>
      {tab === 'machine' && (
        <>
          <MachinePanel calls={calls} words={words} />
          <LedgerPanel calls={calls} words={words} />
        </>
      )}
      {tab === 'gateways' && <GatewayTable calls={calls} words={words} />}
      {tab === 'users' && (
        <>
          <UsersPanel calls={calls} words={words} />
          <SessionsPanel of="all" calls={calls} words={words} />
        </>
      )}
      {tab === 'account' && (
        <>
          <AccountPanel calls={calls} words={words} />
          <SessionsPanel of="own" calls={calls} words={words} />
        </>
      )}
    </div>
  )
}

function TabLink({ name, isHere, word }: { readonly name: Tab; readonly isHere: boolean; readonly word: string }) {
  const address = addressOf({ page: 'system', query: name === 'machine' ? {} : { tab: name } })
  return (
    <a class="tab" href={`#${address}`} aria-current={isHere ? 'page' : undefined}>
      {word}
    </a>
  )
}
