import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { loadProfiles } from '../../platform/site/profiles.ts'
import { serveDlt645 } from '../../sim/dlt645/bus.ts'
import { dlt645Station } from '../../sim/dlt645/meter.ts'
import type { Listener } from '../../sim/listen.ts'
import { serveBus } from '../../sim/modbus/bus.ts'
import { imageOf } from '../../sim/modbus/image.ts'
import type { Station } from '../../sim/modbus/pdu.ts'
import { plausibleValues } from '../../sim/models/plausible.ts'
import { type TestFolder, testFolder } from '../support/processes.ts'
import { until } from '../support/until.ts'

const PROFILES = loadProfiles([join(import.meta.dirname, '../../devices')])

let folder: TestFolder
let tcp: Listener
let rtu: Listener

beforeAll(async () => {
  folder = await testFolder()
  const stations = [stationOf('eastron/sdm630', 1), stationOf('acrel/adl400', 5)]
  tcp = await serveBus({ kind: 'tcp', host: '127.0.0.1', port: 0, stations })
  rtu = await serveBus({ kind: 'rtu-over-tcp', host: '127.0.0.1', port: 0, stations })
})
afterAll(async () => {
  await tcp.close()
  await rtu.close()
  await folder[Symbol.asyncDispose]()
})

function stationOf(name: string, unit: number): Station {
  const profile = PROFILES.get(name)!
  if (profile.driver !== 'modbus') throw new TypeError(name)
  // Known numbers, so that the test can read them off.
  const values = { ...plausibleValues(profile, 1), 'voltage-l1': 230.5, 'active-power': 28_512 }
  const image = imageOf(profile, values)
  return { unit, maxRegisters: profile.maxRegisters, image: () => image }
}

function pitwatch(...words: readonly string[]): Promise<{ code: number; out: string; err: string }> {
  return new Promise((settle) => {
    execFile(process.execPath, ['cli/pitwatch.js', ...words], (error, out, err) => {
      settle({ code: typeof error?.code === 'number' ? error.code : 0, out, err })
    })
  })
}

async function siteFile(name: string, devices: string): Promise<string> {
  const path = join(folder.path, name)
  const text = `group: beishan
site:
  id: shipo-pit
  name: { zh-CN: 石坡矿, en: Shipo pit }
  kind: closed-pit
  area: { zh-CN: 北山镇, en: Beishan }
  place: { x: 10, y: 20 }
store: store
uplink: { url: mqtt://127.0.0.1:1883 }
buses:
  - { id: line-1, kind: rtu-over-tcp, host: 127.0.0.1, port: ${rtu.port} }
devices:
${devices}`
  await writeFile(path, text)
  return path
}

const METERS = `  - { id: feeder, profile: eastron/sdm630, bus: line-1, unit: 1 }
  - { id: fan, profile: acrel/adl400, bus: line-1, unit: 5, every: 2s }
`

describe('pitwatch scan', () => {
  it('proposes a site file that holds once the site facts are filled in, and overwrites none', async () => {
    const out = join(folder.path, 'proposed.yaml')
    const words = ['scan', '--rtu-over-tcp', `127.0.0.1:${rtu.port}`, '--units', '1,2,5', '--out', out]
    const found = await pitwatch(...words, '--lang', 'en')
    expect(found).toMatchObject({ code: 0 })
    expect(found.out).toMatch(/1\s+eastron\/sdm630\s+99 %/)
    expect(found.out).toMatch(/5\s+acrel\/adl400\s+99 %/)
    expect(found.out).toContain('2 devices answered, 2 recognised')

    const empty = await pitwatch('check', out, '--lang', 'en')
    expect(empty.code).toBe(2)
    for (const fact of ['group', 'site.id', 'site.kind', 'site.name.zh-CN', 'uplink.url']) {
      expect(empty.err).toMatch(new RegExp(`:\\d+:\\d+: ${fact}: expected`))
    }
    expect(empty.err).not.toMatch(/devices|buses/)
    const filled = (await readFile(out, 'utf8'))
      .replace(/^group:.*/m, 'group: beishan')
      .replace(/^ {2}id:.*/m, '  id: shipo-pit')
      .replace(/^ {2}kind:.*/m, '  kind: closed-pit')
      .replaceAll('{ zh-CN: , en: }', '{ zh-CN: a, en: b }')
      .replace('{ x: , y: }', '{ x: 1, y: 2 }')
      .replace('{ url: }', '{ url: "mqtt://127.0.0.1:1883" }')
    await writeFile(out, filled)
    expect(await pitwatch('check', out, '--lang', 'en')).toMatchObject({ code: 0 })

    const again = await pitwatch(...words, '--lang', 'zh-CN')
    expect(again.code).toBe(2)
    expect(again.err).toContain('没有覆盖')
    expect(await readFile(out, 'utf8')).toBe(filled)
  })

  it('says what to look at when nothing answers, and what is wrong with its options', async () => {
    const silent = await pitwatch(
      'scan',
      '--rtu-over-tcp',
      `127.0.0.1:${rtu.port}`,
      '--units',
      '9-12',
      '--lang',
      'zh-CN',
    )
    expect(silent).toMatchObject({ code: 1 })
    expect(silent.out).toContain('没有设备应答')
    const none = await pitwatch('scan', '--lang', 'en')
    expect(none).toMatchObject({ code: 2 })
    expect(none.err).toContain('--serial, --tcp, --rtu-over-tcp')
    expect(await pitwatch('scan', '--tcp', 'h:1', '--units', '0-300', '--lang', 'en')).toMatchObject({ code: 2 })
    const gone = await pitwatch('scan', '--serial', '/dev/serial/by-id/none', '--lang', 'en')
    expect(gone.code).toBe(1)
    expect(gone.err).toContain('/dev/serial/by-id/none')
  })
})

describe('pitwatch scan of Modbus TCP', () => {
  it('claims no line settings, and speaks of host, port and unit when nothing answers', async () => {
    const place = ['--tcp', `127.0.0.1:${tcp.port}`, '--lang', 'en']
    const found = await pitwatch('scan', ...place, '--units', '1')
    expect(found.out).toMatch(/—\s+1\s+eastron\/sdm630/)
    expect(found.out).not.toMatch(/9600|factory/)
    const silent = await pitwatch('scan', ...place, '--units', '9')
    expect(silent.out).toContain('host and port')
    expect(silent.out).not.toContain('A and B')
  })
})

describe('pitwatch read', () => {
  it('shows value, unit, quality and the bytes and steps it came from, in both languages', async () => {
    const words = ['read', '--rtu-over-tcp', `127.0.0.1:${rtu.port}`, '--unit', '5', '--profile', 'acrel/adl400']
    const en = await pitwatch(...words, '--point', 'active-power', '--steps', '--lang', 'en')
    expect(en.code).toBe(0)
    expect(en.out).toMatch(/active-power\s+28512\s+W\s+good\s+\d\.\d s\s+41 E4 18 93/)
    // The vector of the field: 28.512 kW at 0x081A.
    expect(en.out).toContain('> 05 03 08 1A 00 02')
    expect(en.out).toContain('as f32 that is 28.512')
    expect(en.out).toContain('from kW, × 1000 = 28512 W')
    const zh = await pitwatch(...words, '--point', 'active-power', '--lang', 'zh-CN')
    expect(zh.out).toMatch(/active-power\s+28512\s+W\s+良好/)
  })

  it('reads a device of a site file, and names the devices there are when asked for another', async () => {
    const site = await siteFile('read.yaml', METERS)
    const all = await pitwatch('read', site, 'feeder', '--lang', 'en')
    expect(all.code).toBe(0)
    expect(all.out).toMatch(/voltage-l1\s+230\.5\s+V\s+good/)
    const [, good, points] = /(\d+) of (\d+) points good/.exec(all.out)!
    expect(good).toBe(points)
    const other = await pitwatch('read', site, 'feedr', '--lang', 'en')
    expect(other.code).toBe(2)
    expect(other.err).toContain('did you mean feeder?')
  })

  it('reads a DL/T 645 meter by the address printed on it', async () => {
    const profile = PROFILES.get('generic/dlt645-three-phase')!
    if (profile.driver !== 'dlt645') throw new TypeError(profile.profile)
    const station = dlt645Station({ address: '202501140001', profile, values: () => ({ 'active-power': 28_501.2 }) })
    await using meter = await serveDlt645({ host: '127.0.0.1', port: 0, stations: [station] })
    const words = ['read', '--rtu-over-tcp', `127.0.0.1:${meter.port}`, '--meter', '202501140001', '--steps']
    const read = await pitwatch(...words, '--profile', profile.profile, '--point', 'active-power', '--lang', 'en')
    expect(read.code).toBe(0)
    expect(read.out).toMatch(/active-power\s+28501\.2\s+W\s+good\s+\d\.\d s\s+12 50 28/)
    expect(read.out).toContain('low byte first: 285012, 4 of them behind the point → that is 28.5012 kW → within ')
  })

  it('shows registers as they are, as integers and as floats in both word orders', async () => {
    const words = ['read', '--tcp', `127.0.0.1:${tcp.port}`, '--unit', '1', '--table', 'input']
    const raw = await pitwatch(...words, '--address', '0', '--count', '2', '--lang', 'en')
    expect(raw.code).toBe(0)
    expect(raw.out).toMatch(/0 \(0x0000\)\s+43 66\s+17254\s+17254\s+230\.5/)
    const refused = await pitwatch(...words, '--address', '60000', '--lang', 'en')
    expect(refused.code).toBe(1)
    expect(refused.out).toContain('exception 2 (illegal data address)')
  })
})

describe('pitwatch read, of another device or none', () => {
  it('shows the serial number, and fails when it is not the one of the site file', async () => {
    const own = await siteFile('own.yaml', METERS)
    const fine = await pitwatch('read', own, 'feeder', '--lang', 'en')
    const serial = /serial number (\d+)/.exec(fine.out)?.[1]
    expect([fine.code, serial]).toEqual([0, expect.stringMatching(/^\d+$/)])
    const other = await siteFile('other.yaml', METERS.replace('unit: 1', 'unit: 1, serial: "999"'))
    const mistaken = await pitwatch('read', other, 'feeder', '--lang', 'en')
    expect(mistaken.code).toBe(1)
    expect(mistaken.err).toContain(`expected serial number 999, came ${serial}: another device`)
  })

  it('stops after a few requests without an answer, with one advice', async () => {
    const site = await siteFile('silent.yaml', '  - { id: none, profile: eastron/sdm630, bus: line-1, unit: 77 }\n')
    const silent = await pitwatch('read', site, 'none', '--lang', 'en')
    expect(silent.code).toBe(1)
    expect(silent.err).toContain('no usable answer to the first 3 requests')
    expect(silent.out.match(/failed:/g)).toHaveLength(1)
  })

  it('needs no more of a site file than its buses and devices', async () => {
    const path = join(folder.path, 'half.yaml')
    const bus = `buses: [{ id: line-1, kind: rtu-over-tcp, host: 127.0.0.1, port: ${rtu.port} }]`
    await writeFile(path, `group:\nsite: { id: }\n${bus}\ndevices:\n${METERS}`)
    expect(await pitwatch('read', path, 'feeder', '--lang', 'en')).toMatchObject({ code: 0 })
  })

  it('says what it was given too much or too little of', async () => {
    const site = await siteFile('usage.yaml', METERS)
    const cases: readonly (readonly [readonly string[], RegExp])[] = [
      [['read', site, 'feeder', '--tcp', '127.0.0.1:1'], /expected no --tcp beside it/],
      [['read', '--tcp', 'h:1', '--unit', '2', '--profile', 'generic/dlt645-three-phase'], /it needs --meter/],
      [['read'], /FILE DEVICE[^]*serial port[^]*npx pitwatch read --help/i],
      [['read', site, 'feeder', '--point', 'voltag-l1'], /and \d+ more\), came voltag-l1; did you mean voltage-l1\?/],
    ]
    const ended = await Promise.all(cases.map(([words]) => pitwatch(...words, '--lang', 'en')))
    for (const [index, { code, err }] of ended.entries()) {
      expect(err).toMatch(cases[index]![1])
      expect(code).toBe(2)
    }
  })

  it('names the exception that a device refuses with', async () => {
    const refusing = {
      ...stationOf('eastron/sdm630', 1),
      image: () => imageOf(PROFILES.get('acrel/adl400')! as never, {}),
    }
    await using line = await serveBus({ kind: 'tcp', host: '127.0.0.1', port: 0, stations: [refusing] })
    const words = ['read', '--tcp', `127.0.0.1:${line.port}`, '--unit', '1', '--profile', 'eastron/sdm630']
    const read = await pitwatch(...words, '--point', 'voltage-l1', '--steps', '--lang', 'en')
    expect(read.code).toBe(1)
    expect(read.out).toMatch(/the device refused: exception 2 \(illegal data address\)/)
  })

  it('watches until it is told to end, and ends well', async () => {
    const site = await siteFile('watch.yaml', METERS)
    const program = spawn(process.execPath, ['cli/pitwatch.js', 'read', site, 'feeder', '--watch', '--lang', 'en'])
    const said = { out: '', err: '' }
    program.stdout.on('data', (chunk: Buffer) => (said.out += chunk.toString()))
    program.stderr.on('data', (chunk: Buffer) => (said.err += chunk.toString()))
    const ended = once(program, 'exit')
    await until('the first values', () => said.out.includes('points good'))
    program.kill('SIGINT')
    expect([(await ended)[0], said.err]).toEqual([0, ''])
  })
})

describe('pitwatch check', () => {
  it('prints what each bus has to do', async () => {
    const site = await siteFile('check.yaml', METERS)
    const checked = await pitwatch('check', site, '--lang', 'en')
    expect(checked.code).toBe(0)
    expect(checked.out).toMatch(/Bus line-1: \d+ % in use, \d+ requests a round, a command takes \d+ ms at worst/)
    expect(checked.out).toMatch(/feeder\s+\d+ %\s+fast\s+\d+\s+1\.0 s/)
    const each = await pitwatch('check', site, '--points', '--lang', 'zh-CN')
    expect(each.out).toMatch(/feeder\s+\d+ %\s+快\s+voltage-l1/)
  })

  it('calls a bus that has more to do than there is time a fault, with the period that would do', async () => {
    const over = await siteFile('over.yaml', METERS.replace('unit: 1', 'unit: 1, every: 100ms'))
    const checked = await pitwatch('check', over, '--lang', 'en')
    expect(checked.code).toBe(2)
    expect(checked.err).toMatch(/bus line-1: expected at most 100 % of its time, came \d+ %/)
    expect(checked.out).not.toContain('in order')
    const busy = await siteFile('busy.yaml', METERS.replace('unit: 1', 'unit: 1, every: 300ms'))
    const warned = await pitwatch('check', busy, '--lang', 'en')
    expect(warned.code).toBe(0)
    expect(warned.err).toContain('warning: bus line-1')
  })
})

describe('pitwatch commission', () => {
  it('signs what was read beside what was measured by hand, and notices any change later', async () => {
    const site = await siteFile('commission.yaml', METERS)
    const [out, json] = [join(folder.path, 'sheet.html'), join(folder.path, 'sheet.json')]
    const photo = join(folder.path, 'cabinet.jpg')
    await writeFile(photo, 'picture')
    const readings = join(folder.path, 'readings.yaml')
    await writeFile(readings, 'readings:\n  feeder/voltage-l1: 230\n  fan/active-power: { value: 28.4, unit: kW }\n')
    const words = ['commission', site, '--out', out, '--by', 'T. Echnician', '--readings', readings, '--photo', photo]
    const made = await pitwatch(...words, '--lang', 'en')
    expect(made).toMatchObject({ code: 0 })
    expect(made.out).toContain('feeder/voltage-l1: 230.5 V, by hand 230 V, off by 0.5 V (0.217 %): pass')
    expect((await stat(join(folder.path, 'store', 'commission-key.pem'))).mode & 0o077).toBe(0)
    expect(await readFile(out, 'utf8')).toContain('设备投运核验单')

    const good = await pitwatch('commission', '--verify', json, '--lang', 'en')
    expect(good).toMatchObject({ code: 0 })
    expect(good.out).toContain('photo cabinet.jpg: unchanged')
    expect(good.out).toContain('verdict: pass')
    expect(good.out).toContain('printed page sheet.html: as the signed data has it')
    const page = await readFile(out, 'utf8')
    await writeFile(out, page.replace('T. Echnician', 'S. Omebody'))
    const painted = await pitwatch('commission', '--verify', json, '--lang', 'en')
    expect(painted).toMatchObject({ code: 1 })
    expect(painted.err).toContain('the printed page differs from the signed data')
    await writeFile(out, page)
    const again = await pitwatch(...words, '--lang', 'en')
    expect(again).toMatchObject({ code: 2 })
    expect(await readFile(out, 'utf8')).toBe(page)

    await writeFile(photo, 'another picture')
    expect(await pitwatch('commission', '--verify', json)).toMatchObject({ code: 1 })
    await writeFile(photo, 'picture')
    await writeFile(json, (await readFile(json, 'utf8')).replace('T. Echnician', 'S. Omebody'))
    const forged = await pitwatch('commission', '--verify', json, '--lang', 'zh-CN')
    expect(forged).toMatchObject({ code: 1 })
    expect(forged.err).toContain('签名无效')
  })

  it('puts the devices of a bus that is not there on the sheet without values, and reads the others', async () => {
    const site = await siteFile(
      'half.yaml',
      `${METERS}  - { id: far, profile: eastron/sdm630, bus: line-2, unit: 1 }\n`,
    )
    const gone = `devices:`
    const text = await readFile(site, 'utf8')
    await writeFile(site, text.replace(gone, `  - { id: line-2, kind: tcp, host: 127.0.0.1, port: 1 }\n${gone}`))
    const [readings, out] = [join(folder.path, 'half-readings.yaml'), join(folder.path, 'half.html')]
    await writeFile(readings, 'readings: { feeder/voltage-l1: 230, fan/active-power: 28500 }\n')
    const words = ['commission', site, '--out', out, '--by', 'T. Echnician', '--readings', readings, '--lang', 'en']
    const made = await pitwatch(...words)
    expect(made.err).toContain('bus line-2 cannot be reached')
    expect(made.out).toMatch(/feeder\/voltage-l1: .*: pass/)
    expect(made.out).toContain('incomplete. Wrote')
    expect(made.code).toBe(1)
  })

  it('says in one line that it wants the JSON file, and which folder is missing before it reads anything', async () => {
    const [page, torn] = [join(folder.path, 'only.html'), join(folder.path, 'torn.json')]
    await writeFile(page, `<!doctype html>\n${'<p>: [</p>\n'.repeat(500)}`)
    await writeFile(torn, '{ "sheet": ')
    const [asPage, asTorn] = [
      await pitwatch('commission', '--verify', page, '--lang', 'en'),
      await pitwatch('commission', '--verify', torn, '--lang', 'en'),
    ]
    expect([asPage.code, asTorn.code]).toEqual([2, 2])
    expect(asPage.err).toContain('only.json')
    expect([asPage.err, asTorn.err].map((text) => text.trim().split('\n').length)).toEqual([1, 1])
    const site = await siteFile('nowhere.yaml', METERS)
    const out = join(folder.path, 'no-such-folder', 's.html')
    const nowhere = await pitwatch('commission', site, '--out', out, '--by', 'T. Echnician', '--lang', 'en')
    expect(nowhere.code).toBe(2)
    expect(nowhere.err).toContain('expected a file in a folder that exists')
    const scanned = await pitwatch('scan', '--tcp', `127.0.0.1:${tcp.port}`, '--out', out, '--lang', 'en')
    expect(scanned).toMatchObject({ code: 2, out: '' })
  })

  it('fails when a reading is outside its tolerance, and names every reading of no point', async () => {
    const site = await siteFile('fails.yaml', METERS)
    const readings = join(folder.path, 'off.yaml')
    const out = join(folder.path, 'off.html')
    const words = ['commission', site, '--out', out, '--by', 'T. Echnician', '--readings', readings, '--lang', 'en']
    await writeFile(readings, 'readings: { feeder/voltage-l1: 200 }\n')
    expect(await pitwatch(...words)).toMatchObject({ code: 1 })
    await writeFile(readings, 'readings:\n  feeder/voltage-l9: 200\n  fan/active-power: { value: 1, unit: V }\n')
    const wrong = await pitwatch(...words)
    expect(wrong.code).toBe(2)
    expect(wrong.err).toMatch(/off\.yaml:2:3: .*expected a point that is read/)
    expect(wrong.err).toMatch(/off\.yaml:3:3: .*expected a unit of power, came V/)
  })
})
