import { z } from 'zod'
import { Permit, StopOrder } from '../../../core/contract/activity.ts'
import { Id, Sha256 } from '../../../core/contract/text.ts'
import type { SourceOrder } from '../../../core/alarms/handover-source.ts'
import { checkYaml } from '../../../platform/config.ts'
import type { Query } from '../db/database.ts'

/** The part of a site's configuration that says what is planned or forbidden there. */
const Papers = z.object({ permits: z.array(Permit).default([]), orders: z.array(StopOrder).default([]) })

const Row = z.object({ site: Id, sha256: Sha256, text: z.string() })
const KnownRow = z.object({ site: Id })

/** What sites' own configurations say of permits and stop orders, as far as the control room has sent them. */
export interface SitePapers {
  read(q: Query): Promise<{ readonly orders: readonly SourceOrder[]; readonly knownSites: ReadonlySet<string> }>
}

const NEWEST =
  'from site_configs as newest where version = (select max(version) from site_configs where site = newest.site)'

/** Keeps what it has read by the hash of the text: a county's papers change seldom, and YAML is slow to read. */
export function openSitePapers(): SitePapers {
  let kept = new Map<string, readonly SourceOrder[]>()
  return {
    read: async (q) => {
      const rows = await q.all(
        Row,
        `select site, sha256, json_extract(content, '$.site') as text ${NEWEST}
         and (text like '%permits:%' or text like '%orders:%')`,
      )
      const known = await q.all(KnownRow, 'select distinct site from site_configs')
      const now = new Map(rows.map(({ site, sha256, text }) => [sha256, kept.get(sha256) ?? ordersOf(site, text)]))
      kept = now
      return { orders: [...now.values()].flat(), knownSites: new Set(known.map(({ site }) => site)) }
    },
  }
}

function ordersOf(site: string, text: string): readonly SourceOrder[] {
  // What else is wrong with the file is its gateway's business; a paper that cannot be read is none.
  const { value } = checkYaml(text, Papers)
  if (value === null) return []
  return [
    ...value.orders.map(({ id, by, from, until }) => {
      return { kind: 'stop-order' as const, site, id, who: by, what: '', from, until }
    }),
    ...value.permits.map(({ id, who, what = '', from, until }) => {
      return { kind: 'permit' as const, site, id, who, what, from, until }
    }),
  ]
}
