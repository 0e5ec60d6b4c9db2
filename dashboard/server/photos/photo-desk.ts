import { createHash } from 'node:crypto'
import type { Alarm } from '../../../core/contract/alarm.ts'
import { type AddPhoto, MOST_PHOTOS } from '../../../core/contract/photo.ts'
import { HouseError } from '../../../core/kit/errors.ts'
import type { Clock } from '../../../platform/clock.ts'
import type { AlarmDesk } from '../alarms/desk.ts'
import type { EvidenceStore } from '../ingest/evidence-store.ts'
import { takePhoto } from './take-photo.ts'

/** A photo for an alarm, and who sends it. */
export interface PhotoSent extends AddPhoto {
  readonly alarm: string
  readonly by: string
  readonly bytes: Uint8Array
}

/** Takes photos from the spot. */
export interface PhotoDesk {
  /**
   * Keeps a photo and adds it to the alarm as what was found on the spot. One that was added under its id already changes nothing. Throws
   * `http/not-found`, `http/invalid` for what is no photo, `http/conflict` where the alarm has enough.
   */
  add(sent: PhotoSent): Promise<Alarm>
}

interface PhotoDeps {
  readonly desk: Pick<AlarmDesk, 'get' | 'act'>
  readonly evidence: Pick<EvidenceStore, 'put'>
  readonly clock: Pick<Clock, 'now'>
}

/** Opens it. Photos are decoded one after the other: each takes up to 200 MB while it is. */
export function openPhotoDesk({ desk, evidence, clock }: PhotoDeps): PhotoDesk {
  let last: Promise<unknown> = Promise.resolve()
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const turn = last.then(work)
    last = turn.catch(() => undefined)
    return turn
  }
  const take = async ({ alarm: name, by, bytes, id, takenAt, note }: PhotoSent) => {
    const alarm = await desk.get(name)
    if (alarm === null) throw new HouseError('http/not-found', `there is no alarm ${name}`, { name })
    if (alarm.findings.some((finding) => finding.id === id)) return alarm
    const count = alarm.findings.reduce((sum, { pictures = [] }) => sum + pictures.length, 0)
    if (count >= MOST_PHOTOS) {
      const facts = { expected: `at most ${MOST_PHOTOS} photos of an alarm`, came: 'one more' }
      throw new HouseError('http/conflict', `expected ${facts.expected}, came ${facts.came}`, facts)
    }
    const kept = await takePhoto(bytes)
    const sha256 = digestOf(kept)
    await evidence.put(sha256, kept)
    const now = clock.now()
    // A phone whose clock is ahead has taken it just now.
    const at = takenAt === undefined || takenAt > now ? now : takenAt
    const pictures = [{ sha256, bytes: kept.length, sent: digestOf(bytes) }]
    return await desk.act(name, {
      do: 'finding',
      finding: { kind: 'on-site', at, by, note, receipt: null, id, pictures },
    })
  }
  return { add: (sent) => inTurn(() => take(sent)) }
}

function digestOf(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex')
}
