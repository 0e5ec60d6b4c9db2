import { randomUUID } from 'node:crypto'
import type { Actor } from '../../../core/contract/ledger.ts'
import type { Roster, Swap } from '../../../core/contract/roster.ts'
import type { UtcMs } from '../../../core/contract/time.ts'
import { HouseError } from '../../../core/kit/errors.ts'
import type { Database } from '../db/database.ts'
import type { QueueMemos } from '../notify/memo.ts'
import { personOf, withSwap, withSwapChanged } from './entries.ts'
import { swapWords } from './messages.ts'
import type { RosterVersions } from './versions.ts'

/** What is to be swapped: `person` gives the shift that starts at `giveAt` for the other's. */
export interface SwapRequest {
  readonly role: string
  readonly give: Swap['give']
  readonly take: Swap['take']
  readonly actor: Actor
}

/** Two persons change places: one asks, the other agrees, a leader approves. */
export interface Swaps {
  /** Throws `http/not-found`, `http/invalid` where one of them has not that shift. */
  ask(request: SwapRequest): Promise<Swap>
  /** One of the two agrees. Throws `http/not-found`, `http/conflict`, `http/forbidden`. */
  agree(id: string, person: string, actor: Actor): Promise<Swap>
  /** Throws `http/conflict` until both have agreed. */
  approve(id: string, actor: Actor): Promise<Swap>
  refuse(id: string, actor: Actor): Promise<Swap>
}

export interface SwapDeps {
  readonly db: Database
  readonly memos: QueueMemos
  readonly versions: () => RosterVersions
}

export function openSwaps(deps: SwapDeps): Swaps {
  const { versions } = deps
  const settle = async (id: string, step: Step): Promise<Swap> => {
    const { act, is, actor, change } = step
    const next = await versions().change({
      ...{ actor, act, subject: id },
      make: (roster) => withSwapChanged(roster, id, change),
    })
    const swap = swapOf(next.roster, id)
    await tell(deps, next.roster, { swap, is, at: next.at })
    return swap
  }
  return {
    ask: async ({ role, give, take, actor }) => {
      const id = `swap-${randomUUID().slice(0, 8)}`
      const next = await versions().change({
        ...{ actor, act: 'swap-asked', subject: id, detail: { role, give, take } },
        make: (roster, at) => {
          for (const side of [give, take]) checkSide(versions(), { role, at, ...side })
          return withSwap(roster, {
            ...{ id, role, give, take, agreed: [give.person], approvedBy: null, refusedBy: null, at },
          })
        },
      })
      const swap = swapOf(next.roster, id)
      await tell(deps, next.roster, { swap, is: 'asked', at: next.at })
      return swap
    },
    agree: (id, person, actor) =>
      settle(id, {
        ...{ act: 'swap-agreed', is: 'agreed', actor },
        change: (swap) => {
          if (swap.take.person === person) return { ...swap, agreed: [...new Set([...swap.agreed, person])] }
          throw new HouseError('http/forbidden', `expected ${swap.take.person} to agree, came ${person}`, {
            ...{ id, because: 'swap-other' },
          })
        },
      }),
    approve: (id, actor) =>
      settle(id, {
        ...{ act: 'swap-approved', is: 'approved', actor },
        change: (swap) => {
          if (swap.agreed.includes(swap.take.person)) return { ...swap, approvedBy: actor.name }
          throw new HouseError(
            'http/conflict',
            `expected a swap both have agreed to, ${swap.take.person} has not yet`,
            { id, because: 'swap-not-agreed' },
          )
        },
      }),
    refuse: (id, actor) =>
      settle(id, {
        ...{ act: 'swap-refused', is: 'refused', actor },
        change: (swap) => ({ ...swap, refusedBy: actor.name }),
      }),
  }
}

interface Step {
  readonly act: 'swap-agreed' | 'swap-approved' | 'swap-refused'
  readonly is: 'agreed' | 'approved' | 'refused'
  readonly actor: Actor
  readonly change: (swap: Swap) => Swap
}

interface SideFacts {
  readonly role: string
  readonly person: string
  readonly shiftAt: UtcMs
  readonly at: UtcMs
}

/** Only a shift to come, that starts then, and that the person has. */
function checkSide({ newest, plan }: RosterVersions, { role, person, shiftAt, at }: SideFacts): void {
  personOf(newest.roster, person)
  const starts = plan.shiftAt(role, shiftAt)?.from
  const has = plan.onDuty(role, shiftAt).persons.includes(person)
  if (starts === shiftAt && has && shiftAt > at) return
  const facts = {
    expected: `a shift of ${role} to come that ${person} has`,
    came: String(shiftAt),
    because: 'no-such-shift',
  }
  throw new HouseError('http/invalid', `expected ${facts.expected}, came one that starts at ${facts.came}`, facts)
}

function swapOf(roster: Roster, id: string): Swap {
  const swap = roster.swaps.find((one) => one.id === id)
  if (swap !== undefined) return swap
  throw new HouseError('http/not-found', `there is no swap ${id}`, { id })
}

interface Telling {
  readonly swap: Swap
  readonly is: 'asked' | 'agreed' | 'approved' | 'refused'
  readonly at: UtcMs
}

/** Tells whoever has to do the next thing, and in the end both. */
async function tell({ db, memos, versions }: SwapDeps, roster: Roster, { swap, is, at }: Telling): Promise<void> {
  const { give, take } = swap
  const leaders = versions().plan.onDuty(roster.office.leader, at).persons
  const to = {
    asked: [take.person],
    agreed: leaders,
    approved: [give.person, take.person],
    refused: [give.person, take.person],
  }
  const words = swapWords(personOf(roster, give.person).name, personOf(roster, take.person).name, is)
  const memo = (person: string) =>
    ({
      key: `swap|${swap.id}|${is}|${person}`,
      kind: 'memo',
      priority: 'yellow',
      person,
      over: 'all',
      ...words,
    }) as const
  await db.transaction((q) => memos(q, to[is].map(memo), at))
}
