import { type AlarmWord, wordSigned } from '../../../core/contract/edge.ts'
import { topicText } from '../../../core/contract/topics.ts'
import type { BrokerLink } from '../broker/link.ts'
import { wordOf } from './alarm-word.ts'
import type { EdgeDeskDeps } from './edge-desk.ts'

/** Newest alarms of a site that a word may name, beside all that are open. */
const NEWEST = 50
const MOST_OPEN = 200

/** What the control room knows of each site's alarms, told when it changes. */
export class Words {
  readonly #deps: EdgeDeskDeps
  readonly #due = new Set<string>()
  /** What each site was told last, without its time. */
  readonly #told = new Map<string, string>()

  constructor(deps: EdgeDeskDeps) {
    this.#deps = deps
  }

  /** An alarm of this site has changed. */
  changed(site: string): void {
    this.#due.add(site)
  }

  /** Everybody is to be told anew. */
  forget(): void {
    this.#told.clear()
    for (const site of this.#deps.sites()) this.#due.add(site)
  }

  /** Tells every site of which something has changed. Throws `mqtt/refused`, `store/failed`; what was not told is due still. */
  async tell(publish: BrokerLink['publish']): Promise<void> {
    const { desk, group, sign } = this.#deps
    for (const site of this.#due) {
      this.#due.delete(site)
      try {
        const alarms = [...wordOf(await this.#alarmsOf(site))]
        const text = JSON.stringify(alarms)
        if (this.#told.get(site) === text) continue
        const word: AlarmWord = { site, at: await desk.time(), alarms, signature: null }
        const topic = topicText({ kind: 'alarm-word', group, site })
        const signed: AlarmWord = { ...word, signature: sign(wordSigned(word)) }
        await publish(topic, JSON.stringify(signed), { qos: 1, retain: true })
        this.#told.set(site, text)
      } catch (error) {
        this.#due.add(site)
        throw error
      }
    }
  }

  /** Those that are open first: a word is bounded. */
  async #alarmsOf(site: string) {
    const { desk } = this.#deps
    const open = await desk.list({ state: 'open', site, limit: MOST_OPEN })
    const newest = await desk.list({ state: 'all', site, limit: NEWEST })
    return [...open, ...newest.filter(({ state }) => state === 'closed')]
  }
}
