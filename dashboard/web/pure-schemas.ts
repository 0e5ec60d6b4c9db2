import type { Plugin } from 'vite'

/** The modules that hold schemas. */
const CONTRACT = /[\\/]core[\\/]contract[\\/][^?]*\.ts$/

interface Part {
  readonly type: string
  readonly start: number
  readonly end: number
  readonly declaration?: Part | null
  readonly declarations?: readonly { readonly init: Part | null }[]
}

/**
 * Says of each schema of the contract that making it does nothing else, so that those the page does not use are left out. The bundler cannot
 * see it for itself: a schema is made by calls.
 */
export function pureSchemas(): Plugin {
  return {
    name: 'pure-schemas',
    apply: 'build',
    transform: {
      order: 'post',
      handler(code, id) {
        if (!CONTRACT.test(id)) return null
        const program: { readonly body: readonly Part[] } = this.parse(code)
        const made = program.body.flatMap(callsOf).sort((a, b) => b.start - a.start)
        return { code: made.reduce(wrapped, code), map: null }
      },
    },
  }
}

function callsOf(statement: Part): readonly Part[] {
  const { declarations = [] } = statement.declaration ?? statement
  return declarations.flatMap(({ init }) => (init?.type === 'CallExpression' ? [init] : []))
}

function wrapped(code: string, { start, end }: Part): string {
  return `${code.slice(0, start)}/* @__PURE__ */ (() => ${code.slice(start, end)})()${code.slice(end)}`
}
