import { useState } from 'preact/hooks'
import type { ConfigContent, ConfigVersion, SiteConfigs } from '../../../core/contract/config-lane.ts'
import { usePage, useTexts } from '../page.ts'
import { contentOf } from '../stores/config-files.ts'
import { mayMaintain } from '../stores/session.ts'
import { ConfigChange, type Proposal } from './config-change.tsx'
import { useFetched } from './use-fetched.ts'
import { useZone } from './use-zone.ts'

/** A report is looked for so often while somebody has the panel open. */
const EVERY_MS = 3_000
const SHOWN = 20

interface ConfigPanelProps {
  readonly site: string
}

/** The configurations sent to a site's gateway, for those who see to gateways. Asked for only while somebody has it open. */
export function ConfigPanel({ site }: ConfigPanelProps) {
  const texts = useTexts().configs
  const { session } = usePage()
  const [isOpen, setOpen] = useState(false)
  const signedIn = session.signedIn.value
  if (!mayMaintain(signedIn)) return null
  return (
    <details class="panel config-panel" onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary class="panel-title">
        <h2>{texts.title}</h2>
      </summary>
      {isOpen && <Configs site={site} />}
    </details>
  )
}

function Configs({ site }: ConfigPanelProps) {
  const { api, live } = usePage()
  const texts = useTexts().configs
  const [proposal, setProposal] = useState<Proposal | null>(null)
  const [unfit, setUnfit] = useState<'none' | 'several' | null>(null)
  const round = Math.floor(live.now.value / EVERY_MS)
  const epoch = live.state.value.epoch + round
  const fetched = useFetched(`configs/${site}`, epoch, (signal) => api.configs(site, signal))
  if (fetched.data === null) return <p class="empty">{texts.none}</p>
  const [newest] = fetched.data.versions
  const load = async (version: number): Promise<ConfigContent> =>
    (await api.config(site, version, new AbortController().signal)).content
  const present = async () => (newest === undefined ? null : load(newest.version))
  const choose = async (list: FileList | null) => {
    const files = await Promise.all(
      Array.from(list ?? []).map(async (file) => ({ name: file.name, text: await file.text() })),
    )
    const from = await present()
    const chosen = contentOf(files, from)
    setUnfit(chosen.is === 'unfit' ? chosen.why : null)
    if (chosen.is === 'content')
      setProposal({ kind: 'push', beside: newest?.version ?? null, from, to: chosen.content })
  }
  const look = async (version: number) => {
    if (newest === undefined) return
    const [from, to] = await Promise.all([load(newest.version), load(version)])
    setProposal({ kind: 'restore', version, beside: newest.version, from, to })
  }
  const done = () => {
    setProposal(null)
    fetched.again()
  }
  return (
    <div class="configs">
      <p class="soft">{texts.about}</p>
      <Running configs={fetched.data} />
      <VersionTable
        site={site}
        versions={fetched.data.versions.slice(0, SHOWN)}
        look={(version) => void look(version)}
      />
      <label class="button config-pick">
        {texts.pick}
        <input
          type="file"
          multiple
          accept=".yaml,.yml"
          onChange={(event) => {
            void choose(event.currentTarget.files)
            event.currentTarget.value = ''
          }}
        />
      </label>
      {unfit !== null && (
        <p class="error" role="alert">
          {texts.badFiles[unfit]}
        </p>
      )}
      {proposal !== null && <ConfigChange site={site} proposal={proposal} done={done} />}
    </div>
  )
}

function Running({ configs: { report, versions } }: { readonly configs: SiteConfigs }) {
  const texts = useTexts().configs
  if (report === null) return <p>{versions.length === 0 ? texts.none : texts.waiting}</p>
  const { running, deploy } = report
  return (
    <div>
      <p>{texts.running(running === 0 ? texts.own : texts.version(running))}</p>
      {deploy !== null && running === report.version && (
        <p class="soft">
          {texts.deploy(
            deploy.devices.kept.length,
            deploy.devices.restarted.length,
            deploy.devices.added.length,
            deploy.devices.removed.length,
          )}{' '}
          · {texts.late(deploy.continuity.late.length, deploy.continuity.measured)}
        </p>
      )}
    </div>
  )
}

interface VersionTableProps {
  readonly site: string
  readonly versions: readonly ConfigVersion[]
  readonly look: (version: number) => void
}

function VersionTable({ site, versions, look }: VersionTableProps) {
  const { times, live } = usePage()
  const texts = useTexts().configs
  const zone = times(useZone(site))
  if (versions.length === 0) return null
  return (
    <div class="table-scroll">
      <table class="bus-devices">
        <thead>
          <tr>
            <th scope="col">#</th>
            <th scope="col">{texts.at}</th>
            <th scope="col">{texts.by}</th>
            <th scope="col">{texts.state}</th>
            <th scope="col" />
          </tr>
        </thead>
        <tbody>
          {versions.map((one, index) => (
            <tr key={one.version} data-version={one.version}>
              <th scope="row">
                {one.version}
                {one.copyOf !== null && <span class="soft"> {texts.copyOf(one.copyOf)}</span>}
              </th>
              <td>
                <time>{zone.near(one.issuedAt, live.now.value)}</time>
              </td>
              <td>{one.by}</td>
              <td>
                <VersionState version={one} />
              </td>
              <td>
                {index > 0 && (
                  <button class="button" type="button" data-act="look" onClick={() => look(one.version)}>
                    {texts.look}
                  </button>
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}

function VersionState({ version: { report } }: { readonly version: ConfigVersion }) {
  const texts = useTexts().configs
  if (report === null) return <span class="soft">{texts.waiting}</span>
  const { state, reason, faults } = report
  const isWell = state !== 'refused' && state !== 'rolled-back'
  return (
    <>
      <span class={isWell ? 'quiet-word' : 'watch-word'}>{texts.states[state]}</span>
      {reason !== null && <span> · {texts.whys[reason]}</span>}
      {faults.length > 0 && (
        <details>
          <summary>
            {texts.faults} ({faults.length})
          </summary>
          <pre class="config-text">{faults.join('\n')}</pre>
        </details>
      )}
    </>
  )
}
