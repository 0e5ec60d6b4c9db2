import { describe, expect, it } from 'vitest'
import { shippedLaw } from '../../../../platform/site/law.ts'
import { armed, Watch } from '../world.ts'

const fan = armed({
  type: 'fan-stopped',
  quantity: 'running',
  law: shippedLaw(),
  with: { law: 'coal', standby: ['fan/two'] },
})
const watchOf = (main: (s: number) => boolean | undefined, standby: (s: number) => boolean | undefined) =>
  new Watch(fan).play(0, 1_000, { 'fan/two': standby, 'meter/value': main })
const story = (watch: Watch) => watch.told.map(({ kind, priority }) => `${kind} ${priority}`).join(', ')

describe('fan-stopped', () => {
  it('raises at once, becomes graver when no standby fan runs within the ten minutes of the law, and clears when one does', () => {
    const watch = watchOf(
      (s) => s < 100,
      (s) => s >= 800,
    )
    expect(watch.story).toBe('raise@105 update@700 clear@810')
    expect(story(watch)).toBe('raise orange, update red, clear red')
    expect(watch.zh(1)).toBe(
      '主要通风机停止已 10 分钟，备用风机没有在 10 分钟内启动。请停止工作、切断电源、撤出人员。要求：主要通风机连续运转；备用通风机必须能在 10 分钟内开动。依据《煤矿安全规程》2022 版第 158 条，数值尚未与原文核对。',
    )
    expect(watch.en()).toBe(
      'A standby fan runs; the main fan still stands. There was no ventilation for 11 minutes 40 seconds.',
    )
  })

  it('does not become graver when a standby fan starts in time', () => {
    const watch = watchOf(
      (s) => s < 100,
      (s) => s >= 400,
    )
    expect(story(watch)).toBe('raise orange, clear orange')
  })

  it('says nothing while a standby fan runs, nor while nobody knows of the main fan', () => {
    expect(
      watchOf(
        () => false,
        () => true,
      ).story,
    ).toBe('')
    expect(
      watchOf(
        () => undefined,
        () => false,
      ).story,
    ).toBe('')
  })

  it('takes a standby fan of which nothing is heard for one that does not run', () => {
    expect(
      watchOf(
        (s) => s < 100,
        () => undefined,
      ).story,
    ).toBe('raise@105 update@700')
  })

  it('judges a fan by its current', () => {
    const given = { law: 'coal', runningAbove: 2 }
    const rule = armed({ type: 'fan-stopped', quantity: 'current', law: shippedLaw(), with: given })
    expect(new Watch(rule).series(0, 60, (s) => (s < 20 ? 80 : 0.4)).story).toBe('raise@25')
  })
})
