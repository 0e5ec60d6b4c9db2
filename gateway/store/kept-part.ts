import type { AlarmShelf } from './alarms.ts'
import type { EdgeActShelf } from './edge-acts.ts'
import type { OpenRows } from './open-rows.ts'
import type { PictureShelf } from './pictures.ts'
import type { Meta } from './schema.ts'
import type { GatewayStore } from './store.ts'

/** Under which key the state of being alone is kept: among the notes, which outlive a damaged file. */
export const ALONE = 'note/alone'

export type KeptPart = Pick<
  GatewayStore,
  | 'engineState'
  | 'aloneState'
  | keyof Omit<EdgeActShelf, 'keep'>
  | 'unjudged'
  | 'note'
  | 'keepNote'
  | keyof Omit<AlarmShelf, 'keep' | 'count'>
  | keyof Omit<PictureShelf, 'keep' | 'count'>
>

/** What the parts of a store keep between them. */
export interface Shelves {
  readonly meta: Meta
  readonly rows: OpenRows
  readonly alarmsKept: AlarmShelf
  readonly picturesKept: PictureShelf
  readonly actsKept: EdgeActShelf
}

/** The part of a store that hands out what its shelves hold. */
export function keptPart({ meta, rows, alarmsKept, picturesKept, actsKept }: Shelves): KeptPart {
  return {
    engineState: () => meta.get('engine-state'),
    unjudged: () => rows.unjudged(),
    note: (key) => meta.get(`note/${key}`),
    keepNote: (key, text) => meta.set(`note/${key}`, text),
    aloneState: () => meta.get(ALONE),
    edgeActs: actsKept.edgeActs,
    edgeAct: actsKept.edgeAct,
    receiptEdgeAct: actsKept.receiptEdgeAct,
    alarms: alarmsKept.alarms,
    alarm: alarmsKept.alarm,
    receiptAlarm: alarmsKept.receiptAlarm,
    pictures: picturesKept.pictures,
    picture: picturesKept.picture,
    receiptPicture: picturesKept.receiptPicture,
  }
}
