import type { z } from 'zod'
import { AlarmWord, DutySheet, sheetSigned, wordSigned } from '../../core/contract/edge.ts'
import { HouseError } from '../../core/kit/errors.ts'
import { strangerTo, type Trust } from '../feedback/genuine.ts'
import type { Memory } from '../memory.ts'
import type { FurtherLane } from '../uplink/uplink.ts'

/** What the control room has said last of whom to call and of its alarms, also before the last stop. */
export interface Said {
  sheet(): DutySheet | null
  readonly lanes: readonly FurtherLane[]
}

export interface SaidOptions extends Trust {
  readonly site: string
  readonly memory: Memory
  /** Another sheet is in use. */
  readonly onSheet: () => void
  readonly onWord: (word: AlarmWord) => void
}

/** Larger ones are refused unread, bytes. */
const MOST_BYTES = 1 << 20

/** Under these keys they are kept. */
const SHEET = 'duty-sheet'
const WORD = 'alarm-word'

/** Hears the lanes `duty` and `alarm-word`. Only what is genuine, of this site and newer than the last is taken. */
export function openSaid(options: SaidOptions): Said {
  const { memory, onSheet, onWord } = options
  let sheet = DutySheet.safeParse(memory.recall(SHEET)).data ?? null
  let spokenAt = AlarmWord.safeParse(memory.recall(WORD)).data?.at ?? 0
  const hearSheet = (payload: Uint8Array): void => {
    const came = genuine(DutySheet, payload, { ...options, signedOf: sheetSigned })
    if (came === null) return
    if (sheet !== null && came.version < sheet.version)
      throw refusal('older duty sheet', `expected version ${sheet.version} or newer, came ${came.version}`)
    // It comes again on each connection.
    if (came.version === sheet?.version) return
    sheet = came
    memory.keep(SHEET, came)
    onSheet()
  }
  const hearWord = (payload: Uint8Array): void => {
    const came = genuine(AlarmWord, payload, { ...options, signedOf: wordSigned })
    if (came === null) return
    if (came.at < spokenAt) throw refusal('older alarm word', `expected one of ${spokenAt} or later, came ${came.at}`)
    spokenAt = came.at
    memory.keep(WORD, came)
    onWord(came)
  }
  return {
    sheet: () => sheet,
    lanes: [
      { hears: 'duty', hear: hearSheet },
      { hears: 'alarm-word', hear: hearWord },
    ],
  }
}

interface Expected<T> extends Trust {
  readonly site: string
  readonly signedOf: (said: T) => object
}

/** What came, where it is the control room's; null for nothing, with which a broker is told to forget. Throws `message/malformed`. */
function genuine<T extends { readonly site: string; readonly signature: string | null }>(
  schema: z.ZodType<T>,
  payload: Uint8Array,
  expected: Expected<T>,
): T | null {
  if (payload.length === 0) return null
  if (payload.length > MOST_BYTES)
    throw refusal('too large', `expected at most ${MOST_BYTES} bytes, came ${payload.length}`)
  const came = schema.parse(JSON.parse(Buffer.from(payload).toString('utf8')))
  if (came.site !== expected.site) throw refusal('other site', `expected ${expected.site}, came ${came.site}`)
  const why = strangerTo({ signed: expected.signedOf(came), signature: came.signature }, expected)
  if (why !== null) throw refusal('not from the control room', why)
  return came
}

function refusal(kind: string, why: string): HouseError {
  return new HouseError('message/malformed', why, { refused: kind })
}
