import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Certificate } from '../../../../core/contract/chain.ts'
import { UtcMs } from '../../../../core/contract/time.ts'
import { openArchive } from '../../../../dashboard/server/archive/archive.ts'
import type { Waiting } from '../../../../dashboard/server/archive/certificate.ts'
import { issueCertificate } from '../../../../dashboard/server/archive/certify.ts'
import type { NewLink } from '../../../../dashboard/server/archive/keep-link.ts'
import { testFolder } from '../../../support/processes.ts'
import { BOOT, type ChainMaker, chainMaker, dated, T0 } from './chain-maker.ts'

interface Asked {
  readonly from?: number
  readonly to?: number
  readonly waiting?: Waiting | null
}

/** The certificate of links in an archive, of T0 + from … T0 + to. */
async function certified(links: readonly NewLink[], { from = 0, to = 100_000, waiting = null }: Asked = {}) {
  await using folder = await testFolder()
  const archive = openArchive(folder.path)
  try {
    archive.keep(links, UtcMs.parse(T0))
    const query = { site: 'east-pit', from: T0 + from, to: T0 + to, now: T0 + 10_000_000, waiting }
    return (await issueCertificate(archive, query))?.certificate ?? null
  } finally {
    archive.close()
  }
}

/** A start and `count` ranges of ten readings, one a second, from T0 on. */
function chain(count: number): ChainMaker {
  const made = chainMaker()
  made.start(0, null)
  for (let index = 0; index < count; index++) made.range(index === 0 ? { mono: 0 } : {})
  return made
}

const holesOf = (certificate: Certificate | null) =>
  certificate?.holes.map(({ from, to, cause, readings }) => [from - T0, to - T0, cause, readings])

describe('a certificate', () => {
  it('says that an interval is complete, with the number of its readings', async () => {
    const made = chain(11)
    expect(await certified(made.links)).toEqual({
      ...{ site: 'east-pit', from: T0, to: T0 + 100_000, issuedAt: T0 + 10_000_000, complete: true },
      ...{ readings: 100, missing: 0, uncertaintyMs: 50, holes: [] },
      chains: [{ stream: 's0000000', first: 0, last: 11, hash: made.links[11]?.hash, signed: false }],
    })
  })

  it('counts readings at both ends of an interval one by one', async () => {
    const { links } = chain(11)
    expect(await certified(links, { from: 4_500, to: 25_001 })).toMatchObject({ readings: 21, complete: true })
    expect(await certified(links, { from: 3_000, to: 4_000 })).toMatchObject({ readings: 1, complete: true })
    expect(await certified(links, { from: 3_001, to: 4_000 })).toMatchObject({ readings: 0, complete: true })
  })

  it('begins with the first record where the question begins earlier', async () => {
    const { links } = chain(11)
    expect(await certified(links, { from: -50_000 })).toMatchObject({ from: T0, readings: 100, complete: true })
    expect(await certified(links, { from: -50_000, to: -1 })).toBeNull()
    expect(await certified([])).toBeNull()
  })

  it('names links that have not come, and how many readings are in them', async () => {
    const { links } = chain(11)
    const some = links.filter(({ head }) => head.link.n !== 4 && head.link.n !== 5)
    const certificate = await certified(some)
    expect(holesOf(certificate)).toEqual([[29_000, 50_000, 'on-its-way', 20]])
    expect(certificate).toMatchObject({ complete: false, readings: 80, missing: 20 })
  })

  it('says nothing of what lies after the last link, but that it is not told or still at the gateway', async () => {
    const { links } = chain(3)
    expect(holesOf(await certified(links))).toEqual([[29_000, 100_000, 'not-yet-told', null]])
    const waiting = { readings: 70, oldestAt: T0 + 30_000 }
    expect(holesOf(await certified(links, { waiting }))).toEqual([[29_000, 100_000, 'on-its-way', 70]])
    expect(holesOf(await certified(links, { to: 29_000 }))).toEqual([])
  })

  it('tells by their causes what the gateway has lost, reduced, or never read', async () => {
    const made = chain(2)
    made.gap(5, 'disk')
    made.range({ mono: 25_000, count: 5 })
    made.start(40_000, 'power', T0 + 31_000)
    made.range({ mono: 41_000, fidelity: 'minutes' })
    made.range({ fidelity: 'none' })
    made.range({ count: 50 })
    expect(holesOf(await certified(made.links))).toEqual([
      [19_000, 25_000, 'disk', 5],
      [31_000, 40_000, 'power', null],
      [41_000, 50_000, 'reduced', 10],
      [51_000, 60_000, 'dropped', 10],
    ])
  })

  it('takes a stream that begins where another has ended without a word as a store that was lost', async () => {
    const made = chain(2)
    const next = chainMaker({ stream: 's1111111' })
    next.start(50_000, null)
    next.range({ mono: 51_000, count: 50 })
    const certificate = await certified([...made.links, ...next.links])
    expect(holesOf(certificate)).toEqual([[19_000, 50_000, 'store-lost', null]])
    expect(certificate?.chains).toHaveLength(2)
    expect(certificate?.readings).toBe(20 + 49)
  })

  it('tells times by a dating that was chained later, and their uncertainty', async () => {
    const wrong = dated({ offsetMs: 0, uncertaintyMs: null, source: 'none' })
    const made = chainMaker()
    made.range({ mono: 1_000, count: 10, dating: wrong })
    made.range({ count: 10, dating: wrong })
    expect(await certified(made.links)).toMatchObject({ readings: 0, holes: [{ cause: 'not-yet-told' }] })
    const right = dated({ uncertaintyMs: 40_000, source: 'technician' })
    made.dating(right)
    const certificate = await certified(made.links, { to: 20_000 })
    expect(certificate).toMatchObject({ from: T0 + 1_000, readings: 19, uncertaintyMs: 40_000, complete: true })
    // Late, as when links come newest first.
    expect(await certified(made.links.toReversed(), { to: 20_000 })).toEqual(certificate)
    expect(dated().boot).toBe(BOOT)
  })

  it('believes nothing of times that have not come yet', async () => {
    const made = chain(2)
    const ahead = dated({ offsetMs: T0 + 90_000_000, uncertaintyMs: null, source: 'rtc' })
    made.range({ dating: ahead })
    made.range({ dating: ahead })
    expect(holesOf(await certified(made.links))).toEqual([[19_000, 100_000, 'not-yet-told', null]])
  })

  it('keeps a hole in sight when what follows bears the time of a clock that was wrong', async () => {
    const made = chain(3)
    const wrong = dated({ offsetMs: 0, uncertaintyMs: null, source: 'none' })
    made.range({ dating: wrong })
    const some = made.links.filter(({ head }) => head.link.n !== 3)
    expect((await certified(some))?.holes[0]).toMatchObject({ cause: 'on-its-way', readings: 10, from: T0 + 19_000 })
  })

  it('accounts for every reading once, whatever is missing and in whatever order the rest came', async () => {
    const step = fc.oneof(
      fc.record({ kind: fc.constant('range' as const), count: fc.integer({ min: 1, max: 20 }) }),
      fc.record({ kind: fc.constant('gap' as const), count: fc.integer({ min: 1, max: 5 }) }),
      fc.record({ kind: fc.constant('minutes' as const), count: fc.integer({ min: 1, max: 20 }) }),
      fc.record({ kind: fc.constant('dating' as const), count: fc.constant(0) }),
    )
    const made = fc.array(fc.tuple(step, fc.boolean(), fc.nat()), { minLength: 1, maxLength: 25 })
    await fc.assert(
      fc.asyncProperty(made, async (steps) => {
        const chain = chainMaker()
        chain.start(0, null)
        for (const [{ kind, count }] of steps) {
          if (kind === 'gap') chain.gap(count)
          else if (kind === 'dating') chain.dating(dated({ uncertaintyMs: 10 }))
          else chain.range({ count, fidelity: kind === 'minutes' ? 'minutes' : 'raw' })
        }
        const last = chain.range({ count: 1 })
        const came = chain.links
          .map((link, index) => ({ link, keep: steps[index - 1]?.[1] ?? true, order: steps[index - 1]?.[2] ?? 0 }))
          .filter(({ keep }) => keep)
          .sort((a, b) => a.order - b.order)
          .map(({ link }) => link)
        const certificate = await certified(came, { to: chain.mono() + 1 })
        const readingsIn = (links: readonly NewLink[]) =>
          links.reduce((sum, { head: { link } }) => sum + ('from' in link ? link.to - link.from + 1 : 0), 0)
        const isRaw = ({ head }: NewLink) => head.link.kind === 'range' && head.fidelity === 'raw'
        const whole = came.filter(isRaw)
        expect(certificate?.readings).toBe(readingsIn(whole))
        expect(certificate?.missing).toBe(readingsIn(chain.links) - readingsIn(whole))
        expect(certificate?.chains).toMatchObject([{ first: 0, last: last.head.link.n, hash: last.hash }])
        const isComplete =
          came.every((link) => isRaw(link) || !('from' in link.head.link)) && certificate?.missing === 0
        // The last reading's own instant is told; the millisecond behind it is not.
        expect(certificate?.holes.filter(({ cause }) => cause !== 'not-yet-told').length === 0).toBe(isComplete)
      }),
      { numRuns: 60 },
    )
  })
})
