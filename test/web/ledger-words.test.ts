import { describe, expect, it } from 'vitest'
import { LedgerEntry } from '../../core/contract/ledger.ts'
import { en } from '../../dashboard/web/i18n/en.ts'
import { zhCN } from '../../dashboard/web/i18n/zh-cn.ts'
import { ledgerWords } from '../../dashboard/web/show/ledger-words.ts'
import { ledgerWindow, newestWindow } from '../../dashboard/web/stores/ledger-window.ts'

const hash = '0'.repeat(64)
const entry = (detail: object, n = 1) =>
  LedgerEntry.parse({
    n,
    at: 1,
    actor: { kind: 'system', name: 'pitwatch' },
    act: 'alarm-raised',
    subject: 'a.b.1',
    detail,
    prev: hash,
    hash,
  })
const words = (detail: object, language: 'zh-CN' | 'en' = 'en') =>
  ledgerWords(entry(detail), { texts: language === 'en' ? en : zhCN, language, zone: 'Asia/Shanghai' })

describe('a ledger entry in words', () => {
  it('says why an alarm was raised, in the language of the reader', () => {
    const detail = { priority: 'red', explanation: { key: 'gateway-silent.raised', values: { silentS: 30 } }, n: 1 }
    expect(words(detail)).toMatch(/^Red · The gateway has been silent for 30 seconds/)
    expect(words(detail, 'zh-CN')).toMatch(/^红 · 网关已 30 秒没有消息/)
  })

  it('says who was told over what, and what a person wrote', () => {
    expect(words({ person: 'officer-he', channel: 'phone', kind: 'raise', round: 0 })).toBe(
      'officer-he · phone · first call',
    )
    expect(words({ person: 'officer-he', name: '何岗', channel: 'sms', kind: 'raise' }, 'zh-CN')).toBe(
      '何岗 · 短信 · 首次通知',
    )
    expect(words({ note: 'on my way', via: 'phone', again: false })).toBe('on my way · phone')
  })

  it('shows what it has no words for as it stands', () => {
    expect(words({ version: 3, ok: true })).toBe('version: 3 · ok: true')
  })
})

describe('the pages of the ledger', () => {
  it('count back from the newest entry', () => {
    expect(ledgerWindow(250, 100, 0)).toEqual({ after: 150, limit: 100 })
    expect(ledgerWindow(250, 100, 2)).toEqual({ after: 0, limit: 50 })
    expect(ledgerWindow(0, 100, 0)).toEqual({ after: 0, limit: 1 })
  })

  it('show the newest first', () => {
    const entries = [1, 2, 3].map((n) => entry({}, n))
    expect(newestWindow({ entries, total: 3 }, 2, 0).entries.map(({ n }) => n)).toEqual([3, 2])
    expect(newestWindow({ entries, total: 3 }, 2, 1).entries.map(({ n }) => n)).toEqual([1])
  })
})
