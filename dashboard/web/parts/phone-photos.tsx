import type { Finding } from '../../../core/contract/alarm.ts'
import { usePage } from '../page.ts'
import { pictureUrl } from '../stores/api.ts'
import { usePhoneWords } from './phone-words.ts'

/** The photos of one finding, each with the hash it is kept under; one opens in full. */
export function FindingPhotos({ finding, zone }: { readonly finding: Finding; readonly zone: string }) {
  const words = usePhoneWords()
  const { times } = usePage()
  const { pictures = [], by, at } = finding
  const alt = words.photoAlt(by, times(zone).full(at))
  return pictures.map(({ sha256 }) => (
    <a key={sha256} class="finding-photo" href={pictureUrl(sha256)} target="_blank" rel="noreferrer" title={sha256}>
      <img src={pictureUrl(sha256)} alt={alt} loading="lazy" />
      <code class="hash">SHA-256 {sha256.slice(0, 16)}…</code>
    </a>
  ))
}
