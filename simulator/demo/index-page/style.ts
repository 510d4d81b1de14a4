// How the index page looks: light and dark, wide and narrow, on paper.

export const style = `
:root {
  color-scheme: light dark;
  --ground: #f2f0ea; --card: #fffdf8; --ink: #26242b; --soft: #6a6670; --line: #dcd8cd; --track: #ece8de;
  --good: #23704a; --bad: #a8321f; --seal: #b3382c;
  --resident: #c0552b; --device: #2c7d59; --agent: #3469a8; --gate: #7c4ea6; --hub: #8f6d10;
}
@media (prefers-color-scheme: dark) {
  :root {
    --ground: #17161a; --card: #211f25; --ink: #ece9e2; --soft: #a5a0a8; --line: #38353d; --track: #2d2a32;
    --good: #6cc796; --bad: #f08b78; --seal: #e5776a;
    --resident: #eb8a5f; --device: #5fbd92; --agent: #79aae6; --gate: #bb92e0; --hub: #d3ad48;
  }
}
* { box-sizing: border-box; }
body {
  margin: 0; background: var(--ground); color: var(--ink);
  font: 16px/1.55 system-ui, "Segoe UI", Roboto, "Noto Sans", "Noto Sans CJK JP", sans-serif;
}
[lang=ja] { font-family: "Hiragino Sans", "Yu Gothic", "Noto Sans CJK JP", "Noto Sans JP", sans-serif; }
main { max-width: 1180px; margin: 0 auto; padding: 40px 24px 64px; }
h1, h2, h3 { line-height: 1.25; margin: 0; font-weight: 650; text-wrap: balance; }
h1 { font-size: 34px; letter-spacing: -.01em; }
h2 { font-size: 24px; }
h3, h2.small { font-size: 17px; margin-bottom: 12px; }
.unseen { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
h3 [lang=ja], h2 [lang=ja] { font-weight: 400; color: var(--soft); margin-left: .4em; }
p { margin: 0; }
.brand { font-size: 14px; color: var(--soft); margin-bottom: 10px; display: flex; align-items: center; gap: 8px; }
.brand b { font-weight: 600; color: var(--seal); border: 1.5px solid; border-radius: 3px; padding: 0 5px; font-size: 13px; }
.made-up { color: var(--soft); margin-top: 10px; max-width: 46em; }
.card { background: var(--card); border: 1px solid var(--line); border-radius: 12px; padding: 24px; }
section { margin-top: 36px; }
section > h2 { margin-bottom: 16px; }
.desk { display: grid; grid-template-columns: minmax(0, 1.15fr) minmax(0, 1fr); gap: 20px; align-items: start; }
.stack { display: grid; gap: 20px; }
dl { display: grid; grid-template-columns: auto minmax(0, 1fr); gap: 8px 18px; margin: 0; }
dt { color: var(--soft); }
dd { margin: 0; overflow-wrap: anywhere; }
dd small, td small, th small { display: block; color: var(--soft); font-size: 13.5px; line-height: 1.45; }
.good { color: var(--good); font-weight: 600; }
.bad { color: var(--bad); font-weight: 600; }
figure { margin: 0; }
figcaption { color: var(--soft); font-size: 13.5px; margin-top: 10px; }
.note { color: var(--soft); font-size: 13.5px; margin-top: 16px; }
.after { margin-top: 20px; }
.sheet { display: block; width: 100%; height: auto; background: #fff; border-radius: 2px; box-shadow: 0 1px 2px #0003, 0 8px 24px #0002; }
.sheets { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 240px), 1fr)); gap: 20px; }
.slip { display: block; width: 320px; margin: 0 auto; max-width: 100%; height: auto; filter: drop-shadow(0 2px 6px #0003); }
table { border-collapse: collapse; width: 100%; font-size: 15px; }
caption { text-align: left; color: var(--soft); font-size: 13.5px; padding-bottom: 14px; }
th { text-align: left; font-weight: 600; }
thead th { color: var(--soft); font-weight: 500; font-size: 13.5px; padding: 0 12px 8px 0; }
tbody td, tbody th { padding: 9px 12px 9px 0; border-top: 1px solid var(--line); vertical-align: top; }
.number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
thead .number { text-align: right; }
.scroll { overflow-x: auto; }
a { color: inherit; text-underline-offset: 3px; }
.timeline { table-layout: fixed; }
.timeline .step { width: 41%; padding-right: 28px; }
.timeline .took { width: 82px; padding-right: 0; }
.timeline tbody th { font-weight: 600; }
th small { font-weight: 400; }
.lane { font-size: 12px; font-weight: 600; margin-left: 6px; white-space: nowrap; }
.timeline svg { display: block; width: 100%; height: 14px; margin: 5px 0 4px; overflow: visible; }
.timeline .axis svg { margin: 0; height: 16px; }
.axis text { fill: var(--soft); font-size: 12px; font-weight: 400; }
.track { fill: var(--track); }
.resident { fill: var(--resident); color: var(--resident); }
.device { fill: var(--device); color: var(--device); }
.agent { fill: var(--agent); color: var(--agent); }
.gate { fill: var(--gate); color: var(--gate); }
.hub { fill: var(--hub); color: var(--hub); }
code { font: 13.5px/1.5 ui-monospace, "SF Mono", "DejaVu Sans Mono", monospace; overflow-wrap: anywhere; }
footer { margin-top: 36px; color: var(--soft); font-size: 14px; }
@media (max-width: 720px) {
  main { padding: 24px 14px 40px; }
  h1 { font-size: 26px; }
  .card { padding: 16px; border-radius: 10px; }
  .desk { grid-template-columns: minmax(0, 1fr); }
  .timeline thead { display: none; }
  .timeline, .timeline tbody, .timeline caption { display: block; }
  .timeline tr { display: grid; grid-template-columns: minmax(0, 1fr) auto; border-top: 1px solid var(--line); padding: 10px 0; }
  .timeline tbody th.step, .timeline tbody td { border: 0; padding: 0; width: auto; }
  .timeline .bar { grid-row: 2; grid-column: 1 / 3; padding-top: 2px; }
}
@media print {
  :root { color-scheme: light; --ground: #fff; --card: #fff; --ink: #000; --soft: #444; --line: #bbb; --track: #eee; }
  body { font-size: 9.5pt; line-height: 1.4; }
  main { max-width: none; padding: 0; }
  h1 { font-size: 20pt; }
  h2 { font-size: 15pt; }
  h3, h2.small { font-size: 11pt; margin-bottom: 6px; }
  h2, h3 { break-after: avoid; }
  section, .after { margin-top: 16px; }
  .card { border: 0; padding: 0; }
  .desk { break-inside: avoid; }
  dl { gap: 3px 14px; }
  table { font-size: 9.5pt; }
  dd small, td small, th small, caption, .note, .timeline thead th, footer { font-size: 8.5pt; }
  tbody td, tbody th { padding: 4px 10px 4px 0; }
  .slip { width: 220px; }
  .sheet, .slip { box-shadow: none; filter: none; outline: 1px solid #bbb; }
  tr, figure { break-inside: avoid; }
  section + section.visit { break-before: page; }
  * { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
}
`;
