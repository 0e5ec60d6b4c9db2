import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { LI, openReplyWorld, type ReplyWorld, WANG } from './reply-world.ts'

let world: ReplyWorld
beforeEach(() => {
  world = openReplyWorld()
})
afterEach(() => world.end())

const answers = () =>
  world.memos.filter(({ key }) => key.startsWith('reply|')).map(({ person, short }) => `${person}: ${short.en}`)

describe('an answer by SMS', () => {
  it('acknowledges the alarm of its code as the person it was sent to, and says so', async () => {
    const alarm = await world.told('4821', 'wang')
    expect(await world.sms('13900000001', 'Ｑ４８２１ 2 已派人')).toBe('acknowledged')
    expect(await world.desk.get(alarm)).toMatchObject({
      state: 'acked',
      acknowledgement: { by: 'Wang', via: 'sms', note: '短信签收: 经批准的作业; 已派人' },
    })
    expect(answers()).toEqual([expect.stringMatching(/^wang: PW-\d{8}-0001 is acknowledged/)])
    expect((await world.desk.verify()).intact).toBe(true)
  })

  it('needs no further word: the answer itself is the note', async () => {
    const alarm = await world.told('0007', 'wang')
    expect(await world.sms(WANG, 'Q7')).toBe('acknowledged')
    expect((await world.desk.get(alarm))?.acknowledgement?.note).toBe('短信签收')
  })

  it('does nothing when the same text is handed over again, also after a crash before it was forgotten', async () => {
    const alarm = await world.told('4821', 'wang')
    expect(await world.sms(WANG, 'Q4821', 'sms/k')).toBe('acknowledged')
    const before = await world.acts()
    await world.restart()
    expect(await world.sms(WANG, 'Q4821', 'sms/k')).toBe('known')
    expect(await world.acts()).toEqual(before)
    expect(answers()).toHaveLength(1)
    expect((await world.desk.get(alarm))?.state).toBe('acked')
  })

  it('of a used code is answered kindly and is no second act', async () => {
    const alarm = await world.told('4821', 'wang')
    await world.sms(WANG, 'Q4821')
    const before = (await world.desk.get(alarm))?.version
    expect(await world.sms(WANG, 'Q4821')).toBe('again')
    expect((await world.desk.get(alarm))?.version).toBe(before)
    expect(answers().at(-1)).toContain('already')
    expect(await world.acts()).not.toContain('reply-refused')
  })

  it('of a used code is no second act when the alarm calls again: that message has a code of its own', async () => {
    const alarm = await world.told('4821', 'wang')
    await world.sms(WANG, 'Q4821')
    world.clock.advance(15 * 60_000)
    await world.desk.runDue()
    expect((await world.desk.get(alarm))?.state).toBe('unacked')
    expect(await world.sms(WANG, 'Q4821')).toBe('again')
    expect((await world.desk.get(alarm))?.state).toBe('unacked')
  })

  it('of a second person is noted beside the first', async () => {
    const alarm = await world.told('4821', 'wang')
    await world.db.transaction(async (q) => {
      await q.run(
        `insert into notices (id, key, alarm, kind, urgency, round, step, person, name, channel, medium, state, queued_at,
           hold_until, sent_at, code)
         select 'second', 'second', alarm, kind, urgency, round, step, 'li', 'Li', channel, medium, state, queued_at,
           hold_until, sent_at, '1111' from notices`,
      )
    })
    await world.sms(WANG, 'Q4821')
    expect(await world.sms(LI, '1111')).toBe('taken')
    expect((await world.desk.get(alarm))?.acknowledgement?.by).toBe('Wang')
    expect(answers().at(-1)).toContain('acknowledged by Wang')
  })

  it("with another person's code is refused, counted and journaled with no more than 4 digits of the number", async () => {
    const alarm = await world.told('4821', 'wang')
    expect(await world.sms(LI, 'Q4821')).toBe('code')
    expect((await world.desk.get(alarm))?.state).toBe('unacked')
    const { entries } = await world.desk.ledger({ after: 0, limit: 100, subject: 'li' })
    expect(entries.map(({ act, detail }) => ({ act, detail }))).toEqual([
      { act: 'reply-refused', detail: { from: '0002', why: 'code', medium: 'sms' } },
    ])
  })

  it('from an unknown number is refused, journaled and not answered', async () => {
    const alarm = await world.told('4821', 'wang')
    expect(await world.sms('+8613900009999', 'Q4821')).toBe('number')
    expect(await world.sms('CMCC', 'Q4821')).toBe('number')
    expect((await world.desk.get(alarm))?.state).toBe('unacked')
    expect(world.memos).toEqual([])
    expect(await world.acts('unknown')).toEqual(['reply-refused', 'reply-refused'])
  })

  it('with a code older than 48 h counts for nothing', async () => {
    await world.told('4821', 'wang')
    world.clock.advance(48 * 3_600_000 + 1)
    expect(await world.sms(WANG, 'Q4821')).toBe('code')
  })

  it('locks its number for an hour after five wrong ones, tells the office, and listens again then', async () => {
    const alarm = await world.told('4821', 'wang')
    for (let n = 0; n < 4; n += 1) expect(await world.sms(WANG, `Q100${n}`)).toBe('code')
    expect(await world.sms(WANG, 'Q1004')).toBe('locking')
    expect(await world.sms(WANG, 'Q4821')).toBe('locked')
    expect((await world.desk.get(alarm))?.state).toBe('unacked')
    expect(await world.acts('wang')).toEqual([
      ...Array<string>(5).fill('reply-refused'),
      'reply-locked',
      'reply-refused',
    ])
    expect(world.memos.filter(({ key }) => key.startsWith('reply-locked|')).map(({ person }) => person)).toEqual([
      'zhao',
    ])
    // Only some of what was refused is answered.
    expect(answers()).toHaveLength(3)
    world.clock.advance(3_600_000)
    expect(await world.sms(WANG, 'Q4821')).toBe('acknowledged')
  })

  it('does not lock while right ones come between', async () => {
    for (let n = 0; n < 8; n += 1) {
      if (n % 4 === 3) {
        await world.told(`700${n}`, 'wang')
        expect(await world.sms(WANG, `Q700${n}`)).toBe('acknowledged')
      } else expect(await world.sms(WANG, `Q100${n}`)).toBe('code')
    }
  })

  it('by a key in our own call acknowledges even where texts of that number are locked, and is not answered by a text', async () => {
    const alarm = await world.told('4821', 'wang')
    for (let n = 0; n < 5; n += 1) await world.sms(WANG, `Q100${n}`)
    world.memos.length = 0
    const taken = await world.replies.take({ key: 'voice/n', from: WANG, text: 'Q4821', medium: 'voice' })
    expect(taken).toBe('acknowledged')
    expect((await world.desk.get(alarm))?.acknowledgement?.via).toBe('voice')
    expect(world.memos).toEqual([])
  })

  it('finds the right one of two persons who share a telephone', async () => {
    const alarm = await world.told('4821', 'qian')
    expect(await world.sms('+863562000003', '4821')).toBe('acknowledged')
    expect((await world.desk.get(alarm))?.acknowledgement?.by).toBe('Qian')
  })

  it('says that somebody has arrived, with the code or without it once it was acknowledged', async () => {
    const alarm = await world.told('4821', 'wang')
    expect(await world.sms(WANG, '到')).toBe('unclear')
    expect(await world.sms(WANG, 'ARRIVED 4821 gate open')).toBe('arrived')
    await world.sms(WANG, '4821')
    expect(await world.sms(WANG, '到')).toBe('arrived')
    expect((await world.desk.get(alarm))?.findings).toMatchObject([
      { kind: 'on-site', by: 'Wang', note: 'gate open' },
      { kind: 'on-site', by: 'Wang' },
    ])
  })

  it('checks in who is on duty, and tells who is not', async () => {
    expect(await world.sms(WANG, '签到')).toBe('checked-in')
    expect(await world.sms(LI, 'check in')).toBe('no-shift')
    expect(world.checkedIn).toEqual(['wang'])
  })

  it('answers a spot check', async () => {
    world.spots.set('wang', '3333')
    expect(await world.sms(LI, '3333')).toBe('code')
    expect(await world.sms(WANG, '3333')).toBe('spot-check')
  })

  it('that cannot be understood is answered with how to, at most three times an hour, and is not counted as wrong', async () => {
    for (let n = 0; n < 6; n += 1) expect(await world.sms(WANG, '好的')).toBe('unclear')
    expect(answers()).toHaveLength(3)
    expect(await world.acts('wang')).toEqual([])
  })

  it('is never taken for another alarm or another person: 1,000 of them', async () => {
    const numbers = new Map([
      ['wang', WANG],
      ['li', LI],
    ])
    const alarms: { readonly id: string; readonly code: string; readonly person: string }[] = []
    for (let n = 0; n < 40; n += 1) {
      const person = n % 2 === 0 ? 'wang' : 'li'
      // The same codes go to both: they are unique for a person only.
      const code = String(Math.floor(n / 2) + 5_000)
      alarms.push({ id: await world.told(code, person), code, person })
    }
    let acknowledged = 0
    const writing = fc.constantFrom('Q', '', '签收 ', 'ok ')
    const answer = fc.record({
      from: fc.constantFrom('wang', 'li', 'stranger'),
      code: fc.integer({ min: 4_995, max: 5_025 }),
      writing,
    })
    for (const { from, code, writing: before } of fc.sample(answer, { numRuns: 1_000, seed: 7 })) {
      const meant = alarms.find((one) => one.person === from && one.code === String(code))
      const was = new Map((await world.desk.open()).map((one) => [one.id, one.state]))
      const outcome = await world.sms(numbers.get(from) ?? '+8613900009999', `${before}${code}`)
      acknowledged += outcome === 'acknowledged' ? 1 : 0
      const changed = (await world.desk.open()).filter((one) => was.get(one.id) !== one.state)
      expect(changed.map(({ id }) => id)).toEqual(outcome === 'acknowledged' ? [meant?.id] : [])
      if (outcome === 'acknowledged') expect(changed[0]?.acknowledgement?.by.toLowerCase()).toBe(from)
      world.clock.advance(600_000)
    }
    expect(acknowledged).toBeGreaterThan(20)
  }, 40_000)
})
