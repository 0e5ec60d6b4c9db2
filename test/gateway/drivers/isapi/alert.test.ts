import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { CameraProfile } from '../../../../core/contract/device-profile.ts'
import { decodeAlert } from '../../../../gateway/drivers/isapi/alert.ts'

const ROOT = join(import.meta.dirname, '..', '..', '..', '..')
const profile = CameraProfile.parse(parse(readFileSync(join(ROOT, 'devices/hikvision/isapi-camera.yaml'), 'utf8')))
const decode = (text: string) => decodeAlert(Buffer.from(text))
const alert = (inner: string) => `<EventNotificationAlert>${inner}</EventNotificationAlert>`

describe('an event message', () => {
  it.each(profile.samples.map((sample, index) => [index, sample] as const))(
    'recorded in the device profile (sample %i) decodes to what the profile says',
    (_, { message, expect: { event, target } }) => {
      expect(decode(message)).toMatchObject({ event, target })
    },
  )

  it('names a person first, whichever region they stand in', () => {
    const region = (target: string) =>
      `<DetectionRegionEntry><detectionTarget>${target}</detectionTarget></DetectionRegionEntry>`
    const list = `<DetectionRegionList>${region('vehicle')}${region('human')}</DetectionRegionList>`
    expect(decode(alert(`<eventType>fielddetection</eventType>${list}`))).toEqual({
      event: 'fielddetection',
      state: 'active',
      target: 'human',
      channel: null,
    })
  })

  it('takes the channel from either element a firmware uses', () => {
    expect(decode(alert('<eventType>io</eventType><channelID/><dynChannelID>3</dynChannelID>'))?.channel).toBe(3)
    expect(decode(alert('<eventType>io</eventType><channelID>2</channelID>'))?.channel).toBe(2)
    expect(decode(alert('<eventType>io</eventType><channelID/>'))?.channel).toBe(null)
  })

  it('is none when it is cut off, of another kind, or no XML', () => {
    const whole = alert('<eventType>fielddetection</eventType>')
    expect(decode(whole)).not.toBe(null)
    for (let length = 0; length < whole.length; length += 1) expect(decode(whole.slice(0, length))).toBe(null)
    expect(decode('<ResponseStatus><statusCode>4</statusCode></ResponseStatus>')).toBe(null)
    expect(decode('{"eventType":"fielddetection"}')).toBe(null)
    expect(decode(alert('<eventType></eventType>'))).toBe(null)
  })

  it('expands no entities', () => {
    const bomb = `<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>${alert('<eventType>&b;</eventType>')}`
    expect(decode(bomb)?.event ?? '').not.toContain('aaaa')
  })

  it('is told from any bytes without failing', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        expect(decodeAlert(bytes)).toBe(null)
        decode(alert(Buffer.from(bytes).toString('latin1')))
      }),
    )
  })
})
