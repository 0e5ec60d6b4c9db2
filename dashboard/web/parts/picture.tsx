import { useEffect, useRef, useState } from 'preact/hooks'
import type { EvidenceRow } from '../../../core/contract/evidence.ts'
import { usePage, useTexts } from '../page.ts'
import { pictureUrl } from '../stores/api.ts'

interface PictureProps {
  readonly row: EvidenceRow
  /** What people call the camera. */
  readonly device: string
  readonly zone: string
}

/** A camera's picture with what it shows, when, and the hash it is kept under. A click enlarges it. */
export function Picture({ row, device, zone }: PictureProps) {
  const { times } = usePage()
  const texts = useTexts()
  const [large, setLarge] = useState(false)
  const caption = texts.alarm.picture(device, times(zone).full(row.at))
  return (
    <figure class="picture">
      <button class="picture-frame" type="button" title={texts.alarm.enlarge} onClick={() => setLarge(true)}>
        <Image row={row} alt={`${texts.alarm.target[row.target]} · ${caption}`} />
        <span class="picture-target">{texts.alarm.target[row.target]}</span>
      </button>
      <figcaption>
        <span>{caption}</span>
        <code class="hash" title={row.sha256}>
          SHA-256 {row.sha256.slice(0, 16)}…
        </code>
      </figcaption>
      {large && <Enlarged row={row} caption={caption} close={() => setLarge(false)} />}
    </figure>
  )
}

interface EnlargedProps {
  readonly row: EvidenceRow
  readonly caption: string
  readonly close: () => void
}

function Enlarged({ row, caption, close }: EnlargedProps) {
  const texts = useTexts()
  const dialog = useRef<HTMLDialogElement>(null)
  useEffect(() => dialog.current?.showModal(), [])
  return (
    <dialog ref={dialog} class="dialog is-picture" aria-label={caption} onClose={close}>
      <Image row={row} alt={caption} />
      <p>
        {texts.alarm.target[row.target]} · {row.event} · {caption}
      </p>
      <p>
        <code class="hash is-whole">SHA-256 {row.sha256}</code>
      </p>
      <button class="button button-main" type="button" onClick={() => dialog.current?.close()}>
        {texts.alarm.close}
      </button>
    </dialog>
  )
}

/** Pauses between tries for a picture that the gateway has not delivered yet, in ms. */
const RETRY_MS = [2_000, 5_000, 10_000, 20_000, 30_000, 60_000] as const

function Image({ row, alt }: { readonly row: EvidenceRow; readonly alt: string }) {
  const { clock } = usePage()
  const texts = useTexts()
  const [tries, setTries] = useState(0)
  const [missing, setMissing] = useState(false)
  useEffect(() => {
    const pause = RETRY_MS[tries]
    if (!missing || pause === undefined) return undefined
    const ended = new AbortController()
    clock.sleep(pause, ended.signal).then(
      () => {
        setMissing(false)
        setTries(tries + 1)
      },
      () => undefined,
    )
    return () => ended.abort()
  }, [missing, tries])
  if (missing) return <span class="picture-missing">{texts.alarm.pictureMissing}</span>
  return <img key={tries} src={pictureUrl(row.sha256)} alt={alt} loading="lazy" onError={() => setMissing(true)} />
}
