import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { checkChannels } from '../../../../dashboard/server/notify/check-channels.ts'

describe('the channels of a configuration', () => {
  it('have all their faults told at once, each at its path', () => {
    const folder = mkdtempSync(join(tmpdir(), 'pitwatch-channels-'))
    onTestFinished(() => rmSync(folder, { recursive: true }))
    writeFileSync(join(folder, 'empty'), '')
    writeFileSync(join(folder, 'token'), 'x')
    const faults = checkChannels(
      [
        { id: 'ding', kind: 'dingtalk', with: { tokenFile: 'token' } },
        { id: 'ding', kind: 'wecom', with: { tokenFile: 'empty' } },
        { id: 'desk', kind: 'webhook', with: { url: 'http://x.example' } },
        { id: 'fax', kind: 'fax', with: {} },
        { id: 'cloud', kind: 'aliyun-sms', with: { accessKeyId: 'k', signName: 's', secretEnv: 'PITWATCH_NO_SUCH' } },
      ],
      folder,
    )
    expect(faults.map(({ path, message }) => `${path.join('.')}: ${message}`)).toEqual([
      '1.id: expected each channel once, came ding again',
      expect.stringMatching(/^1\.with\.tokenFile: .*empty/),
      '2.id: expected another name than desk, which is always there',
      '2.with.url: expected no such key',
      expect.stringMatching(/^3\.kind: expected one of .*sms.*dingtalk.*, came fax$/),
      expect.stringMatching(/^4\.with\.templateCode: /),
    ])
  })

  it('without faults have none', () => {
    expect(checkChannels([{ id: 'hook', kind: 'webhook', with: {} }], '.')).toEqual([])
  })
})
