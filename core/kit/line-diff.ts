/** One line of a difference. */
export interface DiffLine {
  readonly kind: 'same' | 'removed' | 'added'
  readonly text: string
}

/** Lines of a difference that belong together, and where they begin: counted from 1, in either text. */
export interface DiffHunk {
  readonly from: number
  readonly to: number
  readonly lines: readonly DiffLine[]
}

/**
 * What turns one text into another, line by line and as short as can be: removed lines stand before what is added in their place.
 * (Myers, "An O(ND) Difference Algorithm and Its Variations", 1986)
 */
export function diffLines(from: string, to: string): readonly DiffLine[] {
  const [a, b] = [linesOf(from), linesOf(to)]
  let head = 0
  while (head < a.length && head < b.length && a[head] === b[head]) head += 1
  let tail = 0
  while (tail < a.length - head && tail < b.length - head && a.at(-1 - tail) === b.at(-1 - tail)) tail += 1
  const same = (text: string): DiffLine => ({ kind: 'same', text })
  const middle = shortest(a.slice(head, a.length - tail), b.slice(head, b.length - tail))
  return [...a.slice(0, head).map(same), ...inOrder(middle), ...a.slice(a.length - tail).map(same)]
}

/** The changed places of a difference with `context` lines around them. */
export function diffHunks(lines: readonly DiffLine[], context = 3): readonly DiffHunk[] {
  const near = lines.map((_, index) =>
    lines.slice(Math.max(0, index - context), index + context + 1).some(({ kind }) => kind !== 'same'),
  )
  const hunks: { from: number; to: number; lines: DiffLine[] }[] = []
  let [from, to] = [1, 1]
  for (const [index, line] of lines.entries()) {
    if (near[index] === true) {
      if (index === 0 || near[index - 1] !== true) hunks.push({ from, to, lines: [] })
      hunks.at(-1)?.lines.push(line)
    }
    if (line.kind !== 'added') from += 1
    if (line.kind !== 'removed') to += 1
  }
  return hunks
}

function linesOf(text: string): string[] {
  if (text === '') return []
  return text.replace(/\n$/, '').split('\n')
}

/** The shortest edit script: the furthest each diagonal gets with one edit more, until one reaches the end; then back. */
function shortest(a: readonly string[], b: readonly string[]): DiffLine[] {
  const trace: Map<number, number>[] = []
  let furthest = new Map([[1, 0]])
  for (let edits = 0; edits <= a.length + b.length; edits += 1) {
    trace.push(furthest)
    const next = new Map(furthest)
    for (let k = -edits; k <= edits; k += 2) {
      let x = startOf(furthest, k, edits)
      while (x < a.length && x - k < b.length && a[x] === b[x - k]) x += 1
      next.set(k, x)
      if (x >= a.length && x - k >= b.length) return wayBack(a, b, trace)
    }
    furthest = next
  }
  return []
}

/** Where a diagonal begins: below the one above it, or right of the one below. */
function startOf(furthest: ReadonlyMap<number, number>, k: number, edits: number): number {
  const [below, above] = [furthest.get(k - 1) ?? -1, furthest.get(k + 1) ?? -1]
  return k === -edits || (k !== edits && below < above) ? above : below + 1
}

function wayBack(
  a: readonly string[],
  b: readonly string[],
  trace: readonly ReadonlyMap<number, number>[],
): DiffLine[] {
  const lines: DiffLine[] = []
  let [x, y] = [a.length, b.length]
  for (let edits = trace.length - 1; edits >= 0; edits -= 1) {
    const furthest = trace[edits] ?? new Map<number, number>()
    const k = x - y
    const isDown = k === -edits || (k !== edits && (furthest.get(k - 1) ?? -1) < (furthest.get(k + 1) ?? -1))
    const beforeX = furthest.get(isDown ? k + 1 : k - 1) ?? 0
    const beforeY = beforeX - (isDown ? k + 1 : k - 1)
    while (x > beforeX && y > beforeY && x > 0 && y > 0) {
      lines.push({ kind: 'same', text: a[x - 1] ?? '' })
      x -= 1
      y -= 1
    }
    if (edits === 0) break
    lines.push(isDown ? { kind: 'added', text: b[y - 1] ?? '' } : { kind: 'removed', text: a[x - 1] ?? '' })
    ;[x, y] = [beforeX, beforeY]
  }
  return lines.reverse()
}

/** Between two equal lines what is removed goes first. */
function inOrder(lines: readonly DiffLine[]): DiffLine[] {
  const ordered: DiffLine[] = []
  let removed: DiffLine[] = []
  let added: DiffLine[] = []
  for (const line of lines) {
    if (line.kind === 'removed') removed.push(line)
    else if (line.kind === 'added') added.push(line)
    else {
      ordered.push(...removed, ...added, line)
      removed = []
      added = []
    }
  }
  return [...ordered, ...removed, ...added]
}
