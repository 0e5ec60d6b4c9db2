import { describe, expect, it } from 'vitest'
import { AlarmTransition, type Alarm } from '../../../../core/contract/alarm.ts'
import { UtcMs } from '../../../../core/contract/time.ts'
import { openSilenceWatch } from '../../../../dashboard/server/ingest/silence.ts'
import { handClock } from '../../../support/hand-clock.ts'
import { quietLog } from '../../../support/quiet-log.ts'

const openAlarm = (site: string, from: number): Alarm => ({
  ...{ id: `${site}.gateway-silent.old`, site, rule: 'gateway-silent', ruleType: 'gateway-silent' },
  ...{ point: 'gateway/online', priority: 'orange', state: 'unacked', raisedAt: UtcMs.parse(from) },
  ...{ receivedAt: UtcMs.parse(from), returnedAt: null, closedAt: null },
  activations: [{ occurrence: `${site}.gateway-silent.old`, from: UtcMs.parse(from), to: null }],
  explanation: { key: 'gateway-silent.raised', values: {} },
  ...{ number: 'PW-20260112-0001', latched: false, late: false, ruleVersion: null, returnRuleVersion: null },
  ...{ sampledAt: null, storedAt: null, suppressions: [], held: 0, reAlarmAt: null, assignee: null, findings: [] },
  ...{ chattering: false, quality: 'good', ladder: null },
  ...{ readings: [], evidence: [], acknowledgement: null, notes: [], notices: [], version: 1 },
})

async function world(sites: string[], opened: Alarm[] = []) {
  const clock = handClock()
  const told: AlarmTransition[] = []
  const desk = {
    isDown: false,
    open: () => Promise.resolve(opened),
    receive: (transition: AlarmTransition) => {
      if (desk.isDown) return Promise.reject(new Error('disk full'))
      told.push(AlarmTransition.parse(transition))
      return Promise.resolve('committed' as const)
    },
  }
  const silent: string[] = []
  const fellSilent = (site: string) => void silent.push(site)
  const watch = await openSilenceWatch({ desk, clock, log: quietLog(), after: 30_000, sites: () => sites, fellSilent })
  return { clock, told, desk, watch, silent }
}

describe('the watch over silent gateways', () => {
  it('raises once after the time and clears when the gateway speaks again', async () => {
    const { clock, told, watch, silent } = await world(['east-pit'])
    watch.heard('east-pit')
    await clock.advance(29_999)
    await watch.check()
    expect(told).toEqual([])
    await clock.advance(1)
    await watch.check()
    await watch.check()
    expect(told).toMatchObject([
      {
        kind: 'raise',
        n: 1,
        site: 'east-pit',
        priority: 'orange',
        point: 'gateway/online',
        explanation: { values: { silentS: 30 } },
      },
    ])
    expect(silent).toEqual(['east-pit'])
    await clock.advance(90_000)
    watch.heard('east-pit')
    await watch.check()
    expect(told[1]).toMatchObject({
      ...{ kind: 'clear', n: 2, occurrence: told[0]?.occurrence },
      explanation: { key: 'gateway-silent.cleared', values: { silentS: 120 } },
    })
    await clock.advance(30_000)
    await watch.check()
    expect(told[2]).toMatchObject({ kind: 'raise', n: 1 })
    expect(told[2]?.occurrence).not.toBe(told[0]?.occurrence)
  })

  it('raises nothing while nobody can be heard, and says once that nothing holds any more', async () => {
    const { clock, told, watch, silent } = await world(['east-pit', 'west-pit'])
    for (let second = 0; second < 60; second += 1) {
      watch.startAnew()
      expect(silent).toEqual(second < 30 ? [] : ['east-pit', 'west-pit'])
      await clock.advance(1_000)
    }
    await watch.check()
    expect(told).toEqual([])
  })

  it('also watches sites of an earlier run that have not spoken in this one', async () => {
    const { clock, told, watch } = await world(['east-pit', 'west-pit'])
    await clock.advance(20_000)
    watch.heard('west-pit')
    await clock.advance(10_000)
    await watch.check()
    expect(told).toMatchObject([{ kind: 'raise', site: 'east-pit' }])
  })

  it('clears an alarm an earlier run has raised, and does not raise it again', async () => {
    const { clock, told, watch } = await world(['east-pit'], [openAlarm('east-pit', 1_699_999_000_000)])
    await clock.advance(60_000)
    await watch.check()
    expect(told).toEqual([])
    watch.heard('east-pit')
    await watch.check()
    expect(told).toMatchObject([{ kind: 'clear', n: 2, occurrence: 'east-pit.gateway-silent.old' }])
  })

  it('blames nobody while nobody can be heard', async () => {
    const { clock, told, watch } = await world(['east-pit'])
    await clock.advance(29_000)
    watch.startAnew()
    await clock.advance(29_000)
    await watch.check()
    expect(told).toEqual([])
  })

  it('tries again with the same occurrence when the desk cannot take it', async () => {
    const { clock, told, desk, watch } = await world(['east-pit'])
    await clock.advance(30_000)
    desk.isDown = true
    await watch.check()
    await clock.advance(1_000)
    desk.isDown = false
    await watch.check()
    expect(told).toHaveLength(1)
    expect(told[0]?.occurrence).toBe(`east-pit.gateway-silent.${(1_700_000_030_000).toString(36)}`)
  })
})
