import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { type Document, isSeq, parseDocument } from 'yaml'

/** Takes over from the text made now what has to be new in the file that is kept. */
export type Update = (kept: Document, made: Document) => void

/** Writes `text` to `path`; a file that is there already is kept and only brought up to date by `update`. */
export function writeConfig(path: string, text: string, update: Update): void {
  mkdirSync(dirname(path), { recursive: true })
  if (!existsSync(path)) {
    writeFileSync(path, text)
    return
  }
  const before = readFileSync(path, 'utf8')
  const kept = parseDocument(before)
  // A file somebody broke is left to the program that reads it: its report names the line.
  if (kept.errors.length > 0) return
  update(kept, parseDocument(text))
  const after = kept.toString({ lineWidth: 110 })
  if (after !== before) writeFileSync(path, after)
}

/** Takes over the value at `path`, where there is one. */
export function take(kept: Document, made: Document, path: readonly (string | number)[]): void {
  if (made.hasIn(path)) kept.setIn(path, made.getIn(path))
}

/** Takes over `keys` of each entry of a list, entries being matched by their id. */
export function takeById(kept: Document, made: Document, what: { list: string; keys: readonly string[] }): void {
  const ours = kept.getIn([what.list])
  const theirs = made.getIn([what.list])
  if (!isSeq(ours) || !isSeq(theirs)) return
  for (const [index] of ours.items.entries()) {
    const id = kept.getIn([what.list, index, 'id'])
    const from = theirs.items.findIndex((_, at) => made.getIn([what.list, at, 'id']) === id)
    if (from < 0) continue
    for (const key of what.keys) {
      if (made.hasIn([what.list, from, key])) {
        kept.setIn([what.list, index, key], made.getIn([what.list, from, key]))
      }
    }
  }
}
