import type { Plugin } from 'vite'
import { type Language, LANGUAGES } from '../../core/contract/text.ts'

/** Modules that speak one language, and which. */
const SPEAKERS: readonly (readonly [RegExp, Language])[] = [
  [/[\\/]i18n[\\/]rules-zh-cn\.ts$/, 'zh-CN'],
  [/[\\/]i18n[\\/]rules-en\.ts$/, 'en'],
]

/** What they have in two: the sentences of the rules, of which a person reads one half. */
const BILINGUAL = /[\\/]core[\\/]rules[\\/][^?]*\.ts$/
const ONLY = /\?only=(zh-CN|en)$/

/** Modules of the rules' words, once for each language, when they are reached from a table that speaks only that. Without it all works the same and is larger. */
export function oneLanguage(): Plugin {
  return {
    name: 'one-language',
    enforce: 'pre',
    apply: 'build',
    resolveId: {
      order: 'pre',
      async handler(source, importer) {
        const language = languageOf(importer)
        if (language === null) return null
        const found = await this.resolve(source, importer?.replace(ONLY, ''), { skipSelf: true })
        return found !== null && BILINGUAL.test(found.id) ? { ...found, id: `${found.id}?only=${language}` } : found
      },
    },
    transform: {
      order: 'post',
      handler(code, id) {
        const language = languageOf(ONLY.test(id) ? id : undefined)
        if (language === null) return null
        return { code: without(language, code, this.parse(code)), map: null }
      },
    },
  }
}

function languageOf(id: string | undefined): Language | null {
  if (id === undefined) return null
  const only = ONLY.exec(id)?.[1]
  return LANGUAGES.find((one) => one === only) ?? SPEAKERS.find(([name]) => name.test(id))?.[1] ?? null
}

interface Node {
  readonly type: string
  readonly start: number
  readonly end: number
}

interface Pair {
  readonly key: string
  readonly value: Node
}

/** The code with nothing said in the other language, wherever an object says something in both. */
function without(language: Language, code: string, program: unknown): string {
  const cuts: Node[] = []
  const visit = (node: unknown) => {
    if (typeof node !== 'object' || node === null) return
    const pairs = pairsOf(node)
    const isBilingual = LANGUAGES.every((one) => pairs.some(({ key }) => key === one))
    const other = isBilingual ? pairs.find(({ key }) => key !== language && isLanguage(key)) : undefined
    if (other !== undefined) cuts.push(other.value)
    for (const child of Object.values(node)) if (child !== other) visit(child)
  }
  visit(program)
  const outermost = cuts.filter(
    (cut) => !cuts.some((one) => one !== cut && one.start <= cut.start && one.end >= cut.end),
  )
  return outermost
    .sort((a, b) => b.start - a.start)
    .reduce((text, { start, end }) => `${text.slice(0, start)}{}${text.slice(end)}`, code)
}

function isLanguage(key: string): boolean {
  return LANGUAGES.some((one) => one === key)
}

/** The properties of an object that is written out. */
function pairsOf(node: object): readonly Pair[] {
  if (!('type' in node) || node.type !== 'ObjectExpression') return []
  if (!('properties' in node) || !Array.isArray(node.properties)) return []
  return node.properties.flatMap(({ key, value }: { key?: { name?: string; value?: string }; value?: Node }) => {
    const name = key?.name ?? key?.value
    return name === undefined || value === undefined ? [] : [{ key: name, value }]
  })
}
