// What there is to know of one visit: who, what, fee, seconds, pages, how it ended, whether the books agree.
import type { VisitRecord } from '../visit-record.ts';
import { counted, kindInEnglish, outcomeInEnglish, placeInEnglish, promptGloss } from '../words.ts';
import { type Html, html, japanese } from './html.ts';

type Fact = [label: string, value: Html, note?: Html | string | undefined];

/** `books`: what does not agree of money, paper and ledger; undefined where one line says it of all visits. */
export function facts(visit: VisitRecord, books: readonly string[] | undefined): Html {
  const rows = [...(visit.fault ? faultFacts(visit, visit.fault) : []), ...visitFacts(visit, books)];
  return html`<dl>
${rows.map(
  ([label, value, note]) =>
    html`<dt>${label}</dt><dd>${value}${note === undefined ? undefined : html`<small>${note}</small>`}</dd>\n`,
)}</dl>`;
}

function faultFacts(
  { wrong }: VisitRecord,
  { faults, closed, expected }: NonNullable<VisitRecord['fault']>,
): Fact[] {
  return [
    ...faults.map(({ name, summary }): Fact => ['Fault', html`${summary}`, html`<code>${name}</code>`]),
    ['Expected', html`${expected}`],
    ...(closed.length > 0
      ? [['Closed', html`out of service for ${closed.join(', ')}`, 'until that was mended'] satisfies Fact]
      : []),
    [
      'Verdict',
      wrong.length === 0
        ? html`<span class="good">as expected</span>`
        : html`<span class="bad">not as expected</span>`,
    ],
  ];
}

function visitFacts(visit: VisitRecord, books: readonly string[] | undefined): Fact[] {
  const { resident, municipality, kind, title, copies, end, screen, transaction } = visit;
  const { feeYen, keptYen, owedYen, coins, tookMs, pages, slips } = visit;
  return [
    [
      'Resident',
      japanese(resident.name),
      html`made up, of ${placeInEnglish(municipality.code)} ${japanese(municipality.name)}`,
    ],
    ['Certificate', japanese(title), `${kindInEnglish(kind)}, ${counted(copies, 'copy', 'copies')}`],
    [
      'End',
      html`<span class="${end?.outcome === 'issued' ? 'good' : 'bad'}">${end?.outcome ?? 'none on record'}</span>`,
      end ? html`${outcomeInEnglish(end.outcome)} (<code>${end.code}</code>)` : undefined,
    ],
    ...(screen
      ? [['Screen', japanese(screen.text), promptGloss(screen.prompt).sentence] satisfies Fact]
      : []),
    [
      'Fee',
      html`${feeYen} yen`,
      `coins: ${coins.inYen} yen in, ${coins.outYen} out; kept ${keptYen}, owed ${owedYen}`,
    ],
    [
      'Time',
      html`${(tookMs / 1000).toFixed(1)} s`,
      visit.fault ? 'from card to end' : 'from card to end; this resident answers at once',
    ],
    [
      'Paper',
      html`${counted(pages.out, 'page')}, ${counted(slips, end?.outcome === 'issued' ? 'receipt' : 'slip')}`,
      pages.out === pages.sent
        ? undefined
        : `of ${counted(pages.sent, 'page')} that were sent to the printer`,
    ],
    ...(books ? [booksFact(books)] : []),
    ...(transaction ? [['Transaction', html`<code>${transaction}</code>`] satisfies Fact] : []),
  ];
}

const booksFact = (books: readonly string[]): Fact =>
  books.length === 0
    ? [
        'Books',
        html`<span class="good">agree</span>`,
        'what till, printers and ledger counted, each by itself',
      ]
    : ['Books', html`<span class="bad">${books.join('; ')}</span>`];
