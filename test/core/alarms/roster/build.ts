import { parse } from 'yaml'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { z } from 'zod'
import { Calendar } from '../../../../core/contract/activity.ts'
import { Roster } from '../../../../core/contract/roster.ts'
import { type UtcMs, utcMs } from '../../../../core/contract/time.ts'
import type { ContactRules } from '../../../../core/alarms/roster/contact-rules.ts'

type Input = z.input<typeof Roster>

/** The shipped calendar of holidays and worked weekends. */
export const CN = Calendar.parse(
  parse(readFileSync(join(import.meta.dirname, '../../../../calendars/cn.yaml'), 'utf8')),
)

/** An instant of the county's clock: `2026-10-01 08:00`. */
export function at(text: string): UtcMs {
  return utcMs(Date.parse(`${text.replace(' ', 'T')}:00+08:00`))
}

const named = (id: string) => ({ 'zh-CN': id, en: id })

export const DAY_NIGHT = [
  { id: 'day', name: named('day'), from: '08:00', to: '20:00' },
  { id: 'night', name: named('night'), from: '20:00', to: '08:00' },
]
export const WHOLE_DAY = [{ id: 'all', name: named('all'), from: '08:00', to: '08:00' }]

const PERSONS = ['an', 'bo', 'chen', 'deng', 'er', 'feng', 'gao', 'zhu']

/** A valid roster whose role `duty` has a table with these changes; `zhu` stands in. */
export function rosterInput(
  table: Partial<Input['tables'] & object>[number] | object = {},
  part: Partial<Input> = {},
): Input {
  const ladder = { steps: [{ after: '0s', call: [{ role: 'duty' }] }], loop: '10min' }
  return {
    persons: PERSONS.map((id) => ({
      ...{ id, name: id, language: 'en' as const },
      contacts: [
        { channel: 'desk', address: id },
        { channel: 'sms', address: '+8613900000001' },
      ],
    })),
    roles: ['duty', 'leader'].map((id) => ({ id, name: named(id), fallback: ['zhu'] })),
    tables: [
      {
        role: 'duty',
        shifts: DAY_NIGHT,
        cycle: { startsOn: '2026-01-01', crews: [['an'], ['bo'], ['chen']] },
        ...table,
      },
    ],
    ladders: { red: ladder, orange: ladder, yellow: ladder },
    office: { notices: 'duty', leader: 'leader' },
    ...part,
  }
}

export function rosterWith(table: object = {}, part: Partial<Input> = {}): Roster {
  return Roster.parse(rosterInput(table, part))
}

/** A desk, texts and a robot; a number must begin with a plus. */
export const RULES: ContactRules = {
  channels: ['desk', 'sms', 'robot'],
  mediumOf: (channel) =>
    channel === 'desk' ? 'desk' : channel === 'sms' ? 'sms' : channel === 'robot' ? 'robot' : null,
  addressFaults: ({ channel, address }) =>
    channel === 'sms' && !address.startsWith('+') ? [`expected a number such as +8613900000001, came ${address}`] : [],
}
