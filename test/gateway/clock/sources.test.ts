import { writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { askGpsd, gpsClaim } from '../../../gateway/clock/gpsd.ts'
import { type KeptTime, keptTimePath, readKeptTime, writeKeptTime } from '../../../gateway/clock/kept-time.ts'
import { readRtc, rtcClaim } from '../../../gateway/clock/rtc.ts'
import { leaveNote, noteClaim, technicianNotePath } from '../../../gateway/clock/technician-note.ts'
import { systemClock } from '../../../platform/clock.ts'
import { freePort, testFolder } from '../../support/processes.ts'
import { NIGHT } from './world.ts'

const folder = await testFolder()
afterAll(() => folder[Symbol.asyncDispose]())
const BOOT = 'f7dc8359a8dc4b5082258a2c5157c75d'

const kept: KeptTime = {
  boot: BOOT,
  from: 1_000,
  mono: 61_000,
  offsetMs: NIGHT - 61_000,
  uncertaintyMs: 40,
  source: 'ntp',
  isLast: false,
  rtcAheadMs: 8 * 3_600_000,
  surest: null,
  claims: [],
  anchors: [],
  past: [],
  owed: [],
}

describe('the battery clock', () => {
  it('says what it showed when it was held against the true time, less sure with every hour since, in whatever zone', () => {
    const rtc = NIGHT + 8 * 3_600_000 + 10 * 3_600_000
    const claim = rtcClaim(rtc, 5_000, kept)
    expect(claim?.offsetMs).toBe(NIGHT + 10 * 3_600_000 - 5_000)
    expect(claim?.uncertaintyMs).toBeCloseTo(40 + 1_000 + 7_200, 6)
  })

  it('says nothing when it has lost its battery and shows a time before the last that was told', () => {
    expect(rtcClaim(20_000, 5_000, kept)).toBeNull()
    expect(rtcClaim(NIGHT, 5_000, kept)).toBeNull()
  })

  it('is a guess of unknown worth before it was ever held against anything', () => {
    expect(rtcClaim(NIGHT, 5_000, null)).toMatchObject({ source: 'rtc', uncertaintyMs: null })
    expect(rtcClaim(NIGHT + 9 * 3_600_000, 5_000, { ...kept, rtcAheadMs: null })).toMatchObject({ uncertaintyMs: null })
  })

  it('is read from the file in which Linux shows its seconds; there need be none', () => {
    const path = join(folder.path, 'since_epoch')
    writeFileSync(path, '1700000000\n')
    expect(readRtc(path)).toBe(1_700_000_000_500)
    writeFileSync(path, 'no\n')
    expect(readRtc(path)).toBeNull()
    expect(readRtc(join(folder.path, 'nothing'))).toBeNull()
  })
})

// A report of gpsd as its manual shows it. (gpsd_json(5))
const TPV =
  '{"class":"TPV","device":"/dev/pts/1","time":"2005-06-08T10:34:48.283Z","ept":0.005,"lat":46.498293369,"lon":7.567411672,"alt":1343.127,"eph":36.000,"epv":32.321,"track":10.3788,"speed":0.091,"climb":-0.085,"mode":3}'

describe('a GPS receiver', () => {
  it('says the time of its fix, which came over the line within the second after', () => {
    const claim = gpsClaim(TPV, 1_000)
    const utc = Date.UTC(2005, 5, 8, 10, 34, 48, 283)
    expect(claim?.source).toBe('gps')
    expect(claim?.uncertaintyMs).toBeCloseTo(505, 9)
    expect(Math.abs((claim?.offsetMs ?? 0) + 1_000 - utc - 500)).toBeLessThan(1)
  })

  it('says nothing without a fix, or without a time', () => {
    for (const line of [
      TPV.replace('"mode":3', '"mode":1'),
      '{"class":"SKY"}',
      '',
      'no',
      TPV.replace(/"time":"[^"]+",/, ''),
    ])
      expect(gpsClaim(line, 0)).toBeNull()
  })

  it('is asked over TCP, and one that is not there, says nothing of use or never stops is passed over', async () => {
    const { signal } = new AbortController()
    const noise = `${'x'.repeat(1_000)}\n`.repeat(400)
    let answer = `{"class":"VERSION","release":"3.25"}\n${TPV}\n`
    const server = createServer((socket) => {
      socket.on('error', () => undefined)
      socket.once('data', (asked) => {
        expect(asked.toString()).toMatch(/^\?WATCH=.*json/)
        socket.write(answer)
      })
    })
    const port = await freePort()
    await new Promise<void>((done) => server.listen(port, '127.0.0.1', () => done()))
    const place = { host: '127.0.0.1', port }
    expect(await askGpsd(place, systemClock, signal)).toMatchObject({ source: 'gps' })
    answer = noise
    expect(await askGpsd(place, systemClock, signal)).toBeNull()
    server.close()
    expect(await askGpsd({ host: '127.0.0.1', port: await freePort() }, systemClock, signal)).toBeNull()
    expect(await askGpsd(place, systemClock, AbortSignal.abort())).toBeNull()
  })
})

describe('notes beside the store', () => {
  it('a technician leaves the time for the boot it was written in', () => {
    expect(noteClaim(folder.path, BOOT)).toBeNull()
    leaveNote(folder.path, { utc: NIGHT, boot: BOOT, mono: 7_000, uncertaintyMs: 2_000 })
    expect(noteClaim(folder.path, BOOT)).toEqual({
      source: 'technician',
      mono: 7_000,
      offsetMs: NIGHT - 7_000,
      uncertaintyMs: 2_000,
    })
    expect(noteClaim(folder.path, '00000000')).toBeNull()
    writeFileSync(technicianNotePath(folder.path), '{"utc": "now"')
    expect(noteClaim(folder.path, BOOT)).toBeNull()
  })

  it('the gateway keeps what it knows; what is damaged counts as nothing, and a folder that refuses is told', () => {
    expect(readKeptTime(folder.path)).toBeNull()
    writeKeptTime(folder.path, kept)
    expect(readKeptTime(folder.path)).toEqual(kept)
    writeFileSync(keptTimePath(folder.path), JSON.stringify(kept).slice(0, -9))
    expect(readKeptTime(folder.path)).toBeNull()
    expect(() => writeKeptTime(join(folder.path, 'nowhere'), kept)).toThrow(/nowhere/)
  })
})
