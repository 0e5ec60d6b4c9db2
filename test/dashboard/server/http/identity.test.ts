import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { EnrolAnswer, Identities, IssuedToken } from '../../../../core/contract/identity.ts'
import { Refusal } from '../../../../core/contract/http.ts'
import { readToken } from '../../../../platform/identity/token.ts'
import { requestWith } from '../identity/world.ts'
import { jsonBody, openControlWeb } from './control-web.ts'

let web: Awaited<ReturnType<typeof openControlWeb>>
beforeAll(async () => {
  web = await openControlWeb()
})
afterAll(() => web[Symbol.asyncDispose]())

const post = (path: string, body: unknown, headers: Record<string, string> = {}) => {
  const made = jsonBody(body)
  return web.ask(path, { method: 'POST', body: made.body, headers: { ...made.headers, ...headers } })
}

describe('the API of identities', () => {
  it('is the administrators’ alone', async () => {
    const who: Record<string, string>[] = [{}, { authorization: 'Bearer flows-token' }]
    for (const role of ['operator', 'viewer'] as const) who.push({ cookie: (await web.signedIn(role)).cookie })
    for (const headers of who) {
      const status = Object.keys(headers).length === 0 ? 401 : 403
      expect((await web.ask('/api/identities', { headers })).status).toBe(status)
      expect((await post('/api/identities/tokens', { site: 'east-pit' }, headers)).status).toBe(status)
      expect((await post('/api/identities/revoke', { site: 'east-pit', reason: 'trial' }, headers)).status).toBe(status)
    }
  })

  it('issues, enrols, lists and takes back, and the ledger names who did it', async () => {
    const { cookie, user } = await web.signedIn('administrator')
    const token = IssuedToken.parse(
      (await post('/api/identities/tokens', { site: 'east-pit', validFor: '2h' }, { cookie })).json,
    )
    expect(token.qr).toMatch(/^<svg /)
    expect(token.expiresAt).toBeLessThanOrEqual(Date.now() + 7_200_000)
    expect(readToken(token.text).url).toBe('http://127.0.0.1:8080')
    const enrolled = await post('/api/enrol', requestWith(token.text))
    expect(EnrolAnswer.parse(enrolled.json)).toMatchObject({ group: 'county', site: 'east-pit', broker: null })
    const listed = Identities.parse((await web.ask('/api/identities', { headers: { cookie } })).json)
    expect(listed).toMatchObject({
      issues: true,
      certificates: [{ site: 'east-pit', origin: 'enrolled', revoked: null }],
      tokens: [{ site: 'east-pit', state: 'used' }],
      refusals: { publish: 2 },
    })
    const serials = [listed.certificates[0]?.serial]
    const revoked = await post('/api/identities/revoke', { site: 'east-pit', reason: 'card stolen' }, { cookie })
    expect(revoked.json).toEqual({ serials })
    const { entries } = await web.desk.ledger({ after: 0, limit: 1_000 })
    expect(entries.filter(({ act }) => act === 'certificate-revoked')).toMatchObject([
      { actor: { kind: 'person', name: user }, subject: 'east-pit', detail: { reason: 'card stolen' } },
    ])
  })

  it.each([
    ['/api/enrol', {}, 400, 'http/invalid'],
    ['/api/renew', { serial: 'AB', request: '', signature: '' }, 400, 'http/invalid'],
    ['/api/renew', { serial: 'ab', request: 'x'.repeat(100), signature: 'AAAA' }, 401, 'http/unauthenticated'],
    ['/api/identities/tokens', { site: 'East Pit' }, 400, 'http/invalid'],
    ['/api/identities/tokens', { site: 'east-pit', validFor: '31d' }, 400, 'http/invalid'],
    ['/api/identities/revoke', { site: 'east-pit', reason: '   ' }, 400, 'http/invalid'],
    ['/api/identities/revoke', { site: 'nowhere', reason: 'trial' }, 404, 'http/not-found'],
  ])('answers %s with %j by %i %s', async (path, body, status, code) => {
    const { cookie } = await web.signedIn('administrator')
    const refused = await post(path, body, { cookie })
    expect([refused.status, Refusal.parse(refused.json).code]).toEqual([status, code])
  })
})
