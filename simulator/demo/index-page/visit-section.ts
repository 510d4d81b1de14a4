// One visit on the index page: its papers, what there is to know, and the timeline.
import type { VisitRecord } from '../visit-record.ts';
import { kindInEnglish } from '../words.ts';
import { facts } from './facts.ts';
import { type Html, html, japanese } from './html.ts';
import { paperPictures } from './paper-pictures.ts';
import { timelineTable } from './timeline-table.ts';

/**
 * `screens`: what the screen said, by prompt. `books`: what does not agree; undefined for one visit
 * of several, which has a heading of its own instead.
 */
export function visitSection(
  visit: VisitRecord,
  { screens, books }: { screens: ReadonlyMap<string, string>; books: readonly string[] | undefined },
): Html {
  const { nth, title, kind, fault } = visit;
  const { pages, slips } = paperPictures(visit);
  const heading = fault
    ? fault.faults.map(({ name }) => name).join(', ')
    : html`${kindInEnglish(kind)} ${japanese(title)}`;
  return html`<section class="visit" id="visit-${nth}">
<h2${books === undefined ? undefined : html` class="unseen"`}>${nth}. ${heading}</h2>
<div class="desk">
<div class="card"><h3>Paper <span lang="ja">証明書</span></h3>
${pages}</div>
<div class="stack">
<div class="card"><h3>In short <span lang="ja">概要</span></h3>
${facts(visit, fault ? visit.wrong : books)}</div>
${slips}</div>
</div>
<div class="card after"><h3>Timeline <span lang="ja">時系列</span></h3>
${timelineTable(visit.steps, screens)}</div>
</section>
`;
}
