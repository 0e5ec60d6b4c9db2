import { stringify } from 'yaml'

const person = (id: string, number: string, language: string) => ({
  ...{ id, name: id, language },
  contacts: [
    { channel: 'desk', address: id },
    { channel: 'modem', address: number },
  ],
})
const ladder = { steps: [{ call: [{ role: 'duty' }] }], loop: '10min' }

/** A configuration with a modem and a buzzer. */
export function rosterText(paths: { readonly modem: string; readonly buzzer: string }): string {
  return stringify({
    ...{ group: 'county', store: 'store', channels: [{ id: 'modem', kind: 'sms' }] },
    duty: {
      persons: [person('wang', '+8613900000001', 'en'), person('zhao', '13900000003', 'zh-CN')],
      roles: [
        { id: 'duty', name: { 'zh-CN': '值班员', en: 'duty officer' }, fallback: ['wang'] },
        { id: 'leader', name: { 'zh-CN': '带班领导', en: 'leader' }, fallback: ['zhao'] },
      ],
      ladders: { red: ladder, orange: ladder, yellow: ladder },
      office: { notices: 'leader', leader: 'leader' },
    },
    watchman: { modem: { path: paths.modem }, buzzer: { path: paths.buzzer } },
  })
}
