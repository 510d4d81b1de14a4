// The index page: everything that a demo leaves, as one file that needs no script, no network and no other file.
import { picturedVisits, type VisitRecord } from '../visit-record.ts';
import { counted, kindInEnglish } from '../words.ts';
import { Html, html, japanese } from './html.ts';
import { style } from './style.ts';
import { visitSection } from './visit-section.ts';

export interface IndexPage {
  visits: readonly VisitRecord[];
  /** What does not agree of money, paper and ledger: a sentence each. */
  books: readonly string[];
  /** How many were to come. */
  wanted: number;
  /** What the screen said, by prompt. */
  screens: ReadonlyMap<string, string>;
  /** Names of the files with all records, beside the page. */
  records: readonly string[];
  /** Why the demo did not come to its end. */
  failure?: { condition: string; message: string; hint: string };
}

/** Nothing is loaded from anywhere, whatever stands in it. */
const policy = "default-src 'none'; img-src data:; style-src 'unsafe-inline'";

export function indexPage({ visits, books, wanted, screens, records, failure }: IndexPage): string {
  const shown = visits.filter(({ nth, wrong }) => nth <= picturedVisits || wrong.length > 0);
  const page = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="color-scheme" content="light dark">
<title>${titleOf(visits)} · Madoguchi demo</title>
<style>${new Html(style)}</style>
</head>
<body><main>
<header>
<p class="brand"><b lang="ja">見本</b> Madoguchi ${japanese('窓口')} demo</p>
<h1>${titleOf(visits)}</h1>
<p class="made-up">A resident at a terminal in a shop, played on this machine with virtual devices. The people, their cards, addresses and records, the municipalities’ fees and all keys are made up.</p>
</header>
${failure && html`<section><div class="card"><h2 class="small bad">Failed: ${failure.condition}</h2><p>${failure.message}</p><p>${failure.hint}</p></div></section>`}
${wanted > 1 || visits.length !== 1 ? overview({ visits, books, wanted }, shown) : undefined}
${shown.map(visit => visitSection(visit, { screens, books: visits.length > 1 ? undefined : books }))}
<footer>
<p>Beside this file: ${files(visits, records)}</p>
</footer>
</main></body>
</html>
`;
  return page.text;
}

function titleOf(visits: readonly VisitRecord[]): string {
  const [visit, ...others] = visits;
  if (!visit) return 'Nobody was served';
  if (others.length > 0) return `${counted(visits.length, 'visit')}, from card to paper`;
  if (visit.fault)
    return `When things go wrong: ${visit.fault.faults.map(({ summary }) => summary).join('; ')}`;
  const certificate = `A ${kindInEnglish(visit.kind)}`;
  return visit.end?.outcome === 'issued'
    ? `${certificate}, from card to paper`
    : `${certificate} that was not issued`;
}

/** All visits, a row each. */
function overview(
  { visits, books, wanted }: Pick<IndexPage, 'visits' | 'books' | 'wanted'>,
  shown: readonly VisitRecord[],
): Html {
  const right = visits.filter(({ wrong }) => wrong.length === 0).length;
  return html`<section><div class="card"><h2 class="small">Visits <span lang="ja">一覧</span></h2>
<div class="scroll"><table class="visits">
<caption>${right} of ${wanted} ended as they must. ${booksInWords(books)}${shown.length < visits.length ? ` The first ${picturedVisits} are shown below.` : ''}</caption>
<thead><tr><th scope="col">Visit</th><th scope="col">Resident, made up</th><th scope="col">End</th><th scope="col" class="number">Fee</th><th scope="col" class="number">Pages</th><th scope="col" class="number">Seconds</th></tr></thead>
<tbody>
${visits.map(visit => overviewRow(visit, shown.includes(visit)))}</tbody>
</table></div></div></section>`;
}

const booksInWords = (books: readonly string[]): string =>
  books.length === 0 ? 'Till, printers and ledger agree.' : `The books do not agree: ${books.join('; ')}.`;

function overviewRow(visit: VisitRecord, isShown: boolean): Html {
  const { nth, kind, title, resident, municipality, end, feeYen, pages, tookMs, wrong } = visit;
  const what = html`${nth}. ${kindInEnglish(kind)}`;
  return html`<tr>
<th scope="row">${isShown ? html`<a href="#visit-${nth}">${what}</a>` : what}<small lang="ja">${title}</small></th>
<td lang="ja">${resident.name}<small>${municipality.name}</small></td>
<td><span class="${wrong.length === 0 ? 'good' : 'bad'}">${end?.outcome ?? 'none'}</span><small>${end?.code}</small></td>
<td class="number">${feeYen} yen</td><td class="number">${pages.out}</td><td class="number">${(tookMs / 1000).toFixed(1)}</td>
</tr>
`;
}

function files(visits: readonly VisitRecord[], records: readonly string[]): Html {
  const papers = visits
    .flatMap(({ papers }) => papers.files)
    .map(path => path.slice(path.lastIndexOf('/') + 1));
  const some = papers.slice(0, 12);
  const names = [...some, ...records].map(name => html`<code>${name}</code> `);
  return html`${names}${papers.length > some.length ? `and ${papers.length - some.length} more papers` : ''}`;
}
