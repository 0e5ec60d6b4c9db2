import type { FastifyInstance, FastifyRequest } from 'fastify'
import { explain } from '../../../core/rules/explain.ts'
import type { Language } from '../../../core/contract/text.ts'
import { isHouseError } from '../../../core/kit/errors.ts'
import type { LinkFacts } from '../alarms/desk.ts'
import { API } from './api.ts'
import { type NoticeOutcome, noticePage } from './notice-page.ts'
import { serve } from './routes.ts'
import type { HttpServices } from './services.ts'

/** A form's body is small, and so is a note. */
const MOST_FORM_BYTES = 16 << 10

/** A GIF of one transparent dot. */
const NOTHING_TO_SEE = Buffer.from('R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7', 'base64')

/** The link in a message: a page to look at and a way to acknowledge, both with the token as the only key. */
export async function serveNotices(app: FastifyInstance, { desk, county, linkSeen }: HttpServices): Promise<void> {
  const headlineOf = ({ alarm }: LinkFacts, language: Language) =>
    `${county.site(alarm.site)?.name[language] ?? alarm.site} — ${explain(alarm.explanation, language)}`

  await app.register((inner, _, done) => {
    inner.addContentTypeParser(
      'application/x-www-form-urlencoded',
      { parseAs: 'string', bodyLimit: MOST_FORM_BYTES },
      (_request, text, parsed) => parsed(null, Object.fromEntries(new URLSearchParams(String(text)))),
    )
    serve(inner, API.noticePage, async ({ params: { token }, request, reply }) => {
      const language = languageOf(request)
      const facts = await desk.linkFacts(token)
      const outcome: NoticeOutcome =
        facts === null ? { is: 'unknown' } : { is: 'open', facts, headline: headlineOf(facts, language) }
      return reply
        .code(facts === null ? 404 : 200)
        .type('text/html; charset=utf-8')
        .send(noticePage(outcome, language))
    })
    serve(inner, API.noticeSeen, async ({ params: { token }, reply }) => {
      await linkSeen(token)
      return reply.header('cache-control', 'no-store').type('image/gif').send(NOTHING_TO_SEE)
    })
    serve(inner, API.noticeAcknowledge, async ({ params: { token }, body: { note }, request, reply }) => {
      const isForm = request.headers['content-type']?.startsWith('application/x-www-form-urlencoded') === true
      if (!isForm) return desk.acknowledgeByToken(token, note)
      const language = languageOf(request)
      const { status, outcome } = await acknowledgeByForm(token, note, { desk, headlineOf, language })
      return reply.code(status).type('text/html; charset=utf-8').send(noticePage(outcome, language))
    })
    done()
  })
}

async function acknowledgeByForm(
  token: string,
  note: string,
  {
    desk,
    headlineOf,
    language,
  }: Pick<HttpServices, 'desk'> & {
    readonly headlineOf: (facts: LinkFacts, language: Language) => string
    readonly language: Language
  },
): Promise<{ readonly status: number; readonly outcome: NoticeOutcome }> {
  const facts = await desk.linkFacts(token)
  if (facts === null) return { status: 404, outcome: { is: 'unknown' } }
  const headline = headlineOf(facts, language)
  try {
    await desk.acknowledgeByToken(token, note)
    return { status: 200, outcome: { is: 'done', facts, headline } }
  } catch (error) {
    if (!isHouseError(error, 'http/invalid')) throw error
    return { status: 400, outcome: { is: 'missing', facts, headline } }
  }
}

/** Chinese first; English for a phone that asks for it and not for Chinese. */
function languageOf(request: FastifyRequest): Language {
  const asked = request.headers['accept-language'] ?? ''
  return /\ben\b/i.test(asked) && !/\bzh\b/i.test(asked) ? 'en' : 'zh-CN'
}
