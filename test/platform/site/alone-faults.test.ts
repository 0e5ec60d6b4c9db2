import { appendFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { loadGatewayConfig } from '../../../platform/site/loaded-gateway.ts'
import { loadSent } from '../../../gateway/remote-config/sent.ts'
import { writeSite } from '../../gateway/pit.ts'

describe('what a site says of being alone', () => {
  let folder: string
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'pitwatch-alone-'))
  })
  afterEach(() => rmSync(folder, { recursive: true, force: true }))

  const load = (more: string) => {
    const path = writeSite(folder, { broker: 1, meter: 2 })
    appendFileSync(path, `\n${more}\n`)
    return loadGatewayConfig(path)
  }
  const faultsOf = (more: string): string => {
    try {
      load(more)
      return ''
    } catch (error) {
      return String(error)
    }
  }
  const siren = '{ id: siren, kind: siren, device: feeder-meter, coil: 2 }'

  it('is nothing to be configured: without a word the gateway calls about red alarms after a minute', () => {
    const { alone, deterrents, modem } = load('').config
    expect([alone, deterrents, modem]).toEqual([{ priorities: ['red'] }, [], undefined])
  })

  it('is taken whole', () => {
    const { config } = load(`alone: { after: 10s, again: 5min, siren: siren }
modem: { path: /dev/ttyUSB2 }
deterrents: [${siren}]`)
    expect(config.alone).toEqual({ after: 10_000, again: 300_000, priorities: ['red'], siren: 'siren' })
    expect(config.deterrents[0]).toMatchObject({ most: 30_000, coil: 2 })
  })

  it.each([
    [
      'a device that is none',
      `deterrents: [{ id: siren, kind: siren, device: relay, coil: 2 }]`,
      /deterrents.*device.*Modbus device.*relay/s,
    ],
    ['a siren that is none', `alone: { siren: horn }\ndeterrents: [${siren}]`, /alone.*siren.*horn/s],
    [
      'a coil twice',
      `deterrents: [${siren}, { id: b, kind: strobe, device: feeder-meter, coil: 2 }]`,
      /coil of its own/,
    ],
    [
      'an id twice',
      `deterrents: [${siren}, { id: siren, kind: strobe, device: feeder-meter, coil: 3 }]`,
      /each id once/,
    ],
    ['a PIN that is not there', `modem: { path: /dev/ttyUSB2, pinFile: no-such-file }`, /PIN/],
    ['calls every second', `alone: { again: 1s }`, /at least 10s/],
  ])('is refused with %s', (_what, more, words) => {
    expect(faultsOf(more)).toMatch(words)
  })

  it('stays the technician’s: no configuration from afar changes it, or takes the siren’s device away', () => {
    const own = load(`deterrents: [${siren}]`)
    const sent = (text: string) => () => loadSent({ site: text, profiles: [] }, own)
    const text = readFileSync(join(folder, 'site.yaml'), 'utf8')
    expect(sent(text.replace('coil: 2', 'coil: 9'))).toThrow(/technician's/)
    const without = text.replace(/devices:\n.*\n/, 'devices: []\n').replace(/rules:\n.*\n/, 'rules: []\n')
    expect(sent(without.replace(/deterrents:.*/, ''))).toThrow(/feeder-meter/)
  })
})
