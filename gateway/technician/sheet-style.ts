/** Print style of the commissioning sheet: A4, black on white, legible after a photocopy. */
export const SHEET_STYLE = `
@page { size: A4; margin: 14mm 13mm 16mm; @bottom-right { content: counter(page) " / " counter(pages); font: 8pt sans-serif; } }
* { box-sizing: border-box; }
html { font: 9pt/1.35 "Noto Sans CJK SC", "Source Han Sans SC", "Microsoft YaHei", "PingFang SC", sans-serif; color: #111; }
body { margin: 0 auto; max-width: 184mm; padding: 6mm 0; }
@media print { body { padding: 0; max-width: none; } }
[lang=en] { color: #555; font-size: .82em; margin-left: .45em; font-weight: 400; }
code { font: .86em "DejaVu Sans Mono", "Noto Sans Mono", Consolas, monospace; }
code.wrap, code.hash { overflow-wrap: anywhere; }
small { color: #555; font-size: .85em; }
header { display: flex; justify-content: space-between; align-items: flex-end; gap: 8mm; border-bottom: 2.2pt solid #111; padding-bottom: 3mm; }
h1 { font-size: 19pt; margin: 0; letter-spacing: .06em; }
h1 [lang=en] { font-size: 10.5pt; letter-spacing: 0; }
.site { font-size: 12.5pt; margin: 1mm 0 0; font-weight: 600; }
.verdict { border: 1.6pt solid #111; padding: 1.6mm 5mm; font-size: 14pt; font-weight: 700; text-align: center; white-space: nowrap; }
.verdict [lang=en] { display: block; margin: 0; font-size: 8pt; color: inherit; }
.verdict.fail { background: #111; color: #fff; }
.verdict.incomplete { border-style: dashed; }
dl { margin: 0; } dt { color: #333; font-size: .88em; } dd { margin: 0; font-weight: 600; } dd small, dd [lang=en] { font-weight: 400; }
.facts { display: grid; grid-template-columns: 1fr 1fr; margin-top: 3mm; border-bottom: .5pt solid #999; }
.facts div { display: grid; grid-template-columns: 39mm 1fr; border-top: .5pt solid #bbb; padding: .7mm 1mm; align-items: baseline; }
section { margin-top: 5mm; }
h2 { font-size: 11.5pt; margin: 0 0 1.2mm; break-after: avoid; }
h2 code { font-weight: 400; color: #333; }
.identity { margin: 0 0 1.4mm; display: flex; flex-wrap: wrap; gap: .4mm 5mm; break-after: avoid; }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
thead { display: table-header-group; }
th { text-align: left; font-size: .84em; font-weight: 600; border-top: 1pt solid #111; border-bottom: .7pt solid #111; padding: .8mm 1.2mm; vertical-align: bottom; }
th [lang=en] { display: block; margin: 0; }
td { border-bottom: .4pt solid #bbb; padding: .55mm 1.2mm; vertical-align: baseline; }
tr { break-inside: avoid; }
td.number { text-align: right; white-space: nowrap; }
td.number small { margin-left: 1mm; }
h3 { font-size: 9pt; margin: 2mm 0 .6mm; font-weight: 600; break-after: avoid; }
.others { columns: 2; column-gap: 6mm; column-rule: .4pt solid #bbb; font-size: .88em; font-variant-numeric: tabular-nums; }
.others div { display: flex; gap: 2mm; align-items: baseline; border-bottom: .3pt solid #ccc; padding: .35mm 0; break-inside: avoid; }
.others .label { flex: 1; } .others .label code { color: #555; } .others b { font-weight: 600; white-space: nowrap; text-align: right; min-width: 17mm; }
.others .raw { font: .84em "DejaVu Sans Mono", "Noto Sans Mono", monospace; color: #666; }
th { white-space: nowrap; }
td:first-child code { color: #555; margin-left: .5mm; }
.raw { color: #333; white-space: nowrap; }
.none { color: #666; }
.result { white-space: nowrap; } .result [lang=en] { margin-left: .3em; }
.result.pass, .confirmed { font-weight: 600; } .result.not-compared, .result.no-value { color: #666; }
.result.fail, b.fail, .other { font-weight: 700; text-decoration: underline; text-decoration-thickness: 1.2pt; text-underline-offset: 2pt; }
.at { margin: 1mm 0 0; font-size: .85em; color: #333; text-align: right; }
.seal { break-inside: avoid; border-top: 1.4pt solid #111; padding-top: 3mm; }
.seal dl div { display: grid; grid-template-columns: 48mm 1fr; padding: .6mm 0; } .seal dd { font-weight: 400; }
.seal dd code { font-size: 7pt; }
.fingerprint { font: 700 11pt "DejaVu Sans Mono", monospace; letter-spacing: .04em; }
.how { font-size: .85em; margin: 2mm 0 0; }
.hands { display: grid; grid-template-columns: 1fr 1fr 1fr; gap: 8mm; margin-top: 15mm; }
.hands div { border-top: .7pt solid #111; padding-top: 1mm; } .hands [lang=en] { display: block; margin: 0; }
`.trim()
