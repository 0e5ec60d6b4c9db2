import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { extname, join } from 'node:path'
import { brotliCompressSync, gzipSync } from 'node:zlib'
import { defineConfig, type Plugin } from 'vite'
import { leaveOut } from './leave-out.ts'
import { oneLanguage } from './one-language.ts'
import { pureSchemas } from './pure-schemas.ts'

/** Kinds of files that shrink. */
const TEXTS = ['.css', '.html', '.js', '.svg']

/** Bytes from which a file is worth compressing. */
const LEAST_BYTES = 1_024

/** Lays a compressed copy beside each file, so that the server has nothing to compress. */
function precompress(): Plugin {
  return {
    name: 'precompress',
    apply: 'build',
    writeBundle: ({ dir }) => {
      if (dir === undefined) return
      for (const { parentPath, name } of readdirSync(dir, { recursive: true, withFileTypes: true })) {
        if (!TEXTS.includes(extname(name))) continue
        const file = join(parentPath, name)
        const bytes = readFileSync(file)
        if (bytes.length < LEAST_BYTES) continue
        writeFileSync(`${file}.gz`, gzipSync(bytes, { level: 9 }))
        writeFileSync(`${file}.br`, brotliCompressSync(bytes))
      }
    },
  }
}

/** The page, built into dashboard/web/dist. Nothing is inlined, so that it runs under a policy without inline or data URLs. */
export default defineConfig({
  root: import.meta.dirname,
  base: '/',
  plugins: [leaveOut(), oneLanguage(), pureSchemas(), precompress()],
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  build: {
    outDir: 'dist',
    emptyOutDir: true,
    target: 'es2022',
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    // What the page starts with is one file: it compresses better than twenty, and comes in one go.
    rolldownOptions: { output: { codeSplitting: { groups: [{ name: 'start', tags: ['$initial'] }] } } },
  },
})
