import { renderSVG, renderUnicodeCompact } from 'uqr'

/** A text as a QR code: an SVG image with white around it, for a page of any colour. */
export function qrSvg(text: string): string {
  return renderSVG(text, { ecc: 'M', border: 4 })
}

/** The same for a terminal: lines of half blocks, black on white whatever the terminal's own colours are. */
export function qrLines(text: string): readonly string[] {
  const lines = renderUnicodeCompact(text, { ecc: 'L', border: 2, invert: true }).split('\n')
  return lines.map((line) => `\u001b[30;107m${line}\u001b[0m`)
}
