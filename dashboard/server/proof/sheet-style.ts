/** How a proof sheet looks: one page of A4, readable without colour. */
export const SHEET_STYLE = `
@page { size: A4 portrait; margin: 9mm 11mm; }
* { box-sizing: border-box; }
html { background: #e7e9eb; }
body { width: 188mm; min-height: 278mm; margin: 4mm auto; padding: 5mm; background: #fff; color: #111;
  font: 8pt/1.28 "Noto Sans CJK SC", "Source Han Sans SC", "Microsoft YaHei", "PingFang SC", sans-serif;
  display: flex; flex-direction: column; }
@media print { html { background: #fff; } body { width: auto; min-height: 276mm; margin: 0; padding: 0; } }
header { display: flex; align-items: baseline; gap: 5mm; border-bottom: 0.6mm solid #111; padding-bottom: 1.5mm; }
h1 { font-size: 15pt; margin: 0; flex: 1; }
h2 { font-size: 9pt; margin: 2mm 0 0.6mm; }
.number { font: 600 12pt/1 "DejaVu Sans Mono", monospace; }
.priority { border: 0.5mm solid #111; padding: 0.4mm 2mm; font-weight: 700; }
.priority.red { background: #d5222b; border-color: #d5222b; color: #fff; }
.priority.orange { background: #ef8a17; border-color: #ef8a17; }
.priority.yellow { background: #f4d52c; border-color: #c9ad0a; }
.priority.blue { background: #2b62b5; border-color: #2b62b5; color: #fff; }
dl { display: grid; grid-template-columns: auto 1fr auto 1fr; gap: 0.6mm 3mm; margin: 1.8mm 0 0; }
dt { color: #555; } dd { margin: 0; }
dd.wide { grid-column: span 3; }
svg { width: 100%; height: auto; display: block; }
svg text { font-size: 9.2px; fill: #111; }
svg .name { font-weight: 700; } svg .small { font-size: 8.2px; fill: #333; } svg .missing { font-size: 8.2px; fill: #666; }
svg .line { stroke: #111; stroke-width: 1.2; } svg .thin { stroke: #999; stroke-width: 0.6; }
svg .there { fill: #111; } svg .absent { fill: #fff; stroke: #777; stroke-width: 1; stroke-dasharray: 2 1.5; }
svg .call { stroke: #111; stroke-width: 1; } svg .call.unreached { stroke: #999; stroke-dasharray: 1.5 1.5; }
svg .limit { stroke: #111; stroke-width: 1; } svg .limit.exceeded { stroke: #d5222b; stroke-width: 1.6; }
svg .over { fill: #d5222b; }
table { width: 100%; border-collapse: collapse; }
th, td { border: 0.2mm solid #aaa; padding: 0.35mm 1.1mm; text-align: left; vertical-align: top; }
th { background: #f0f1f2; font-weight: 600; white-space: nowrap; }
td.time, .mono { font-family: "DejaVu Sans Mono", "Noto Sans Mono CJK SC", monospace; font-size: 7.2pt; white-space: nowrap; }
td.name { max-width: 26mm; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
td.source { font-size: 7pt; color: #444; }
td.exceeded { font-weight: 700; color: #a80f18; }
.verdicts { display: grid; grid-template-columns: repeat(4, 1fr); gap: 1.8mm; }
.verdict { border: 0.4mm solid #777; padding: 1mm 1.6mm; }
.verdict strong { font-size: 10.5pt; margin-right: 1.5mm; }
.verdict.found, .verdict.suspected { border: 0.9mm solid #a80f18; }
.verdict ul { margin: 0.6mm 0 0; padding-left: 3.5mm; font-size: 7.4pt; }
.signatures { display: grid; grid-template-columns: repeat(3, 1fr); gap: 8mm; margin-top: auto; padding-top: 5mm; }
.signatures div { border-top: 0.3mm solid #111; padding-top: 0.8mm; display: flex; justify-content: space-between; }
.signatures div span:last-child { padding-right: 16mm; }
footer { margin-top: 2.5mm; border-top: 0.3mm solid #111; padding-top: 1mm; font-size: 7.2pt; }
footer p { margin: 0.3mm 0; overflow-wrap: anywhere; }
`
