import fc from 'fast-check'
import type { Suppression } from '../../../core/contract/alarm.ts'
import type { Priority } from '../../../core/contract/priority.ts'
import { UtcMs } from '../../../core/contract/time.ts'
import type { County } from './county.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE

/** One thing that happens in a county. */
export type Command =
  | { readonly do: 'flip' | 'deliver-all' | 'tick' | 'edit' | 'repeat' | 'reload' }
  | { readonly do: 'reset' }
  | { readonly do: 'burst'; readonly flips: number; readonly apartMs: number }
  | { readonly do: 'deliver'; readonly place: number }
  | { readonly do: 'wait'; readonly ms: number }
  | { readonly do: 'more'; readonly priority: Priority | null; readonly picture: number | null }
  | { readonly do: 'acknowledge'; readonly by: string; readonly note: string }
  | { readonly do: 'withdraw'; readonly second: string | null }
  | {
      readonly do: 'hold-back'
      readonly kind: Suppression['kind']
      readonly forMs: number
      readonly second: string | null
    }
  | { readonly do: 'end'; readonly kind: Suppression['kind'] }
  | { readonly do: 'explained' | 'unexplained' }
  | { readonly do: 'assign'; readonly to: string | null }
  | { readonly do: 'finding' }
  | { readonly do: 'quality'; readonly quality: 'good' | 'stale' }

const priority = fc.constantFrom<Priority>('red', 'orange', 'yellow', 'blue')
const second = fc.constantFrom('chief', 'lin', null)
const kind = fc.constantFrom<Suppression['kind']>('shelved', 'by-design', 'out-of-service')
const waits = fc.constantFrom(1, 900, 5_000, 30_000, MINUTE, 130_000, 16 * MINUTE, HOUR, 2 * HOUR, 8 * HOUR, 26 * HOUR)

/** Anything that can happen. Conditions that come and go fast and values that repeat are frequent: that is where life-cycles break. */
export const command: fc.Arbitrary<Command> = fc.oneof(
  { weight: 10, arbitrary: fc.constant<Command>({ do: 'flip' }) },
  { weight: 10, arbitrary: fc.constant<Command>({ do: 'deliver-all' }) },
  { weight: 4, arbitrary: fc.nat(3).map((place): Command => ({ do: 'deliver', place })) },
  {
    weight: 3,
    arbitrary: fc
      .tuple(fc.integer({ min: 2, max: 24 }), fc.constantFrom(0, 1_000, 20_000, 3 * MINUTE))
      .map(([flips, apartMs]): Command => ({ do: 'burst', flips, apartMs })),
  },
  { weight: 8, arbitrary: waits.map((ms): Command => ({ do: 'wait', ms })) },
  { weight: 4, arbitrary: fc.constant<Command>({ do: 'tick' }) },
  { weight: 2, arbitrary: fc.constant<Command>({ do: 'edit' }) },
  { weight: 2, arbitrary: fc.constant<Command>({ do: 'repeat' }) },
  { weight: 1, arbitrary: fc.constant<Command>({ do: 'reload' }) },
  { weight: 6, arbitrary: fc.constant<Command>({ do: 'reset' }) },
  {
    weight: 3,
    arbitrary: fc
      .tuple(fc.option(priority), fc.option(fc.nat(5)))
      .map(([higher, picture]): Command => ({ do: 'more', priority: higher, picture })),
  },
  {
    weight: 10,
    arbitrary: fc
      .tuple(fc.constantFrom('lin', 'qiao'), fc.constantFrom('sent a patrol', 'sent a patrol', 'no'))
      .map(([by, note]): Command => ({ do: 'acknowledge', by, note })),
  },
  { weight: 2, arbitrary: second.map((who): Command => ({ do: 'withdraw', second: who })) },
  {
    weight: 5,
    arbitrary: fc
      .tuple(kind, fc.constantFrom(0, 10 * MINUTE, HOUR, 2 * HOUR, 8 * HOUR, 24 * HOUR, 24 * 7 * HOUR), second)
      .map(([what, forMs, who]): Command => ({ do: 'hold-back', kind: what, forMs, second: who })),
  },
  { weight: 3, arbitrary: kind.map((what): Command => ({ do: 'end', kind: what })) },
  { weight: 2, arbitrary: fc.constantFrom<Command>({ do: 'explained' }, { do: 'unexplained' }) },
  { weight: 1, arbitrary: fc.constantFrom('qiao', null).map((to): Command => ({ do: 'assign', to })) },
  { weight: 1, arbitrary: fc.constant<Command>({ do: 'finding' }) },
  {
    weight: 1,
    arbitrary: fc
      .constantFrom('good' as const, 'stale' as const)
      .map((quality): Command => ({ do: 'quality', quality })),
  },
)

/** A county in which things happen: what its rule is, and what happens. */
export const story = fc.record({
  priority,
  latched: fc.boolean(),
  commands: fc.array(command, { minLength: 1, maxLength: 50, size: 'max' }),
})

/** Lets one thing happen. */
export function perform(county: County, command: Command): void {
  switch (command.do) {
    case 'flip':
      county.flip()
      return
    case 'burst':
      for (let flip = 0; flip < command.flips; flip += 1) {
        county.flip()
        county.deliverAll()
        county.now += command.apartMs
      }
      return
    case 'deliver':
      county.deliver(command.place)
      return
    case 'deliver-all':
      county.deliverAll()
      return
    case 'wait':
      county.now += command.ms
      return
    case 'tick':
      county.tick()
      return
    case 'edit':
      county.gateway.version += 1
      return
    case 'repeat':
      for (const transition of county.gateway.sent) county.take(transition)
      return
    case 'reload':
      county.reload()
      return
    case 'more':
      county.tellMore(command.priority, command.picture)
      return
    case 'acknowledge':
    case 'reset':
    case 'withdraw':
    case 'hold-back':
    case 'end':
    case 'explained':
    case 'unexplained':
    case 'assign':
    case 'finding':
    case 'quality':
      happen(county, command, UtcMs.parse(county.now))
  }
}

type DeskCommand = Exclude<
  Command,
  {
    do: 'flip' | 'burst' | 'deliver' | 'deliver-all' | 'wait' | 'tick' | 'edit' | 'repeat' | 'reload' | 'more'
  }
>

function happen(county: County, asked: DeskCommand, at: UtcMs): void {
  const by = 'lin'
  const leader = (name: string | null) => (name === null ? null : { name, isLeader: true })
  switch (asked.do) {
    case 'acknowledge':
      county.happen({ kind: 'acknowledge', acknowledgement: { at, by: asked.by, note: asked.note, via: 'desk' } })
      return
    case 'reset':
      county.happen({ kind: 'reset', by, at, result: 'confirmed', note: 'looked at it' })
      return
    case 'withdraw':
      county.happen({ kind: 'withdraw', by, at, reason: 'rule is gone', second: leader(asked.second) })
      return
    case 'hold-back': {
      const ask = { kind: asked.kind, by, second: leader(asked.second), reason: 'work order', shelvedBefore: 0 }
      county.happen({ kind: 'suppress', ask: { ...ask, until: UtcMs.parse(county.now + asked.forMs) }, at })
      return
    }
    case 'end':
      county.happen({ kind: 'end-suppression', of: asked.kind, by, at, reason: 'work is done' })
      return
    case 'explained':
    case 'unexplained':
      county.happen({ kind: asked.do, parent: 'east-pit.gateway-silent.1', at })
      return
    case 'assign':
      county.happen({ kind: 'assign', to: asked.to, by, at })
      return
    case 'finding':
      county.happen({ kind: 'finding', finding: { kind: 'on-site', at, by, note: '', receipt: null }, at })
      return
    case 'quality':
      county.happen({ kind: 'quality', quality: asked.quality, why: {}, at })
  }
}
