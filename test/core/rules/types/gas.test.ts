import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { armRules } from '../../../../core/rules/arm.ts'
import { shippedLaw } from '../../../../platform/site/law.ts'
import { armed, bad, reading, Watch } from '../world.ts'

const law = shippedLaw()
const at = (place: string, gas: string, more: Record<string, unknown> = {}) =>
  armed({
    type: 'gas',
    quantity: 'gas',
    law,
    with: { place, gas, offDelay: '0s', ...more },
    name: { 'zh-CN': '二采区 1 号', en: 'District 2, no. 1' },
  })

const story = (watch: Watch) =>
  watch.told.map(({ kind, priority, at: when }) => `${kind} ${priority}@${(when - Date.UTC(2026, 0, 11, 18)) / 1_000}`)

describe('gas', () => {
  // domain.md §5.4: place, alarm, cut, restore.
  it.each([
    ['upper-corner', 1.0, 1.5, 1.0],
    ['working-face', 1.0, 1.5, 1.0],
    ['face-return', 1.0, 1.0, 1.0],
    ['gassy-intake', 0.5, 0.5, 0.5],
    ['heading-face', 1.0, 1.5, 1.0],
    ['heading-return', 1.0, 1.0, 1.0],
    ['series-intake', 0.5, 0.5, 0.5],
  ])('takes the methane values of %s from the law: alarm %d, cut %d, restore %d', (place, alarm, act, restore) => {
    const watch = new Watch(at(place, 'ch4'))
    watch
      .say(1, alarm - 0.01)
      .say(2, alarm)
      .say(3, act)
      .say(4, alarm)
      .say(5, restore)
      .say(6, restore - 0.01)
    expect(story(watch)).toEqual(
      alarm === act ? ['raise red@2', 'clear red@6'] : ['raise orange@2', 'update red@3', 'clear red@6'],
    )
  })

  // domain.md §5.1, in the law's own ppm.
  it.each([
    ['co', 24],
    ['no2', 2.5],
    ['so2', 5],
    ['h2s', 6.6],
    ['nh3', 40],
  ])('allows %s up to %d ppm in a coal mine', (gas, ppm) => {
    const watch = new Watch(at('workings', gas, { law: 'coal' }))
    watch
      .say(1, ppm / 10_000)
      .say(2, (ppm + 0.1) / 10_000)
      .say(3, ppm / 10_000)
    expect(watch.story).toBe('raise@2 clear@3')
  })

  it('wants oxygen of 20 % in the intake and of 19.5 % at a sealed shaft', () => {
    const intake = new Watch(at('intake-air', 'o2')).say(1, 20).say(2, 19.9).say(3, 20)
    expect(intake.story).toBe('raise@2 clear@3')
    const shaft = new Watch(at('sealed-shaft', 'o2')).say(1, 19.6).say(2, 18).say(3, 19.2).say(4, 20.6)
    expect(shaft.story).toBe('raise@2 clear@4')
    expect(shaft.zh()).toBe(
      '二采区 1 号：封闭井口氧气已回升到 20.6 %，不再低于允许值 19.5 %。不足持续 2 秒，最低 18 %。',
    )
  })

  it('names law, edition and article in both numberings, what is demanded, and that nobody has checked', () => {
    const watch = new Watch(at('working-face', 'ch4')).say(1, 1.2).say(2, 1.6).say(3, 0.8)
    expect([0, 1, 2].map((index) => watch.zh(index))).toEqual([
      '二采区 1 号：采煤工作面甲烷 1.2 %，达到报警值 1 %，夜间 02:00:01。低于 1 % 才解除。依据《煤矿安全规程》2025 版第 536 条（2022 版为第 498 条），数值尚未与原文核对。',
      '二采区 1 号：采煤工作面甲烷 1.6 %，达到断电值 1.5 %，夜间 02:00:01 起已持续 1 秒。要求：切断电源，撤出人员，查明原因。低于 1 % 方可复电。依据《煤矿安全规程》2025 版第 536 条（2022 版为第 498 条），数值尚未与原文核对。',
      '二采区 1 号：采煤工作面甲烷已降到 0.8 %，低于 1 %。超限持续 2 秒，最高 1.6 %。',
    ])
    expect(watch.en(1)).toBe(
      'District 2, no. 1: Methane at the coal face 1.6 %, at or above the limit of 1.5 % for cutting power, for 1 second since 02:00:01 (night). Required: Cut the power, withdraw people, find the cause. Power may come back below 1 %. By the Coal Mine Safety Regulations, 2025 edition, article 536 (article 498 in the 2022 edition); the number was not checked against its text.',
    )
  })

  it('cites the older numbering where that is asked for, and says nothing of doubt where it was read', () => {
    const watch = new Watch(at('workings', 'co', { law: 'coal', edition: '2022' })).say(1, 0.005)
    expect(watch.zh()).toBe(
      '二采区 1 号：井下空气一氧化碳 50 ppm，超过允许值 24 ppm，夜间 02:00:01。依据《煤矿安全规程》2022 版第 135 条（2025 版为第 156 条）。',
    )
  })

  it('says where no law gives the number', () => {
    const watch = new Watch(at('sealed-shaft', 'ch4')).say(1, 0.7)
    expect(watch.en()).toContain('No law gives this limit; it is an engineering value.')
  })

  it('becomes graver only once its act value was proven for the on-delay, at the exact instant', () => {
    const watch = new Watch(at('working-face', 'ch4', { onDelay: '10s' }))
    watch.series(0, 60, (s) => (s < 20 ? 1.2 : s === 22 ? 1.4 : 1.7))
    expect(story(watch)).toEqual(['raise orange@10', 'update red@33'])
  })

  it('raises at once as grave what is grave when it is proven', () => {
    const watch = new Watch(at('working-face', 'ch4', { onDelay: '10s' })).series(0, 20, () => 2)
    expect(story(watch)).toEqual(['raise red@10'])
  })

  it('remembers over a restart that it is grave, and tells it once', () => {
    const watch = new Watch(at('working-face', 'ch4')).say(1, 1.2).say(2, 1.7)
    watch.restart().say(3, 1.8).say(4, 0.5)
    expect(story(watch)).toEqual(['raise orange@1', 'update red@2', 'clear red@4'])
    watch.say(5, 1.2)
    expect(story(watch).at(-1)).toBe('raise orange@5')
  })

  it('is never raised, made graver or cleared by what cannot be believed', () => {
    const watch = new Watch(at('working-face', 'ch4'))
    watch.read(bad(1)).say(2, NaN).say(3, { value: 3, quality: 'bad' }).say(4, 'x').until(600)
    expect(watch.story).toBe('')
    watch.say(601, 1.2).say(602, { value: 2, quality: 'bad' }).say(603, { value: 0.1, quality: 'uncertain' }).until(900)
    expect(story(watch)).toEqual(['raise orange@601'])
  })

  it('never acts without an alarm, clears only below restore, and never becomes less grave by itself', () => {
    const values = fc.array(fc.constantFrom(0.2, 0.79, 0.8, 0.99, 1, 1.2, 1.49, 1.5, 3, NaN), {
      minLength: 1,
      maxLength: 60,
    })
    const own = structuredClone(law.get('coal')!)
    const three = { ...own.records.find(({ id }) => id === 'ch4-working-face')!, restore: 0.8 }
    const library = new Map([['coal', { ...own, records: [three] }]])
    const rule = armed({
      type: 'gas',
      quantity: 'gas',
      law: library,
      with: { place: 'working-face', gas: 'ch4', offDelay: '0s' },
    })
    fc.assert(
      fc.property(values, (series) => {
        const watch = new Watch(rule)
        let isOpen = false
        let isGrave = false
        for (const [s, value] of series.entries()) {
          const before = watch.told.length
          watch.read(reading(s, value))
          // The oracle: three values by hand.
          const wasOpen = isOpen
          if (value >= 1) isOpen = true
          else if (value < 0.8) isOpen = false
          isGrave = isOpen && (isGrave || value >= 1.5)
          const now = watch.told.slice(before).map(({ kind }) => kind)
          if (!wasOpen && isOpen) expect(now).toEqual(['raise'])
          else if (wasOpen && !isOpen) expect(now).toEqual(['clear'])
          else expect(now.every((kind) => kind === 'update')).toBe(true)
          const last = watch.told.at(-1)
          if (isOpen) expect(last?.priority).toBe(isGrave ? 'red' : 'orange')
        }
      }),
    )
  })

  it.each([
    [{ place: 'nowhere', gas: 'ch4' }, 'with.place', 'came nowhere'],
    [{ place: 'working-face', gas: 'co' }, 'with.gas', 'expected a gas with a limit at working-face (ch4), came co'],
    [{ place: 'workings', gas: 'co' }, 'with.law', 'expected one of coal, non-coal'],
    [{ place: 'workings', gas: 'co', law: 'steel' }, 'with.law', 'expected a file of the threshold library'],
    [{ place: 'working-face', gas: 'ch4', edition: '1999' }, 'with.edition', 'came 1999'],
  ])('refuses %j with its path', (given, path, message) => {
    const config = { id: 'g', type: 'gas', point: 'gas/ch4', priority: 'orange' as const, with: given }
    const { faults } = armRules('east-pit', [config], { law, quantityOf: () => 'gas' })
    expect(faults[0]?.path.slice(1).join('.')).toBe(path)
    expect(faults[0]?.message).toContain(message)
  })

  it('is refused where no library was loaded', () => {
    const config = {
      id: 'g',
      type: 'gas',
      point: 'gas/ch4',
      priority: 'orange' as const,
      with: { place: 'x', gas: 'y' },
    }
    expect(armRules('east-pit', [config], {}).faults[0]?.message).toContain('threshold library')
  })
})
