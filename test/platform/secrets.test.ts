import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { messageOf } from '../../core/kit/errors.ts'
import { readSecret } from '../../platform/secrets.ts'

describe('a secret', () => {
  let baseFolder: string
  beforeEach(() => {
    baseFolder = mkdtempSync(join(tmpdir(), 'pitwatch-'))
    writeFileSync(join(baseFolder, 'file'), 'not-a-real-one\n')
    writeFileSync(join(baseFolder, 'empty'), '\n')
  })
  afterEach(() => rmSync(baseFolder, { recursive: true }))

  it('comes from the file or the environment variable that is named', () => {
    expect(readSecret({ passwordFile: 'file' }, 'password', { baseFolder })).toBe('not-a-real-one')
    expect(readSecret({ tokenEnv: 'T' }, 'token', { environment: { T: 'not-a-real-one' } })).toBe('not-a-real-one')
    expect(readSecret({}, 'password')).toBeNull()
  })

  it('refuses what is missing, empty or named twice, and never shows it', () => {
    for (const place of [{ passwordFile: 'gone' }, { tokenFile: 'empty' }, { passwordEnv: 'T' }, { tokenEnv: 'E' }]) {
      expect(() => readSecret(place, 'password', { baseFolder, environment: { E: '' } })).toThrow(
        expect.objectContaining({ code: 'config/unreadable' }),
      )
    }
    try {
      readSecret({ passwordFile: 'file', passwordEnv: 'T' }, 'uplink password', { baseFolder, environment: { T: 'x' } })
      expect.unreachable()
    } catch (error) {
      expect(messageOf(error)).toBe('uplink password: expected a file or an environment variable, came both')
    }
  })
})
