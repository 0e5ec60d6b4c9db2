import { createServer, request as httpRequest } from 'node:http'
import type { AddressInfo } from 'node:net'
import { chmod, readdir, readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { enrol } from '../../../gateway/identity/enrol.ts'
import { identityFaults, openIdentityFolder, renewalAt } from '../../../gateway/identity/folder.ts'
import { systemClock } from '../../../platform/clock.ts'
import { lifeOf } from '../../../platform/identity/certificate.ts'
import { makeKey, keyText } from '../../../platform/identity/keys.ts'
import { readToken, tokenText } from '../../../platform/identity/token.ts'
import { testFolder, type TestFolder } from '../../support/processes.ts'
import { openRoom, type Room } from './room.ts'

const PLACE = { site: 'east-pit', group: 'county' }
const DAY = 86_400_000

let room: Room
let box: TestFolder
beforeEach(async () => {
  room = await openRoom(systemClock)
  box = await testFolder()
})
afterEach(async () => {
  await room[Symbol.asyncDispose]()
  await box[Symbol.asyncDispose]()
})

const folder = () => openIdentityFolder(join(box.path, 'identity'))
const enrolWith = (text: string, place = PLACE) => enrol(text, folder(), { place, signal: AbortSignal.timeout(20_000) })

/** Somebody in between who may change what passes. */
async function between(target: string, change: (text: string, way: 'there' | 'back') => string) {
  const server = createServer((request, response) => {
    let body = ''
    request.on('data', (chunk: Buffer) => (body += chunk.toString()))
    request.on('end', () => {
      const there = change(body, 'there')
      const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(there) }
      const onward = httpRequest(`${target}${request.url ?? ''}`, { method: 'POST', headers }, (answer) => {
        let text = ''
        answer.on('data', (chunk: Buffer) => (text += chunk.toString()))
        answer.on('end', () => response.writeHead(answer.statusCode ?? 500).end(change(text, 'back')))
      })
      onward.end(there)
    })
  })
  await new Promise<void>((settle) => server.listen(0, '127.0.0.1', settle))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    [Symbol.asyncDispose]: () => new Promise<void>((settle) => void server.close(() => settle())),
  }
}

describe('enrolling', () => {
  it.each(['encrypted', 'plain'] as const)('over the %s API leaves a whole identity behind', async (way) => {
    const done = await enrolWith(await room.token('east-pit', room[way]))
    expect(done).toMatchObject({ ...PLACE, broker: room.broker.tlsUrl })
    const identity = folder().read()
    expect(identity).toMatchObject({ ...PLACE, home: { url: room[way] } })
    const names = (await readdir(join(box.path, 'identity'))).sort()
    expect(names).toEqual(['ca.pem', 'control-room.json', 'gateway.key', 'gateway.pem'])
    expect((await stat(join(box.path, 'identity', 'gateway.key'))).mode & 0o777).toBe(0o600)
  })

  it('is refused before anything is sent when the token is for another site or not whole', async () => {
    const text = await room.token('west-pit')
    await expect(enrolWith(text)).rejects.toMatchObject({
      code: 'identity/invalid',
      message: expect.stringContaining('west-pit'),
    })
    await expect(enrolWith(text.slice(0, -9))).rejects.toThrow(/cut off/)
    await expect(enrolWith('hello')).rejects.toThrow(/PW1/)
    expect((await room.identity.overview()).tokens).toMatchObject([{ state: 'open' }])
  })

  it('says what the control room refuses, and can be repeated with a new token and the same key', async () => {
    const text = await room.token()
    await room.revoke('east-pit')
    await expect(enrolWith(text)).rejects.toMatchObject({
      code: 'identity/invalid',
      message: expect.stringContaining('void'),
    })
    expect(folder().read()).toBeNull()
    const kept = await readFile(join(box.path, 'identity', 'next.key'), 'utf8')
    await enrolWith(await room.token())
    expect(await readFile(join(box.path, 'identity', 'gateway.key'), 'utf8')).toBe(kept)
  })

  it('says when nobody answers', async () => {
    await expect(enrolWith(await room.token('east-pit', 'http://127.0.0.1:1'))).rejects.toMatchObject({
      code: 'link/down',
    })
  })

  it('talks to no encrypted server of another authority', async () => {
    await using other = await openRoom(systemClock)
    const { authority: _, ...token } = readToken(await room.token())
    const forged = tokenText({ ...token, authority: readToken(await other.token()).authority })
    await expect(enrolWith(forged)).rejects.toMatchObject({
      code: 'identity/invalid',
      message: expect.stringContaining('authority'),
    })
  })

  it('talks to no encrypted server under another name than its own', async () => {
    await using named = await openRoom(systemClock, ['room.example'])
    await expect(enrolWith(await named.token())).rejects.toThrow(
      /expected a certificate for 127\.0\.0\.1, came one for DNS:room\.example/,
    )
  })

  it('through somebody in between who changes the question brings nothing', async () => {
    const theirs = makeKey()
    const { certificateRequest } = await import('../../../platform/identity/request.ts')
    const request = certificateRequest(theirs, { group: 'county', name: 'east-pit' })
    await using evil = await between(room.plain, (text, way): string => {
      return way === 'back' ? text : JSON.stringify({ ...(JSON.parse(text) as object), request })
    })
    await expect(enrolWith(await room.token('east-pit', evil.url))).rejects.toThrow(/not sealed/)
    expect((await room.identity.overview()).certificates).toEqual([])
  })

  it('through somebody in between who changes the answer leaves nothing behind', async () => {
    for (const over of [{ broker: 'mqtts://evil.example:8883' }, { group: 'elsewhere' }]) {
      await using evil = await between(room.plain, (text, way): string => {
        return way === 'there' ? text : JSON.stringify({ ...(JSON.parse(text) as object), ...over })
      })
      await expect(enrolWith(await room.token('east-pit', evil.url))).rejects.toThrow(/somebody is in between/)
      expect(folder().read()).toBeNull()
    }
  })

  it('of a gateway of another group ends with the reason', async () => {
    await expect(enrolWith(await room.token(), { ...PLACE, group: 'elsewhere' })).rejects.toThrow(
      /control room of elsewhere/,
    )
  })
})

describe('the folder of an identity', () => {
  it('is mended when a crash came between the two renames of a renewal', async () => {
    await enrolWith(await room.token())
    const first = folder().read()
    const at = (name: string) => join(box.path, 'identity', name)
    const pem = await readFile(at('gateway.pem'), 'utf8')
    const key = await readFile(at('gateway.key'), 'utf8')
    await writeFile(at('next.key'), key, { mode: 0o600 })
    await writeFile(at('gateway.key'), keyText(makeKey()))
    expect(folder().read()?.serial).toBe(first?.serial)
    expect(await readFile(at('gateway.key'), 'utf8')).toBe(key)
    expect(await readFile(at('gateway.pem'), 'utf8')).toBe(pem)
  })

  it.each([
    ['a key of another', 'gateway.key', (): string => keyText(makeKey()), /belongs to/],
    ['a certificate that is none', 'gateway.pem', (): string => 'hello', /PEM/],
    ['an authority that has not issued it', 'ca.pem', null, /authority/],
  ] as const)('with %s is refused with a reason', async (_, name, text, why) => {
    await enrolWith(await room.token())
    await using other = await openRoom(systemClock)
    const { cert } = other.authority.pair('server')
    const path = join(box.path, 'identity', name)
    await chmod(path, 0o600)
    await writeFile(path, text === null ? (other.authority.known() ?? cert) : text())
    expect(() => folder().read()).toThrow(why)
  })

  it('tells what does not fit, what is over, and what will soon be', async () => {
    await enrolWith(await room.token())
    const identity = folder().read()
    if (identity === null) throw new Error('no identity')
    const { to } = lifeOf(identity.certificate)
    const told = (over: Partial<{ site: string; group: string; now: number }>) =>
      identityFaults(identity, { ...PLACE, now: Date.now(), ...over }).map(({ is }) => is)
    expect(told({})).toEqual([])
    expect(told({ site: 'west-pit', group: 'elsewhere' })).toEqual(['other-site', 'other-group'])
    expect(told({ now: 0 })).toEqual(['not-yet-valid'])
    expect(told({ now: to + 1 })).toEqual(['expired'])
    expect(told({ now: renewalAt(identity.certificate) + 2 * DAY })).toEqual(['soon'])
  })
})
