import { useId, useState } from 'preact/hooks'
import { errorText } from '../i18n/texts.ts'
import { useTexts } from '../page.ts'
import { shrinkPhoto } from './phone-shrink.ts'
import { usePhoneWords } from './phone-words.ts'

/** Opens the camera, or the phone's own pictures, and hands on what was taken, made smaller. */
export function PhotoButton({ take }: { readonly take: (photo: Blob) => Promise<void> }) {
  const texts = useTexts()
  const words = usePhoneWords()
  const [busy, setBusy] = useState(false)
  const [fault, setFault] = useState<string | null>(null)
  const id = useId()
  const chosen = async (input: HTMLInputElement) => {
    const file = input.files?.[0]
    if (file === undefined || busy) return
    setBusy(true)
    setFault(null)
    try {
      const photo = await shrinkPhoto(file)
      if (photo === null) setFault(words.badPhoto)
      else await take(photo)
    } catch (error) {
      setFault(errorText(error, texts))
    } finally {
      setBusy(false)
      input.value = ''
    }
  }
  return (
    <>
      <span class="phone-file">
        <input
          id={id}
          type="file"
          name="photo"
          accept="image/*"
          capture="environment"
          disabled={busy}
          onChange={(event) => void chosen(event.currentTarget)}
        />
        <label class="button phone-button" for={id}>
          {words.takePhoto}
        </label>
      </span>
      {fault !== null && (
        <p class="error" role="alert">
          {fault}
        </p>
      )}
    </>
  )
}
