import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ChannelLamp } from '../../core/contract/notice.ts'
import { alarmWith, memo } from './support/alarms.ts'
import { atWork as atWorkWith, type Desk } from './support/at-work.ts'
import { violations } from './support/axe.ts'
import { buildPage } from './support/browser.ts'
import { NIGHT } from './support/county.ts'

const SLOW = 60_000
const WAIT = { timeout: 15_000 }
const lamp = (channel: string, medium: string, state: string, why: string | null = null) =>
  ChannelLamp.parse({
    ...{ channel, kind: medium, medium, state, why, since: NIGHT, lastAcceptedAt: null, lastDeliveredAt: null },
    ...{ waiting: 0, attempted: 4, accepted: 3, delivered: 2, failed: 1 },
  })

describe('how the watch stands, in Chromium', () => {
  let built: Awaited<ReturnType<typeof buildPage>>
  beforeAll(async () => {
    built = await buildPage()
  }, SLOW)
  afterAll(() => built.remove())
  const atWork = (work: Parameters<typeof atWorkWith>[1], desk: Desk = {}) => atWorkWith(built.dist, work, desk)

  it('shows who is on duty and every lamp by shape and word, and a hole at once', { timeout: SLOW }, async () => {
    await atWork(async ({ page, room, errors }) => {
      const strip = page.locator('.watch')
      expect(await strip.locator('[data-role=duty]').innerText()).toMatch(/值班员\s*\S+\s*○?\s*未签到/)
      expect(await strip.locator('.alert-word').count()).toBe(0)
      room.watch({
        lamps: [
          lamp('sms', 'sms', 'good'),
          lamp('ding', 'robot', 'degraded', '130101'),
          lamp('voice', 'voice', 'down', 'no carrier'),
          lamp('desk', 'desk', 'degraded', 'sound-blocked'),
        ],
        watchman: 'silent',
        storm: true,
        suppressed: 3,
        onDuty: [
          {
            role: 'duty',
            name: { 'zh-CN': '值班员', en: 'Duty officer' },
            persons: [],
            until: room.duty.proofs[0]!.provenAt,
            source: 'nobody',
          },
        ],
      })
      await strip.locator('.watch-storm').getByText('报警风暴').waitFor()
      const words = async (channel: string) => (await strip.locator(`[data-channel=${channel}]`).innerText()).trim()
      expect(await words('sms')).toMatch(/^● 短信/)
      expect(await words('ding')).toBe('◑ 群机器人 不稳')
      expect(await words('voice')).toBe('✕ 电话 不通')
      expect(await words('watchman')).toBe('✕ 值守进程无应答')
      expect(await strip.getByText('抑制中 3').count()).toBe(1)
      expect(await strip.locator('[data-role=duty] .alert-word').innerText()).toBe('无人值班')
      expect(await strip.locator('[data-channel=voice]').getAttribute('title')).toBe('电话 · 不通 · no carrier')
      expect(await strip.locator('[data-channel=desk]').getAttribute('title')).toMatch(/不稳 · 声音被浏览器静音$/)
      expect(await violations(page)).toEqual([])
      await strip.click()
      await page.locator('.duty-page').waitFor()
      expect(errors).toEqual([])
    })
  })

  it(
    'shows messages to this desk until they are read, and says that it has shown them',
    { timeout: SLOW },
    async () => {
      await atWork(async ({ page, room }) => {
        room.notify(memo('m1', { title: '查岗', text: '请在 60 秒内答复。' }))
        room.notify(memo('m2', { title: '验证码', text: '验证码 204518' }))
        const first = page.locator('[data-notice=m1]')
        await first.getByText('请在 60 秒内答复。').waitFor()
        await expect
          .poll(() => room.desks().flatMap(({ notices }) => notices), WAIT)
          .toEqual(expect.arrayContaining(['m1', 'm2']))
        expect(await violations(page)).toEqual([])
        await first.locator('[data-act=read]').click()
        await first.waitFor({ state: 'detached' })
        expect(await page.locator('[data-notice=m2]').count()).toBe(1)
      })
    },
  )

  it('says at once which alarms it shows, and that it is there every 10 s', { timeout: SLOW }, async () => {
    await atWork(async ({ page, room }) => {
      room.tell(alarmWith({ id: 'lookout.person.new1', site: 'lookout', priority: 'red', version: 4 }))
      await page.locator('[data-alarm="lookout.person.new1"]').waitFor()
      const shown = () => room.desks().flatMap((said) => said.shown)
      await expect.poll(shown, WAIT).toContainEqual({ alarm: 'lookout.person.new1', version: 4 })
      const before = room.desks().length
      await expect.poll(() => room.desks().length, WAIT).toBeGreaterThan(before)
      expect(room.desks().at(-1)?.shown).toEqual([])
    })
  })

  it('counts as blocked before a gesture and as running after it', { timeout: SLOW }, async () => {
    await atWork(
      async ({ page, room }) => {
        // Nothing is to sound meanwhile: what wakes the sound is the gesture alone.
        for (const alarm of room.alarms()) room.tell({ ...alarm, state: 'closed', version: alarm.version + 1 })
        // Only a page of its own has had no gesture; one loaded anew inherits those before it.
        const screen = await page.context().newPage()
        await page.close()
        await screen.goto(room.url)
        await expect.poll(() => room.desks().at(-1)?.sound, WAIT).toBe('blocked')
        // Looking for a text in the page would itself count as a gesture; a picture of its document does not.
        const cdp = await screen.context().newCDPSession(screen)
        const { strings } = await cdp.send('DOMSnapshot.captureSnapshot', { computedStyles: [] })
        expect(strings.filter((text) => text.includes('声音被浏览器静音')).length).toBeGreaterThan(0)
        await screen.mouse.click(600, 300)
        await expect.poll(() => room.desks().at(-1)?.sound, WAIT).toBe('running')
        await screen.getByText('声音被浏览器静音').waitFor({ state: 'detached' })
        await screen.locator('[data-act=sound]').click()
        await expect.poll(() => room.desks().at(-1)?.sound, WAIT).toBe('off')
      },
      { switches: ['--autoplay-policy=document-user-activation-required'] },
    )
  })

  it('runs at once on a screen whose browser was told to let it', { timeout: SLOW }, async () => {
    await atWork(
      async ({ page, room }) => {
        const screen = await page.context().newPage()
        await page.close()
        await screen.goto(room.url)
        await expect.poll(() => room.desks().at(-1)?.sound, WAIT).toBe('running')
      },
      { switches: ['--autoplay-policy=no-user-gesture-required'] },
    )
  })
})
