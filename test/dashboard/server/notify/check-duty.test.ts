import { describe, expect, it } from 'vitest'
import { DutyList } from '../../../../core/contract/duty.ts'
import { checkDuty } from '../../../../dashboard/server/notify/check-duty.ts'

const duty = DutyList.parse({
  persons: [
    {
      id: 'lin',
      name: '林值班',
      channels: [
        { id: 'phone', kind: 'webhook', with: { url: 'nowhere', uri: 'x' } },
        { id: 'phone', kind: 'pigeon' },
        { id: 'mail', kind: 'email', with: { to: 'lin@county.example' } },
      ],
    },
    { id: 'lin', name: 'Qiao', channels: [{ id: 'mail', kind: 'webhook', with: { url: 'http://phone.example/' } }] },
  ],
  order: ['lin', 'lin'],
})

describe('the check of a duty list', () => {
  it('names every fault at its place', () => {
    const paths = checkDuty(duty, false).map(({ path }) => path.join('.'))
    expect(paths).toEqual([
      'persons.1.id',
      'persons.0.channels.0.with.url',
      'persons.0.channels.0.with.uri',
      'persons.0.channels.1.kind',
      'persons.0.channels.2.kind',
      'persons.0.channels.1.id',
      'order.1',
    ])
  })

  it('takes e-mail where there is a mail server', () => {
    expect(checkDuty(duty, true).map(({ path }) => path.join('.'))).not.toContain('persons.0.channels.2.kind')
  })
})
