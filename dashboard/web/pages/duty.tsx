import { useTexts } from '../page.ts'
import { ChannelPanel } from '../parts/channel-panel.tsx'

/** Who is on duty when, and whether messages get out. */
export function DutyPage() {
  const texts = useTexts()
  return (
    <div class="page duty-page">
      <div class="page-head">
        <h1>{texts.nav.duty}</h1>
      </div>
      <ChannelPanel />
    </div>
  )
}
