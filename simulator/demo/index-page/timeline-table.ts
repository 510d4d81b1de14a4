// The timeline of one visit as a picture: a row for each step, a bar from when to when, coloured by who works.
import { lanes, rowOf } from '../lanes.ts';
import type { Step } from '../steps.ts';
import { type Html, html, japanese } from './html.ts';

/** Narrowest bar that can still be seen, in percent. */
const minPercent = 0.7;

interface Scale {
  fromMs: number;
  /** Length of the whole, in ms; never 0. */
  spanMs: number;
}

interface Shared {
  scale: Scale;
  /** What the screen said, by prompt. */
  screens: ReadonlyMap<string, string>;
}

/** `screens`: what the screen said, by prompt. */
export function timelineTable(steps: readonly Step[], screens: ReadonlyMap<string, string>): Html {
  const [first] = steps;
  const last = steps.at(-1);
  if (!first || !last) return html`<p>Nobody was served: no transaction was begun.</p>`;
  const scale = { fromMs: first.fromMs, spanMs: Math.max(1, last.untilMs - first.fromMs) };
  return html`<table class="timeline">
<caption>From the card to the end: ${inSeconds(scale.spanMs)}. A bar’s colour and the word beside the step say who works.</caption>
<thead><tr><th class="step" scope="col">Step</th><th class="axis" scope="col">${axis(scale)}</th><th class="took number" scope="col">Took</th></tr></thead>
<tbody>
${steps.map(step => stepRow(step, step === last, { scale, screens }))}</tbody>
</table>`;
}

function stepRow(step: Step, isLast: boolean, { scale, screens }: Shared): Html {
  const { lane, title, text, prompt } = rowOf(step);
  const said = prompt === undefined ? undefined : screens.get(prompt);
  const worker = lanes.find(one => one.lane === lane)!;
  const took = isLast ? `at ${inSeconds(step.fromMs - scale.fromMs)}` : inMs(step.untilMs - step.fromMs);
  return html`<tr>
<th class="step" scope="row">${title}<span class="lane ${lane}">${worker.english} ${japanese(worker.japanese)}</span><small>${text}</small></th>
<td class="bar">${bar(step, lane, scale)}${said === undefined ? undefined : html`<small lang="ja">${said}</small>`}</td>
<td class="took number">${took}</td>
</tr>
`;
}

function bar({ fromMs, untilMs }: Step, lane: string, scale: Scale): Html {
  const percent = (ms: number) => (100 * ms) / scale.spanMs;
  const width = Math.max(minPercent, percent(untilMs - fromMs));
  const x = Math.min(percent(fromMs - scale.fromMs), 100 - width);
  return html`<svg aria-hidden="true"><rect class="track" y="6" width="100%" height="2"/><rect class="${lane}" x="${fixed(x)}%" width="${fixed(width)}%" height="14" rx="3"/></svg>`;
}

/** Four to eight ticks at round times. */
function axis({ spanMs }: Scale): Html {
  const stepMs =
    [50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000, 20_000].find(ms => spanMs / ms <= 6) ?? 60_000;
  const ticks = Array.from({ length: Math.floor(spanMs / stepMs) + 1 }, (_, index) => index * stepMs).filter(
    ms => ms <= spanMs * 0.94,
  );
  return html`<svg role="img" aria-label="Time since the first step">${ticks.map(
    ms => html`<text x="${fixed((100 * ms) / spanMs)}%" y="13">${ms === 0 ? '0' : `${ms / 1000} s`}</text>`,
  )}</svg>`;
}

const fixed = (number: number): string => number.toFixed(2);
const inMs = (ms: number): string => (ms < 1000 ? `${Math.round(ms)} ms` : inSeconds(ms));
const inSeconds = (ms: number): string => `${(ms / 1000).toFixed(ms < 10_000 ? 2 : 1)} s`;
