import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { CameraProfile } from '../../../../core/contract/device-profile.ts'
import { Reading } from '../../../../core/contract/reading.ts'
import { CameraDevice } from '../../../../core/contract/site.ts'
import type { Batch } from '../../../../gateway/driver.ts'
import { isapiDriver } from '../../../../gateway/drivers/isapi/driver.ts'
import { scaledClock } from '../../../../platform/clock.ts'
import type { Log, LogFacts } from '../../../../platform/log.ts'
import { fakeCamera, JPEG, type FakeCamera } from './fake-camera.ts'

const ROOT = join(import.meta.dirname, '..', '..', '..', '..')
const profile = CameraProfile.parse(parse(readFileSync(join(ROOT, 'devices/hikvision/isapi-camera.yaml'), 'utf8')))
const PASSWORD = 'test camera password'
const HUMAN =
  '<DetectionRegionList><DetectionRegionEntry><detectionTarget>human</detectionTarget></DetectionRegionEntry></DetectionRegionList>'
const VEHICLE = HUMAN.replace('human', 'vehicle')
const GIVE_UP_MS = 20_000

/** A driver that is being read, and everything it has said. */
class Watched implements AsyncDisposable {
  readonly batches: Batch[] = []
  /** How long each batch is thought about before the next is asked for. */
  stallMs = 0
  readonly told: LogFacts[] = []
  readonly #ended = new AbortController()
  readonly #running: Promise<void>

  constructor(url: string, over: { password?: string } = {}) {
    const camera = CameraDevice.parse({ id: 'gate-camera', profile: profile.profile, url, user: 'watcher' })
    const note = (facts: LogFacts) => void this.told.push(facts)
    const log: Log = { error: note, warn: note, info: note, debug: () => undefined, child: () => log }
    const clock = scaledClock(Date.now(), Date.now(), 20)
    const driver = isapiDriver({ camera, profile, password: over.password ?? PASSWORD, clock, log })
    this.#running = (async () => {
      for await (const batch of driver.batches(this.#ended.signal)) {
        this.batches.push(batch)
        if (this.stallMs > 0) await new Promise((resolve) => setTimeout(resolve, this.stallMs))
      }
    })()
  }

  /** Values of a point in the order they were said, repeats left out; null = bad. */
  values(point: string): unknown[] {
    const all = this.batches.map((batch) => batch.readings.find((reading) => reading.point === point)?.value)
    return all.filter((value, index) => index === 0 || value !== all[index - 1])
  }

  /** Evidence rows of a point. */
  evidence(point: string) {
    return this.batches.flatMap((batch) => batch.readings.find((one) => one.point === point)?.evidence ?? [])
  }

  async end(): Promise<void> {
    this.#ended.abort()
    await this.#running
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.end()
  }
}

async function until(what: () => boolean): Promise<void> {
  const deadline = Date.now() + GIVE_UP_MS
  while (!what()) {
    if (Date.now() > deadline) throw new Error(`did not happen in ${GIVE_UP_MS} ms: ${what.toString()}`)
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
}

describe('the camera driver', () => {
  const opened: AsyncDisposable[] = []
  afterEach(async () => {
    for (const one of opened.splice(0).reverse()) await one[Symbol.asyncDispose]()
  })
  const camera = async (algorithm: 'MD5' | 'SHA-256' | 'basic-only' = 'MD5'): Promise<FakeCamera> => {
    const made = await fakeCamera({ user: 'watcher', password: PASSWORD, algorithm })
    opened.push(made)
    return made
  }
  const watch = (url: string, over: { password?: string } = {}): Watched => {
    const made = new Watched(url, over)
    opened.push(made)
    return made
  }
  /** Sends heartbeats until the test ends, as cameras do. */
  const beating = (made: FakeCamera): Disposable => {
    const timer = setInterval(() => made.event('videoloss', 'inactive'), 20)
    return { [Symbol.dispose]: () => clearInterval(timer) }
  }

  it.each(['MD5', 'SHA-256'] as const)('signs in with %s digest and says that it watches', async (algorithm) => {
    const made = await camera(algorithm)
    const watched = watch(made.url)
    await until(() => watched.batches.length > 0)
    expect(watched.values('stream')).toEqual([true])
    expect(watched.values('human')).toEqual([false])
    for (const reading of watched.batches.flatMap((batch) => batch.readings)) Reading.parse(reading)
  })

  it('makes one presence of repeated messages, ends it on silence, and brings the picture once', async () => {
    const made = await camera()
    using _ = beating(made)
    const watched = watch(made.url)
    await until(() => made.asked.streams === 1)
    for (let repeat = 0; repeat < 5; repeat += 1) made.event('fielddetection', 'active', HUMAN)
    await until(() => watched.values('human').length === 3)
    expect(watched.values('human')).toEqual([false, true, false])
    expect(watched.values('vehicle')).toEqual([false])
    expect(watched.values('stream')).toEqual([true])
    expect(made.asked.pictures).toBe(1)
    const [row] = watched.evidence('human')
    const sha256 = createHash('sha256').update(JPEG).digest('hex')
    expect(row).toMatchObject({ sha256, bytes: JPEG.length, target: 'human', event: 'fielddetection' })
    const pictures = watched.batches.flatMap((batch) => batch.pictures)
    expect(pictures.map((picture) => Buffer.from(picture.bytes))).toEqual([JPEG])
    const withPicture = watched.batches.find((batch) => batch.pictures.length > 0)
    expect(withPicture?.readings.some((reading) => reading.evidence?.[0]?.sha256 === sha256)).toBe(true)
  })

  it('shows a vehicle as a vehicle, and what the camera cannot name as a person', async () => {
    const made = await camera()
    using _ = beating(made)
    const watched = watch(made.url)
    await until(() => made.asked.streams === 1)
    made.event('linedetection', 'active', VEHICLE)
    await until(() => watched.values('vehicle').includes(true))
    expect(watched.values('human')).toEqual([false])
    made.event('fielddetection', 'active')
    await until(() => watched.values('human').includes(true))
    expect(watched.evidence('human')[0]?.target).toBe('unknown')
  })

  it('raises no presence from heartbeats, other events or other channels, and stays valid', async () => {
    const made = await camera()
    using _ = beating(made)
    const watched = watch(made.url)
    await until(() => made.asked.streams === 1)
    made.event('heartBeat', 'active')
    made.event('diskfull', 'active')
    made.send(
      '--boundary\r\n\r\n<EventNotificationAlert><eventType>fielddetection</eventType><channelID>2</channelID></EventNotificationAlert>\r\n',
    )
    await until(() => watched.batches.length >= 10)
    expect(watched.values('human')).toEqual([false])
    // Told anew every 3 s of its clock and valid for 2.5 times that, so that one late batch makes nothing stale.
    for (const { readings } of watched.batches) {
      for (const { at, validUntil } of readings) expect(validUntil - at).toBe(7_500)
    }
  })

  it('says stream-lost when nothing comes any more, and watches again when it does', async () => {
    const made = await camera()
    const watched = watch(made.url)
    await until(() => made.asked.streams === 1)
    made.event('fielddetection', 'active', HUMAN)
    await until(() => watched.values('stream').includes(null))
    const lost = watched.batches.find((batch) => batch.readings[0]?.value === null)
    expect(lost?.readings.map(({ point, value, quality, reason }) => [point, value, quality, reason])).toEqual(
      ['stream', 'human', 'vehicle'].map((point) => [point, null, 'bad', 'stream-lost']),
    )
    await until(() => watched.values('stream').length >= 3)
    expect(watched.values('stream').slice(0, 3)).toEqual([true, null, true])
    expect(made.asked.streams).toBeGreaterThan(1)
    expect(watched.told.filter((facts) => facts.code === 'link/timeout')).toHaveLength(1)
  })

  it('survives a camera that hangs up, sends garbage, or is not there', async () => {
    const made = await camera()
    using _ = beating(made)
    const watched = watch(made.url)
    await until(() => made.asked.streams === 1)
    made.send(Buffer.from(Array.from({ length: 5_000 }, (__, index) => (index * 7) % 256)))
    made.send('\r\n--boundary\r\nContent-Type: application/xml\r\n\r\n<oops>\r\n--boundary\r\n')
    made.event('fielddetection', 'active', HUMAN)
    await until(() => watched.values('human').includes(true))
    expect(watched.told.some((facts) => facts.code === 'message/malformed')).toBe(true)
    made.hangUp()
    await until(() => made.asked.streams === 2)
    expect(watched.values('stream').slice(0, 2)).toEqual([true, null])
    const nobody = watch('http://127.0.0.1:9')
    await until(() => nobody.values('stream').includes(null))
    expect(nobody.told.map((facts) => facts.code)).toEqual(['link/down'])
  })

  it('sees nobody and says so when the camera itself gets no picture', async () => {
    const made = await camera()
    const watched = watch(made.url)
    await until(() => made.asked.streams === 1)
    made.event('videoloss', 'active')
    await until(() => watched.values('stream').includes(null))
    made.event('videoloss', 'inactive')
    await until(() => watched.values('stream').length === 3)
    expect(watched.values('human').slice(0, 3)).toEqual([false, null, false])
    expect(made.asked.streams).toBe(1)
  })

  it('alarms without a picture when none can be had: refused, not a JPEG, too large or too slow', async () => {
    for (const picture of [
      (response: Parameters<FakeCamera['picture']>[0]) => response.writeHead(503).end(),
      (response: Parameters<FakeCamera['picture']>[0]) => response.writeHead(200).end('<html>busy</html>'),
      (response: Parameters<FakeCamera['picture']>[0]) =>
        response.writeHead(200).end(Buffer.concat([JPEG, Buffer.alloc(1024 * 1024)])),
      () => undefined,
    ]) {
      const made = await camera()
      made.picture = picture
      using _ = beating(made)
      const watched = watch(made.url)
      await until(() => made.asked.streams === 1)
      made.event('fielddetection', 'active', HUMAN)
      await until(() => watched.values('human').includes(true))
      expect(watched.evidence('human')).toEqual([])
      await watched.end()
    }
  })

  it('lets the picture follow when it comes late, so that the alarm does not wait for it', async () => {
    const made = await camera()
    const waiting: (() => void)[] = []
    made.picture = (response) => void waiting.push(() => response.writeHead(200).end(JPEG))
    using _ = beating(made)
    const watched = watch(made.url)
    await until(() => made.asked.streams === 1)
    made.event('fielddetection', 'active', HUMAN)
    await until(() => watched.values('human').includes(true))
    expect(watched.evidence('human')).toEqual([])
    waiting[0]?.()
    await until(() => watched.evidence('human').length === 1)
  })

  it('tries a wrong password once and then waits, because cameras lock users out', async () => {
    const made = await camera()
    const watched = watch(made.url, { password: 'wrong' })
    await until(() => watched.batches.length > 0)
    expect(made.asked.refused).toBe(1)
    expect(watched.told.map((facts) => facts.code)).toEqual(['camera/refused'])
    expect(JSON.stringify(watched.told)).not.toContain('wrong')
  })

  it('does not give its password to a camera that offers Basic only', async () => {
    const made = await camera('basic-only')
    const watched = watch(made.url)
    await until(() => watched.batches.length > 0)
    expect(made.asked.refused).toBe(0)
    expect(watched.told.map((facts) => facts.code)).toEqual(['camera/refused'])
  })

  it('does not take a slow consumer for a silent camera', async () => {
    const made = await camera()
    using _ = beating(made)
    const watched = watch(made.url)
    await until(() => made.asked.streams === 1)
    made.event('fielddetection', 'active', HUMAN)
    watched.stallMs = 1_500
    await until(() => watched.batches.length >= 4)
    expect(watched.values('stream')).toEqual([true])
    expect(made.asked.streams).toBe(1)
  })

  it('is not ended by a stream that breaks off while a slow consumer thinks', async () => {
    const made = await camera()
    const watched = watch(made.url)
    watched.stallMs = 300
    await until(() => made.asked.streams === 1)
    made.event('fielddetection', 'active', HUMAN)
    await until(() => watched.values('human').includes(true))
    made.hangUp()
    await until(() => made.asked.streams === 2)
    expect(watched.values('stream')).toContain(null)
  })

  it('ends when it is told to, whatever it is doing', async () => {
    const made = await camera()
    const watched = watch(made.url)
    await until(() => made.asked.streams === 1)
    await watched.end()
    const nobody = watch('http://127.0.0.1:9')
    await until(() => nobody.batches.length > 0)
    await nobody.end()
  })
})
