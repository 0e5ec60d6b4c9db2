import { createHash } from 'node:crypto'
import ts from 'typescript'
import { changesOf } from './operators.ts'

/** One small fault put into one file. */
export interface Mutant {
  /** Names the fault by its file, its declaration as it is written, its place there and what it becomes: an edit of the declaration makes another of it. */
  readonly key: string
  /** From the root of the repository. */
  readonly file: string
  readonly line: number
  /** The declaration it is in. */
  readonly within: string
  readonly start: number
  readonly end: number
  readonly was: string
  readonly becomes: string
}

/** Every fault the operators know for a file, in its order, none twice. */
export function mutantsOf(file: string, text: string): Mutant[] {
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true)
  const found = new Map<string, Mutant>()
  for (const statement of source.statements) {
    const add = (node: ts.Node) => {
      for (const change of changesOf(node, source)) {
        const mutant = mutantOf(change, { file, source, statement })
        if (mutant.was !== mutant.becomes) found.set(mutant.key, mutant)
      }
      ts.forEachChild(node, (child) => {
        if (!isUnheard(child)) add(child)
      })
    }
    if (!isUnheard(statement)) add(statement)
  }
  return [...found.values()].sort((a, b) => a.start - b.start)
}

/** The file with the fault in it. */
export function withMutant(text: string, { start, end, becomes }: Pick<Mutant, 'start' | 'end' | 'becomes'>): string {
  return text.slice(0, start) + becomes + text.slice(end)
}

interface Place {
  readonly file: string
  readonly source: ts.SourceFile
  readonly statement: ts.Statement
}

function mutantOf(
  { start, end, becomes }: { readonly start: number; readonly end: number; readonly becomes: string },
  { file, source, statement }: Place,
): Mutant {
  const from = statement.getStart(source)
  const written = oneLine(source.text.slice(from, statement.end))
  const place = oneLine(source.text.slice(from, start)).length
  const was = source.text.slice(start, end)
  const key = createHash('sha256')
    .update(JSON.stringify([file, written, place, oneLine(was), oneLine(becomes)]))
    .digest('hex')
    .slice(0, 12)
  const line = source.getLineAndCharacterOfPosition(start).line + 1
  return { key, file, line, within: nameOf(statement), start, end, was, becomes }
}

/** What no program runs: types, and what is imported. A schema is an edge of its own and has tests of its own. */
function isUnheard(node: ts.Node): boolean {
  const isDeclared = ts.isImportDeclaration(node) || ts.isExportDeclaration(node)
  if (isDeclared || ts.isInterfaceDeclaration(node) || ts.isTypeAliasDeclaration(node)) return true
  return ts.isTypeNode(node) || (ts.isCallExpression(node) && /^z\s*\./.test(node.getText()))
}

function nameOf(statement: ts.Statement): string {
  if (ts.isFunctionDeclaration(statement)) return statement.name?.text ?? 'function'
  if (ts.isVariableStatement(statement)) return statement.declarationList.declarations[0]?.name.getText() ?? 'const'
  return ts.SyntaxKind[statement.kind]
}

/** Reformatting is no edit. */
export function oneLine(text: string): string {
  return text.replaceAll(/\s+/g, ' ').trim()
}
