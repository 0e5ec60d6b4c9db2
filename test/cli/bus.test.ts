import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { writeFile } from 'node:fs/promises'
import { type AddressInfo, createServer } from 'node:net'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { Bus } from '../../core/contract/site.ts'
import { UtcMs } from '../../core/contract/time.ts'
import { formatRecording, headerOf } from '../../core/decode/bus-recording.ts'
import { readRecording } from '../../gateway/recorder.ts'
import { freePort, testFolder } from '../support/processes.ts'
import { startProgram } from '../support/program.ts'
import { until } from '../support/until.ts'

interface Ended {
  readonly code: number
  readonly out: string
  readonly complaints: string
}

function pitwatch(...args: readonly string[]): Promise<Ended> {
  return new Promise((settle) => {
    const env = { ...process.env, LC_ALL: 'en_GB.UTF-8', PITWATCH_CLOCK: '' }
    execFile(process.execPath, ['cli/pitwatch.js', ...args], { env }, (error, out, complaints) => {
      const code = error === null ? 0 : typeof error.code === 'number' ? error.code : -1
      settle({ code, out, complaints })
    })
  })
}

describe('one simulated bus', () => {
  it('is recorded while it is read, and plays again to the same questions', async () => {
    await using folder = await testFolder()
    const port = await freePort()
    const site = await siteFile(folder.path, port)
    const tape = join(folder.path, 'line-1.bus')
    {
      await using _sim = await startProgram([
        'sim',
        '--bus-of',
        'eastron/sdm630@1',
        '--port',
        String(port),
        '--lang',
        'en',
      ])
      expect(_sim.output()).toContain('SIMULATED bus')
      const ended = await pitwatch('bus', 'record', site, '--for', '2s', '--out', tape)
      expect([ended.code, ended.out]).toEqual([
        0,
        expect.stringContaining('1 devices are read as the gateway reads them'),
      ])
    }
    const requests = readRecording(tape).events.filter(({ kind }) => kind === 'out').length
    expect(requests).toBeGreaterThan(3)
    await using player = await startProgram(['bus', 'replay', tape, '--port', String(port), '--lang', 'en'])
    const again = await pitwatch('bus', 'record', site, '--for', '4s', '--out', join(folder.path, 'again.bus'))
    expect(again.code).toBe(0)
    await until('the end of the recording', () =>
      player.output().includes(`${requests} of ${requests} requests played`),
    )
  }, 60_000)

  it('is refused with what was expected when it cannot be', async () => {
    const cases: readonly (readonly [readonly string[], RegExp])[] = [
      [['sim', '--bus-of', 'eastron/sdm630'], /expected vendor\/model@unit, came eastron\/sdm630/],
      [['sim', '--bus-of', 'eastron/nothing@1'], /there is no bus device eastron\/nothing/],
      [['sim', '--bus-of', 'eastron/sdm630@1,acrel/adl400@1'], /acrel\/adl400@1: expected a unit/],
      [['sim', '--bus-of', 'eastron/sdm630@1', '--kind', 'rtu'], /needs --serial/],
      [['sim', '--bus-of', 'eastron/sdm630@1', '--hostile', '30'], /--hostile: expected 0 to 1, came 30/],
      [['bus', 'play', 'a.bus'], /expected record or replay, came play/],
    ]
    const ended = await Promise.all(cases.map(([args]) => pitwatch(...args)))
    for (const [index, { code, complaints }] of ended.entries()) {
      expect(complaints).toMatch(cases[index]![1])
      expect(code).toBe(2)
    }
  })

  it('names the port that another program has, and the folder that is not there', async () => {
    const blocker = createServer().listen(0, '127.0.0.1')
    await once(blocker, 'listening')
    const { port } = blocker.address() as AddressInfo
    const taken = await pitwatch('sim', '--bus-of', 'eastron/sdm630@1', '--port', String(port))
    expect([taken.code, taken.complaints.trim()]).toEqual([
      1,
      `port ${port} is in use by another program: name another`,
    ])
    blocker.close()
    const folder = await pitwatch('sim', '--bus-of', 'eastron/sdm630@1', '--serial', '/nowhere/tty')
    expect([folder.code, folder.complaints]).toEqual([1, expect.stringContaining('expected the folder /nowhere')])
  })

  it('is not taken as played when its replay ends early', async () => {
    await using folder = await testFolder()
    const path = join(folder.path, 'early.bus')
    const header = headerOf(Bus.parse({ id: 'line-1', kind: 'tcp', host: 'h', port: 1 }), UtcMs.parse(0))
    const bytes = Uint8Array.of(0, 1, 0, 0, 0, 6, 1, 3, 0, 0, 0, 1)
    await writeFile(path, formatRecording({ header, events: [{ kind: 'out', atUs: 0, bytes }] }))
    const player = spawn(process.execPath, ['cli/pitwatch.js', 'bus', 'replay', path, '--lang', 'en'])
    let said = ''
    player.stdout.on('data', (chunk: Buffer) => (said += chunk.toString()))
    const ended = once(player, 'exit')
    await until('the replay to serve', () => said.includes('connects to'))
    player.kill('SIGINT')
    expect([(await ended)[0], said]).toEqual([1, expect.stringMatching(/0 of \d+ requests played/)])
  })

  it('names the line of a recording that is none', async () => {
    await using folder = await testFolder()
    const path = join(folder.path, 'a.bus')
    await writeFile(path, 'nothing of the kind\n')
    const { code, complaints } = await pitwatch('bus', 'replay', path)
    expect([code, complaints]).toEqual([2, expect.stringContaining('a.bus:1: expected')])
  })
})

async function siteFile(folder: string, port: number): Promise<string> {
  const path = join(folder, 'site.yaml')
  const text = `group: county
site: { id: old-pit, name: { zh-CN: Trial old pit, en: Trial old pit }, kind: closed-pit, area: { zh-CN: Trial township, en: Trial township }, place: { x: 40, y: 40 } }
store: gateway
uplink: { url: 'mqtt://127.0.0.1:1883' }
buses: [{ id: line-1, kind: rtu-over-tcp, host: 127.0.0.1, port: ${port}, timeout: 500ms }]
devices: [{ id: meter, profile: eastron/sdm630, bus: line-1, unit: 1, every: 500ms }]
`
  await writeFile(path, text)
  return path
}
