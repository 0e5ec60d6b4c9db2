import { describe, expect, it } from 'vitest'
import { Certificate } from '../../../../core/contract/chain.ts'
import { LedgerPage } from '../../../../core/contract/http.ts'
import { UtcMs } from '../../../../core/contract/time.ts'
import { checkExport, linesOf } from '../../../../dashboard/server/archive/check-export.ts'
import { T0 } from '../archive/chain-maker.ts'
import { pit } from '../archive/exported.ts'
import { openControlWeb } from './control-web.ts'

const PATH = `/api/sites/east-pit/certificate`
const QUERY = `?from=${T0 + 2_500}&to=${T0 + 105_500}`

async function* chunksOf(text: string): AsyncGenerator<Uint8Array> {
  yield Buffer.from(text)
  await Promise.resolve()
}

describe('proofs of completeness over HTTP', () => {
  it('are told to everybody, and exported whole to operators, which the ledger remembers', async () => {
    await using web = await openControlWeb()
    const made = pit()
    web.archive.keep(made.links, UtcMs.parse(T0))
    const viewer = await web.signedIn('viewer')
    const operator = await web.signedIn('operator')
    const told = await web.ask(`${PATH}${QUERY}`, { headers: { cookie: viewer.cookie } })
    const certificate = Certificate.parse(told.json)
    expect(certificate).toMatchObject({ site: 'east-pit', readings: 72, missing: 13, complete: false })

    expect(await web.ask(`${PATH}/export${QUERY}`, { headers: { cookie: viewer.cookie } })).toMatchObject({
      status: 403,
    })
    const exported = await web.ask(`${PATH}/export${QUERY}`, { headers: { cookie: operator.cookie } })
    expect(exported.headers.get('content-disposition')).toBe(
      'attachment; filename="pitwatch-east-pit-20231114T2213-20231114T2215.ndjson"',
    )
    const verdict = await checkExport(linesOf(chunksOf(exported.text)))
    expect(verdict).toMatchObject({ faults: [], links: made.links.length, certificate: { readings: 72 } })
    const ledger = await web.ask('/api/ledger?subject=east-pit', { headers: { cookie: operator.cookie } })
    const [entry] = LedgerPage.parse(ledger.json).entries
    expect(entry).toMatchObject({ act: 'completeness-exported', actor: { kind: 'person', name: operator.user } })
    expect(entry?.detail.chains).toEqual(certificate.chains.map(({ stream, last, hash }) => ({ stream, last, hash })))
  })

  it('say when nothing is recorded, and when the question makes no sense', async () => {
    await using web = await openControlWeb()
    const headers = { cookie: (await web.signedIn('viewer')).cookie }
    const told = Certificate.parse((await web.ask(`${PATH}${QUERY}`, { headers })).json)
    expect(told).toMatchObject({ from: told.to, complete: false, readings: 0, chains: [] })
    const operator = { cookie: (await web.signedIn('operator')).cookie }
    expect(await web.ask(`${PATH}/export${QUERY}`, { headers: operator })).toMatchObject({ status: 404 })
    expect(await web.ask(`${PATH}?from=5&to=5`, { headers })).toMatchObject({ status: 400 })
    expect(await web.ask(`${PATH}?from=5`, { headers })).toMatchObject({ status: 400 })
  })

  it('are not begun when the archive holds what is no link any more', async () => {
    await using web = await openControlWeb()
    const made = pit()
    web.archive.keep(made.links, UtcMs.parse(T0))
    const headers = { cookie: (await web.signedIn('operator')).cookie }
    web.spoilArchive("update links set link = '{}' where n = 3")
    expect(await web.ask(`${PATH}/export${QUERY}`, { headers })).toMatchObject({ status: 503 })
    const told = Certificate.parse((await web.ask(`${PATH}${QUERY}`, { headers })).json)
    expect(told.holes.map(({ cause }) => cause)).toContain('damaged')
  })
})
