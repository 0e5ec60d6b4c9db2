/** How many columns a text takes in a terminal: Chinese characters and full-width signs take two. */
export function columnsOf(text: string): number {
  let columns = 0
  for (const character of text)
    columns += /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]/u.test(
      character,
    )
      ? 2
      : 1
  return columns
}

/** `text` followed by spaces up to `columns`. */
export function padded(text: string, columns: number): string {
  return text + ' '.repeat(Math.max(0, columns - columnsOf(text)))
}

/** Lines in a box, wide enough for the longest. */
export function boxed(lines: readonly string[]): readonly string[] {
  const width = Math.max(...lines.map(columnsOf))
  const edge = '─'.repeat(width + 2)
  return [`┌${edge}┐`, ...lines.map((line) => `│ ${padded(line, width)} │`), `└${edge}┘`]
}
