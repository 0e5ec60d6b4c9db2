import type { Site } from '../contract/site.ts'
import type { Bilingual } from '../contract/text.ts'
import { CONTROL_ROOM_NAME } from './place-messages.ts'

/** The site of the control room's alarms about itself. */
export const CONTROL_ROOM = 'control-room'

/** What people call a place: the site's name, that of the control room itself, or the id while nobody has said. */
export function placeNameOf(id: string, site: Pick<Site, 'name'> | null | undefined): Bilingual {
  if (site !== null && site !== undefined) return site.name
  return id === CONTROL_ROOM ? CONTROL_ROOM_NAME : { 'zh-CN': id, en: id }
}
