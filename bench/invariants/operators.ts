import ts from 'typescript'

/** A stretch of a file and what comes in its place. */
export interface TextChange {
  readonly start: number
  readonly end: number
  readonly becomes: string
}

/** Operators that are mistaken for one another: at a boundary, and for their opposite. */
const OPERATORS: Readonly<Record<string, readonly string[]>> = {
  '===': ['!=='],
  '!==': ['==='],
  '<': ['<=', '>='],
  '<=': ['<', '>'],
  '>': ['>=', '<='],
  '>=': ['>', '<'],
  '&&': ['||'],
  '||': ['&&'],
  '??': ['&&'],
  '+': ['-'],
  '-': ['+'],
  '*': ['/'],
  '/': ['*'],
  '%': ['*'],
  '**': ['*'],
  '+=': ['-='],
  '-=': ['+='],
}

const METHODS: Readonly<Record<string, string>> = {
  some: 'every',
  every: 'some',
  min: 'max',
  max: 'min',
  find: 'findLast',
  findLast: 'find',
  floor: 'ceil',
}

/** Calls without which their receiver passes as it is. */
const FILTERS = new Set(['filter', 'toSorted', 'toReversed', 'slice', 'trim'])

/** The faults of one node itself; its children have their own. */
export function changesOf(node: ts.Node, source: ts.SourceFile): readonly TextChange[] {
  const put = (at: ts.Node, becomes: string): TextChange => ({ start: at.getStart(source), end: at.end, becomes })
  const text = (of: ts.Node) => of.getText(source)
  if (ts.isBinaryExpression(node)) return binary(node, text).map((becomes) => put(node, becomes))
  if (ts.isConditionalExpression(node)) return choices(node.condition, put, text)
  if (ts.isIfStatement(node)) return choices(node.expression, put, text, node.elseStatement !== undefined)
  if (ts.isWhileStatement(node) || ts.isDoStatement(node)) return [put(node.expression, 'false')]
  if (ts.isForStatement(node) && node.condition !== undefined) return [put(node.condition, 'false')]
  if (ts.isPrefixUnaryExpression(node) && node.operator === ts.SyntaxKind.ExclamationToken)
    return [put(node, `(${text(node.operand)})`)]
  if (ts.isCallExpression(node)) return calls(node, put, text)
  if (ts.isPropertyAccessExpression(node) && node.questionDotToken !== undefined)
    return [put(node.questionDotToken, '.')]
  if (ts.isObjectLiteralExpression(node)) return fields(node, put)
  if (ts.isArrayLiteralExpression(node) && node.elements.length > 0) return [put(node, '[]')]
  return [...literals(node, put), ...statements(node, put)]
}

type Put = (at: ts.Node, becomes: string) => TextChange
type TextOf = (of: ts.Node) => string

function binary({ left, operatorToken, right }: ts.BinaryExpression, text: TextOf): readonly string[] {
  const sign = text(operatorToken)
  const isWords = [left, right].some((side) => ts.isStringLiteralLike(side) || ts.isTemplateExpression(side))
  if (sign === '+' && isWords) return []
  const isSet = sign.endsWith('=') && !/^[=!<>]/.test(sign)
  return (OPERATORS[sign] ?? []).map((other) =>
    isSet ? `${text(left)} ${other} ${text(right)}` : `((${text(left)}) ${other} (${text(right)}))`,
  )
}

/** A condition that holds always, never, or the other way round. */
function choices(condition: ts.Expression, put: Put, text: TextOf, isBoth = true): readonly TextChange[] {
  const ways = ['true', 'false', ...(isBoth ? [`!(${text(condition)})`] : [])]
  return ways.map((becomes) => put(condition, becomes))
}

function calls(node: ts.CallExpression, put: Put, text: TextOf): readonly TextChange[] {
  const { expression } = node
  if (!ts.isPropertyAccessExpression(expression)) return []
  const name = expression.name.text
  const other = METHODS[name]
  const changes = other === undefined ? [] : [put(expression.name, other)]
  return FILTERS.has(name) ? [...changes, put(node, text(expression.expression))] : changes
}

/** Of what is made anew from something one field is forgotten; of what is made from nothing all. */
function fields(node: ts.ObjectLiteralExpression, put: Put): readonly TextChange[] {
  const own = node.properties.filter((property) => !ts.isSpreadAssignment(property))
  if (own.length === 0) return []
  if (own.length === node.properties.length) return [put(node, '{}')]
  // An empty spread keeps the commas right.
  return own.map((property) => put(property, '...{}'))
}

function literals(node: ts.Node, put: Put): readonly TextChange[] {
  if (node.kind === ts.SyntaxKind.TrueKeyword) return [put(node, 'false')]
  if (node.kind === ts.SyntaxKind.FalseKeyword) return [put(node, 'true')]
  if (ts.isNumericLiteral(node)) return [put(node, `${Number(node.text.replaceAll('_', '')) + 1}`)]
  if (isName(node)) return []
  // What has blanks is wording for people; the word itself is what programs compare.
  if (ts.isStringLiteral(node) && node.text !== '' && !node.text.includes(' ')) return [put(node, "''")]
  if (ts.isTemplateExpression(node) && !isWording(node)) return [put(node, "''")]
  return []
}

function isWording({ head, templateSpans }: ts.TemplateExpression): boolean {
  return [head, ...templateSpans.map(({ literal }) => literal)].some(({ text }) => text.includes(' '))
}

/** Whether a literal only names a field or a case, which the fields and conditions are asked about. */
function isName(node: ts.Node): boolean {
  const { parent } = node
  return ts.isPropertyAssignment(parent) ? parent.name === node : ts.isCaseClause(parent)
}

function statements(node: ts.Node, put: Put): readonly TextChange[] {
  if (ts.isExpressionStatement(node) || ts.isContinueStatement(node) || ts.isBreakStatement(node))
    return [put(node, ';')]
  if (ts.isFunctionDeclaration(node) && node.body !== undefined) return [put(node.body, '{}')]
  if (!ts.isArrowFunction(node)) return []
  return [ts.isBlock(node.body) ? put(node.body, '{}') : put(node.body, 'undefined')]
}
