import type { Plugin } from 'vite'

/** Files of libraries that are reached and never used, with what they are for. Without them the first load is a tenth smaller. */
const LEFT_OUT: readonly RegExp[] = [
  // Describes a schema as JSON Schema.
  /[\\/]zod[\\/]v4[\\/]core[\\/](json-schema-processors|to-json-schema)\.js$/,
  // Styles written as JSON with expressions; ours are objects.
  /[\\/]ol[\\/]render[\\/]canvas[\\/]style\.js$/,
  // Buttons and gestures a map has when it is given none; ours is given both.
  /[\\/]ol[\\/](control|interaction)[\\/]defaults\.js$/,
  // Projections by zone; sites come in degrees.
  /[\\/]ol[\\/]proj[\\/]utm\.js$/,
]

/** Puts functions that answer null in the place of theirs. */
export function leaveOut(): Plugin {
  return {
    name: 'leave-out',
    enforce: 'pre',
    apply: 'build',
    transform: (code, id) => {
      if (!LEFT_OUT.some((file) => file.test(id))) return null
      const names = code.matchAll(/^export (?:async )?(?:function|const|class|let) (\w+)/gm)
      const exported = [...names].map(([, name]) => `export { none as ${String(name)} }`)
      return { code: ['const none = () => null', ...exported].join('\n'), map: null }
    },
  }
}
