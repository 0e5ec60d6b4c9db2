import { useState } from 'preact/hooks'
import { errorText } from '../i18n/texts.ts'
import { usePage, useTexts } from '../page.ts'
import { registerCalls } from '../stores/register-calls.ts'
import { useSiteWords } from './site-cells.tsx'
import { useFetched } from './use-fetched.ts'
import { useZone } from './use-zone.ts'

interface VersionsProps {
  readonly site: string
  /** The newest; 0 = there is none. */
  readonly version: number
}

/** Who changed what of a site's file, and when. Asked for only while somebody has it open. */
export function Versions({ site, version }: VersionsProps) {
  const [isOpen, setOpen] = useState(false)
  const words = useSiteWords()
  if (version === 0) return null
  return (
    <details class="register-versions" onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>{words.versions}</summary>
      {isOpen && <VersionList site={site} version={version} />}
    </details>
  )
}

function VersionList({ site, version }: VersionsProps) {
  const { api, times } = usePage()
  const texts = useTexts()
  const words = useSiteWords()
  const zone = times(useZone(site))
  const fetched = useFetched(`versions/${site}`, version, (signal) => registerCalls(api).versions(site, signal))
  if (fetched.data === null) {
    return <p class="soft">{fetched.error === null ? texts.loading : errorText(fetched.error, texts)}</p>
  }
  return (
    <ol class="register-version-list">
      {fetched.data.map(({ version: n, by, at, via, fields }) => (
        <li key={n} data-version={n}>
          {words.version(n, by, at === null ? '' : zone.full(at))} <span class="soft">{words.via[via]}</span>{' '}
          <span class="soft">{words.versionFields(fields.join(', '))}</span>
        </li>
      ))}
    </ol>
  )
}
