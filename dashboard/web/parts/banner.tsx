import { usePage, useTexts } from '../page.ts'
import { spanText } from '../show/time.ts'
import { useZone } from './use-zone.ts'

/** The banner over the whole page when nothing has been heard for 15 s. */
export function Banner() {
  const texts = useTexts()
  const { live, times } = usePage()
  const zone = useZone(null)
  const heardAt = live.heardAt.value
  if (live.link.value !== 'silent' || heardAt === null) return null
  const age = spanText(live.now.value - heardAt, texts)
  return (
    <div class="banner" role="alert">
      <span class="banner-sign" aria-hidden="true">
        !
      </span>
      {texts.banner.silent(times(zone).time(heardAt), age)}
    </div>
  )
}
