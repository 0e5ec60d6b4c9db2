import { describe, expect, it } from 'vitest'
import { everyRoute } from '../../../../dashboard/server/http/routes.ts'
import { openApiDocument } from '../../../../dashboard/server/http/openapi.ts'

describe('the OpenAPI document', () => {
  it('tells of every route, whether it needs a session, and what a refusal looks like', async () => {
    const document = (await openApiDocument()) as {
      paths: Record<string, Record<string, { security: unknown[]; responses: Record<string, unknown> }>>
    }
    for (const { path, method, allowed } of everyRoute()) {
      const told = document.paths[path.replace(/:(\w+)/g, '{$1}')]?.[method.toLowerCase()]
      expect(told?.security.length === 0).toBe(allowed === 'anyone')
      expect(Object.keys(told?.responses ?? {})).toEqual(['200', 'default'])
    }
  })

  it('is the same each time it is made', async () => {
    expect(JSON.stringify(await openApiDocument())).toBe(JSON.stringify(await openApiDocument()))
  })
})
