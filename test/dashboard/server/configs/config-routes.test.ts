import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ConfigDetail, ConfigPushed, SiteConfigs } from '../../../../core/contract/config-lane.ts'
import { DEMO_METER, siteText } from '../../../gateway/runtime/sites.ts'
import { openControlWeb } from '../http/control-web.ts'

describe('the routes of configurations', () => {
  let web: Awaited<ReturnType<typeof openControlWeb>>
  let cookie: string

  const content = (more = '') => ({ site: `${siteText({})}${more}`, profiles: [DEMO_METER] })
  const headers = { 'content-type': 'application/json' }
  const ask = (path: string, body?: object, as = cookie) =>
    web.ask(`/api/sites/${path}`, {
      headers: { ...(body === undefined ? {} : headers), cookie: as },
      ...(body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) }),
    })

  beforeAll(async () => {
    web = await openControlWeb()
    cookie = (await web.signedIn('administrator')).cookie
  })
  afterAll(() => web[Symbol.asyncDispose]())

  it('make versions, list them, give their text, and make an old one the next', async () => {
    const pushed = await ask('east-pit/configs', content())
    expect(pushed.status).toBe(200)
    expect(ConfigPushed.parse(pushed.json)).toMatchObject({ site: 'east-pit', version: 1 })
    await ask('east-pit/configs', content('# again\n'))
    const restored = await ask('east-pit/configs/1/restore', {})
    expect(ConfigPushed.parse(restored.json).version).toBe(3)
    const listed = SiteConfigs.parse((await ask('east-pit/configs')).json)
    expect(listed.versions.map(({ version, copyOf }) => [version, copyOf])).toEqual([
      [3, 1],
      [2, null],
      [1, null],
    ])
    expect(ConfigDetail.parse((await ask('east-pit/configs/2')).json).content).toEqual(content('# again\n'))
  })

  it('say every fault of what is pushed', async () => {
    const { status, json } = await ask('east-pit/configs', {
      ...content(),
      site: siteText({ buses: ['id: a, kind: b'] }),
    })
    expect(status).toBe(400)
    expect(json).toMatchObject({
      code: 'http/invalid',
      message: expect.stringMatching(/^site\.yaml:\d+:\d+: buses\[0\]\.kind/) as string,
    })
  })

  it('take a configuration that is larger than other requests may be, and none without end', async () => {
    const long = `# ${'x'.repeat(200_000)}\n`
    expect((await ask('east-pit/configs', content(long))).status).toBe(200)
    expect((await ask('east-pit/configs', content(long.repeat(12)))).status).toBe(413)
  })

  it('are for administrators', async () => {
    for (const role of ['operator', 'viewer'] as const) {
      const other = (await web.signedIn(role)).cookie
      expect((await ask('east-pit/configs', undefined, other)).status).toBe(403)
      expect((await ask('east-pit/configs', content(), other)).status).toBe(403)
    }
  })

  it('know no site and no version that is not there', async () => {
    expect((await ask('west-pit/configs')).status).toBe(404)
    expect((await ask('west-pit/configs', content())).status).toBe(404)
    expect((await ask('east-pit/configs/99')).status).toBe(404)
    expect((await ask('east-pit/configs/99/restore', {})).status).toBe(404)
  })
})
