import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { findLegal } from '../../../core/rules/law.ts'
import { checkGateway } from '../../../platform/site/loaded-gateway.ts'
import { allLaw, shippedLaw } from '../../../platform/site/law.ts'

const folders: string[] = []
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true })
})

const folderWith = (name: string, text: string) => {
  const folder = mkdtempSync(join(tmpdir(), 'law-'))
  folders.push(folder)
  writeFileSync(join(folder, name), text)
  return folder
}
const OWN = `library: coal
name: { zh-CN: 本矿, en: this mine }
laws: { house: { name: { zh-CN: 本矿规定, en: rules of this mine } } }
places: {}
records:
  - id: ch4-working-face
    item: { zh-CN: 采煤工作面甲烷, en: methane at the coal face }
    place: working-face
    gas: ch4
    quantity: gas
    unit: '%'
    alarm: 0.8
    act: 1.2
    restore: 0.7
    editions: [{ law: house, edition: '3', verified: true }]
`

describe('the threshold library on disk', () => {
  it('comes with coal, non-coal and surface', () => {
    expect([...shippedLaw().keys()]).toEqual(['coal', 'non-coal', 'surface'])
  })

  it('takes a record of the site’s own folder in place of the shipped one, which may name places that only the shipped file has', () => {
    const law = allLaw(folderWith('coal.yaml', OWN))
    const asked = { quantity: 'gas', by: { place: 'working-face', gas: 'ch4' } } as const
    expect(findLegal(law, asked)).toMatchObject({ legal: { numbers: { alarm: 0.8, act: 1.2, restore: 0.7 } } })
    expect(findLegal(law, { ...asked, by: { place: 'upper-corner', gas: 'ch4' } })).toMatchObject({
      legal: { numbers: { alarm: 1 } },
    })
  })

  it('tells every fault with file and line', () => {
    const folder = folderWith(
      'coal.yaml',
      OWN.replace('act: 1.2', 'act: 0.5').replace('place: working-face', 'place: moon'),
    )
    expect(() => allLaw(folder)).toThrow(
      /coal\.yaml:8:5: records\[0\]\.place: expected one of[^]*coal\.yaml:13:5: records\[0\]\.act: expected a value not below alarm 0\.8, came 0\.5/,
    )
    expect(() => allLaw(folderWith('other.yaml', OWN))).toThrow(
      /library: expected other, the name of this file, came coal/,
    )
  })

  const site = (more: string) => `group: demo
site: { id: pit, name: { zh-CN: 坑, en: Pit }, kind: closed-pit, area: { zh-CN: 乡, en: Area }, place: { x: 1, y: 2 } }
store: store
uplink: { url: 'mqtt://127.0.0.1:1883' }
points: { gas/ch4: { quantity: gas } }
${more}
`
  const check = (more: string, baseFolder = tmpdir()) =>
    checkGateway({ text: site(more), path: 'site.yaml', baseFolder, isForElsewhere: true })
  const RULE =
    'rules: [{ id: g, type: gas, point: gas/ch4, priority: orange, with: { place: working-face, gas: ch4 } }]'

  it('arms the rules of a site, with the numbers of the folder its file names', () => {
    const limit = (more: string, folder?: string) => check(more, folder).plan.rules.find(({ id }) => id === 'g')?.limit
    expect(limit(RULE)).toBe(1)
    expect(limit(`law: .\n${RULE}`, folderWith('coal.yaml', OWN))).toBe(0.8)
  })

  it('is not read for a site without a rule of the law', () => {
    expect(check('rules: []').law).toBe(null)
    expect(check(RULE).law?.size).toBe(3)
  })

  it('reports what is wrong with the folder beside what is wrong with the file', () => {
    const folder = folderWith('coal.yaml', OWN.replace('act: 1.2', 'act: 0.5'))
    expect(() => check(`law: .\n${RULE}`, folder)).toThrow(/coal\.yaml:13:5: records\[0\]\.act/)
    expect(() => check(RULE.replace('working-face', 'moon'))).toThrow(
      /site\.yaml:6:\d+: rules\[0\]\.with\.place: expected a place with a limit for gas/,
    )
  })
})
