import { generateKeyPairSync, type KeyObject } from 'node:crypto'
import { UtcMs } from '../../../../core/contract/time.ts'
import { openArchive } from '../../../../dashboard/server/archive/archive.ts'
import { issueCertificate } from '../../../../dashboard/server/archive/certify.ts'
import { exportLines } from '../../../../dashboard/server/archive/export.ts'
import { testFolder } from '../../../support/processes.ts'
import { type ChainMaker, chainMaker, dated, T0 } from './chain-maker.ts'

/** The key pair of the gateway whose chains are exported, and one of somebody else. */
export const gateway = generateKeyPairSync('ed25519')
export const stranger = generateKeyPairSync('ec', { namedCurve: 'P-256' })

/** A day of a pit in small: a power cut, a full store, a wrong clock put right, and links still on their way. */
export function pit(key: KeyObject | null = null): ChainMaker {
  const made = chainMaker({ key })
  made.start(0, null)
  for (let index = 0; index < 4; index++) made.range(index === 0 ? { mono: 0 } : {})
  made.gap(3, 'power')
  made.start(60_000, 'power', T0 + 45_000)
  made.range({ mono: 61_000, dating: dated({ offsetMs: T0 - 3_000, uncertaintyMs: 60_000, source: 'rtc' }) })
  made.dating(dated())
  made.range({ fidelity: 'minutes' })
  for (let index = 0; index < 4; index++) made.range()
  return made
}

/** Lines of the proof of completeness of T0 + from … T0 + to, as an archive without some of the links exports it. */
export async function exported(made: ChainMaker, without: readonly number[] = [], [from, to] = [2_500, 105_500]) {
  await using folder = await testFolder()
  const archive = openArchive(folder.path)
  try {
    const known = made.links.filter(({ head }) => !without.includes(head.link.n))
    archive.keep(
      known.map((link) => ({ ...link, key: link.key === null ? null : gateway.publicKey })),
      UtcMs.parse(T0),
    )
    const query = { site: 'east-pit', from: T0 + from, to: T0 + to, now: T0 + 1_000_000, waiting: null }
    const issued = await issueCertificate(archive, query)
    if (issued === null) throw new Error('expected a certificate')
    const lines: string[] = []
    for await (const line of exportLines(archive, issued, null)) lines.push(line)
    return lines
  } finally {
    archive.close()
  }
}
