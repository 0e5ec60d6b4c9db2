import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { ConfigContent } from '../../../../core/contract/config-lane.ts'
import { editContent, judgedBy } from '../../../../dashboard/server/rules/edit-content.ts'
import { readContent } from '../../../../dashboard/server/rules/read-content.ts'
import { shippedProfiles } from '../../../../platform/site/profiles.ts'
import { DEMO_METER, siteText } from '../../../gateway/runtime/sites.ts'

const SHIPPED = shippedProfiles()
const METER = 'meter/active-power'

function content(rules: string, more: readonly string[] = []): ConfigContent {
  const lists = {
    buses: ['id: main, kind: tcp, host: 127.0.0.1, port: 1502'],
    devices: ['id: meter, profile: demo/meter, bus: main, unit: 1'],
    top: more,
  }
  return { site: `# who comes here: ring first\n${siteText(lists)}${rules}`, profiles: [DEMO_METER] }
}

const ONE = content(`rules:
  # agreed with the owner
  - { id: busy, type: high-limit, point: ${METER}, priority: orange, with: { limit: 1000, onDelay: 10s } } # kept
`)
const WHOLE = content('', [`load: { meter: ${METER}, declared: 6000 }`, 'activity: {}'])
const sheets = (of: ConfigContent) => readContent(of, SHIPPED).sheets

describe('a change of one rule in a configuration', () => {
  it('touches what is changed and nothing else, down to the comments', () => {
    const { content: next, after } = editContent(
      ONE,
      { rule: 'busy', priority: 'orange', with: { limit: 1_200, onDelay: '10s' } },
      SHIPPED,
    )
    expect(next?.site).toBe(ONE.site.replace('limit: 1000', 'limit: 1200'))
    expect(after).toMatchObject({ limit: 1_200, with: { limit: 1_200, onDelay: '10s' }, origin: 'configured' })
  })

  it('takes a parameter out, so that what its type has counts', () => {
    const { after, content: next } = editContent(
      ONE,
      { rule: 'busy', priority: 'orange', with: { limit: 1_000, onDelay: null } },
      SHIPPED,
    )
    expect(after?.with).toEqual({ limit: 1_000 })
    expect(next?.site).toContain('# agreed with the owner')
  })

  it('names every fault at once by the field of the form, in the words of the gateway', () => {
    const { content: next, faults } = editContent(
      ONE,
      { rule: 'busy', priority: 'red', with: { limit: 'high', onDelay: '10 s', offdelay: '3s' } },
      SHIPPED,
    )
    expect(next).toBeNull()
    expect(faults.map(({ path }) => path).sort()).toEqual(['with.limit', 'with.offdelay', 'with.onDelay'])
    expect(faults.find(({ path }) => path === 'with.onDelay')?.message).toMatch(/10s.*came "10 s"/)
  })

  it('writes a rule of the standard set into the file under its own id, and takes no other rule away', () => {
    const standard = sheets(WHOLE).find(({ type }) => type === 'compressor')
    expect(standard).toMatchObject({ origin: 'standard', isArmed: true })
    if (standard === undefined) return
    const { content: next, after } = editContent(
      WHOLE,
      { rule: standard.rule, priority: standard.priority, with: { ...standard.with, onDelay: '1min' } },
      SHIPPED,
    )
    expect(after).toMatchObject({ rule: standard.rule, origin: 'configured', with: { onDelay: '1min' } })
    expect(
      next === null
        ? []
        : sheets(next)
            .map(({ rule }) => rule)
            .sort(),
    ).toEqual(
      sheets(WHOLE)
        .map(({ rule }) => rule)
        .sort(),
    )
  })

  it('writes a guard into the file that no file names', () => {
    const { content: next, after } = editContent(
      ONE,
      { rule: 'gateway-clock-unsure', priority: 'orange', with: { watches: 'clock', onDelay: '20min' } },
      SHIPPED,
    )
    expect(after).toMatchObject({ priority: 'orange', with: { onDelay: '20min' }, origin: 'configured' })
    expect(next === null ? [] : sheets(next)).toHaveLength(sheets(ONE).length)
  })

  it('is refused where it would change another rule as well', () => {
    // The second stands on the anchor of the first.
    const shared = content(`rules:
  - { id: busy, type: high-limit, point: ${METER}, priority: orange, with: &same { limit: 1000 } }
  - { id: full, type: high-limit, point: ${METER}, priority: red, with: *same }
`)
    const { content: next, faults } = editContent(
      shared,
      { rule: 'busy', priority: 'orange', with: { limit: 1_200 } },
      SHIPPED,
    )
    expect(next).toBeNull()
    expect(faults).toEqual([{ path: '', message: expect.stringContaining('the rule full') as string }])
  })

  it('knows no rule that is not there', () => {
    expect(editContent(ONE, { rule: 'none', priority: 'red', with: {} }, SHIPPED)).toMatchObject({ before: null })
  })

  it('comes back to the same rules when it is taken back, whatever it was', () => {
    const limits = fc.record({
      limit: fc.integer({ min: -1_000, max: 100_000 }),
      deadband: fc.option(fc.integer({ min: 0, max: 500 })),
      onDelay: fc.option(fc.integer({ min: 0, max: 900 }).map((s) => `${s}s`)),
    })
    fc.assert(
      fc.property(limits, fc.constantFrom('red', 'orange', 'yellow', 'blue'), (params, priority) => {
        const { content: there } = editContent(ONE, { rule: 'busy', priority, with: params }, SHIPPED)
        if (there === null) throw new Error('expected a change without a fault')
        const first = { limit: 1_000, onDelay: '10s', deadband: null }
        const { content: back } = editContent(there, { rule: 'busy', priority: 'orange', with: first }, SHIPPED)
        const now = back === null ? [] : sheets(back)
        expect(now.map(judgedBy)).toEqual(sheets(ONE).map(judgedBy))
      }),
      { numRuns: 25 },
    )
  })
})
