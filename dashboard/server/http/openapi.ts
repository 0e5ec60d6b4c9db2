import swagger from '@fastify/swagger'
import { fastify, type FastifyInstance } from 'fastify'
import { z } from 'zod'
import { Problem } from '../../../core/contract/http.ts'
import { HouseError } from '../../../core/kit/errors.ts'
import { API } from './api.ts'
import type { AnyRoute } from './route.ts'

/** The API as an OpenAPI 3 document. It is the same wherever it is made, so it can be kept in the repository. */
export async function openApiDocument(): Promise<object> {
  const app = fastify()
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Pitwatch control room',
        description:
          'Sites, readings, alarms and the ledger of a county. Every refusal is a problem document (RFC 9457).',
        version: '1',
      },
      components: {
        securitySchemes: {
          session: { type: 'apiKey', in: 'cookie', name: 'pitwatch_session' },
          bearer: { type: 'http', scheme: 'bearer' },
        },
      },
    },
  })
  app.setValidatorCompiler(() => () => true)
  app.setSerializerCompiler(() => (value) => JSON.stringify(value))
  for (const [name, route] of Object.entries(API)) describe(app, name, route)
  await app.ready()
  const document = app.swagger()
  await app.close()
  return document
}

function describe(app: FastifyInstance, name: string, route: AnyRoute): void {
  const hasBody = route.method === 'POST'
  app.route({
    method: route.method,
    url: route.path,
    schema: {
      ...({ operationId: name, summary: route.about } as const),
      security: route.allowed === 'anyone' ? [] : [{ session: [] }, { bearer: [] }],
      params: jsonSchema(route.params, 'input'),
      querystring: jsonSchema(route.query, 'input'),
      ...(hasBody ? { body: jsonSchema(route.body, 'input') } : {}),
      response: {
        200: answerOf(route),
        default: {
          description: 'A refusal.',
          content: { 'application/problem+json': { schema: jsonSchema(Problem, 'output') } },
        },
      },
    },
    handler: () => Promise.reject(new HouseError('http/not-found', 'a description answers nothing')),
  })
}

function answerOf(route: AnyRoute): object {
  if (route.path === API.live.path) return { description: 'Never: the answer is 101 Switching Protocols.' }
  if (route.media === undefined) return { description: route.about, ...jsonSchema(route.answer, 'output') }
  return { description: route.about, content: { [route.media]: { schema: { type: 'string' } } } }
}

function jsonSchema(schema: z.ZodType, io: 'input' | 'output'): Record<string, unknown> {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { io, unrepresentable: 'any' })
  return rest
}
