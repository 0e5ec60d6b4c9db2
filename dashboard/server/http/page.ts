import { stat } from 'node:fs/promises'
import { extname, join } from 'node:path'
import fastifyStatic from '@fastify/static'
import type { FastifyInstance } from 'fastify'
import { type Language, LANGUAGES } from '../../../core/contract/text.ts'
import { HouseError } from '../../../core/kit/errors.ts'
import type { HttpServices } from './services.ts'

const NOT_BUILT = {
  'zh-CN': { title: '页面尚未构建', what: '请运行 npm run build，然后重新载入。' },
  en: { title: 'The page is not built yet', what: 'Run npm run build, then load this again.' },
} as const satisfies Record<Language, { title: string; what: string }>

/** What is shown instead of the page until it is built. */
function notBuiltPage(): string {
  const parts = LANGUAGES.map((language) => {
    const { title, what } = NOT_BUILT[language]
    return `<section lang="${language}"><h1>${title}</h1><p>${what}</p></section>`
  })
  return `<!doctype html><html lang="${LANGUAGES[0]}"><meta charset="utf-8"><title>Pitwatch</title><body>${parts.join('')}</body></html>`
}

/** Serves the built page: its files as they are, and its start for every address that is the page's own business. */
export async function servePage(app: FastifyInstance, { pageFolder }: HttpServices): Promise<void> {
  await app.register(fastifyStatic, { root: pageFolder, serve: false, cacheControl: false, preCompressed: true })
  app.get('/*', { config: { allowed: 'anyone', reach: 'none' } }, async (request, reply) => {
    const path = decodeURIComponent(request.url.split('?', 1)[0] ?? '/')
    if (path.startsWith('/api/')) throw new HouseError('http/not-found', 'there is no such address')
    if (extname(path) !== '') {
      // Names under assets carry the hash of their content.
      const caching = path.startsWith('/assets/') ? 'public, max-age=31536000, immutable' : 'no-cache'
      return reply.header('cache-control', caching).sendFile(path)
    }
    if (!(await isFile(join(pageFolder, 'index.html')))) {
      return reply.code(503).type('text/html; charset=utf-8').header('cache-control', 'no-store').send(notBuiltPage())
    }
    return reply.header('cache-control', 'no-cache').sendFile('index.html')
  })
}

async function isFile(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isFile(),
    () => false,
  )
}
