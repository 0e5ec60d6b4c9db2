import { createHash } from 'node:crypto'
import { type DutySheet, sheetSigned } from '../../../core/contract/edge.ts'
import type { UtcMs } from '../../../core/contract/time.ts'
import { topicText } from '../../../core/contract/topics.ts'
import { canonicalJson } from '../../../core/kit/canonical-json.ts'
import type { BrokerLink } from '../broker/link.ts'
import { planSheet, type SheetPlan } from './duty-sheet.ts'
import type { EdgeDeskDeps } from './edge-desk.ts'
import { keepSheet, lastSheet } from './edge-rows.ts'

/** Where a site's own file does not say otherwise, ms. */
const ALONE_AFTER_MS = 60_000
const AGAIN_MS = 600_000

const PLAN_EVERY_MS = 600_000

/** The duty sheets of all sites, each told again when it has changed. */
export class Sheets {
  readonly #deps: EdgeDeskDeps
  /** The hash of what each site was told on this connection. */
  readonly #told = new Map<string, string>()
  #plan: { readonly made: SheetPlan; readonly hash: string; readonly until: number } | null = null

  constructor(deps: EdgeDeskDeps) {
    this.#deps = deps
    deps.book.onChange(() => {
      this.#plan = null
    })
  }

  /** Everybody is to be told anew. */
  forget(): void {
    this.#told.clear()
  }

  /** Tells every site that has not been told what is planned now. Throws `mqtt/refused`, `store/failed`. */
  async tell(publish: BrokerLink['publish']): Promise<void> {
    const now = await this.#deps.desk.time()
    const { made, hash } = this.#planned(now)
    for (const site of this.#deps.sites()) {
      if (this.#told.get(site) === hash) continue
      const sheet = await this.#sheetOf(site, { made, hash, now })
      const signed: DutySheet = { ...sheet, signature: this.#deps.sign(sheetSigned(sheet)) }
      const topic = topicText({ kind: 'duty', group: this.#deps.group, site })
      await publish(topic, JSON.stringify(signed), { qos: 1, retain: true })
      this.#told.set(site, hash)
    }
  }

  #planned(now: UtcMs): { readonly made: SheetPlan; readonly hash: string } {
    const known = this.#plan
    if (known !== null && now < known.until) return known
    const { book: duty, isSms, prefix } = this.#deps
    const made = planSheet({ duty, isSms, now })
    const hash = createHash('sha256')
      .update(canonicalJson({ ...made, prefix }))
      .digest('hex')
    this.#plan = { made, hash, until: now + PLAN_EVERY_MS }
    return this.#plan
  }

  /** The one that was told last where it is the same, else the next version, kept before it is told. */
  async #sheetOf(
    site: string,
    { made, hash, now }: { readonly made: SheetPlan; readonly hash: string; readonly now: UtcMs },
  ): Promise<DutySheet> {
    const { db, prefix } = this.#deps
    return await db.transaction(async (q) => {
      const last = await lastSheet(q, site)
      if (last?.hash === hash) return last.sheet
      const sheet: DutySheet = {
        ...{ site, version: (last?.sheet.version ?? 0) + 1, issuedAt: now, prefix, ...made },
        ...{ aloneAfter: ALONE_AFTER_MS, again: AGAIN_MS, signature: null },
      }
      await keepSheet(q, { hash, sheet })
      return sheet
    })
  }
}
