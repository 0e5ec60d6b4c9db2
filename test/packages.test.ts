import { spawnSync } from 'node:child_process'
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { installScript, isProvided, missingPackages, NEEDED } from './packages.ts'

describe('packages the tests need', () => {
  let folder = ''
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'pitwatch-packages-'))
    // A stand-in that only writes down how it was called and whether daemons were kept from starting.
    writeFileSync(
      join(folder, 'apt-get'),
      `#!/bin/sh\necho "$@ guard=$(test -e ${folder}/policy-rc.d && echo yes || echo no)" >> ${folder}/calls\n` +
        `[ ! -e ${folder}/fail ]\n`,
    )
    chmodSync(join(folder, 'apt-get'), 0o755)
  })
  afterEach(() => rmSync(folder, { recursive: true, force: true }))

  const install = () =>
    spawnSync('sh', ['-c', installScript(['socat', 'curl'], join(folder, 'policy-rc.d'))], {
      env: { ...process.env, PATH: `${folder}:${process.env.PATH ?? ''}` },
    }).status
  const calls = () => readFileSync(join(folder, 'calls'), 'utf8').trim().split('\n')

  it('are all here when the tests run', () => {
    expect(missingPackages()).toEqual([])
  })

  it('are missed by what they bring, not by their name', () => {
    expect(isProvided({ kind: 'program', name: 'no-such-program-anywhere' })).toBe(false)
    expect(isProvided({ kind: 'python-module', name: 'no_such_module_anywhere' })).toBe(false)
    expect(isProvided({ kind: 'header', name: 'no-such-header/anywhere.h' })).toBe(false)
    expect(isProvided({ kind: 'font-for', language: 'xx-none' })).toBe(false)
    expect(missingPackages([{ debian: 'x', provides: { kind: 'program', name: 'no-such-program-anywhere' } }])).toEqual(
      ['x'],
    )
  })

  it('are installed with daemons kept from starting, and the guard is taken away', () => {
    expect(install()).toBe(0)
    expect(calls()).toEqual(['update guard=yes', 'install -y --no-install-recommends socat curl guard=yes'])
    expect(existsSync(join(folder, 'policy-rc.d'))).toBe(false)
  })

  it('leave no guard behind when installing fails', () => {
    writeFileSync(join(folder, 'fail'), '')
    expect(install()).not.toBe(0)
    expect(existsSync(join(folder, 'policy-rc.d'))).toBe(false)
  })

  it('leave a guard alone that the machine already has', () => {
    writeFileSync(join(folder, 'policy-rc.d'), 'its own')
    expect(install()).toBe(0)
    expect(readFileSync(join(folder, 'policy-rc.d'), 'utf8')).toBe('its own')
  })

  it('name each package once', () => {
    const names = NEEDED.map((one) => one.debian)
    expect(new Set(names).size).toBe(names.length)
  })
})
