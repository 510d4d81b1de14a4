// The papers of one visit as pictures inside the page: no more of them than the page can carry.
import type { VisitRecord } from '../visit-record.ts';
import { kindInEnglish } from '../words.ts';
import { dataUri, type Html, html } from './html.ts';

/** Longest that the pictures of one visit may be in all, in characters of base64. What goes beyond is named instead. */
const maxPictureLength = 1_300_000;

const lengthOf = (bytes: Buffer): number => 4 * Math.ceil(bytes.length / 3);

/** The first of `pictures` that together have at most `length`. */
function fitting<T>(pictures: readonly T[], bytesOf: (picture: T) => Buffer, length: number): T[] {
  let left = length;
  const tooMuch = pictures.findIndex(picture => {
    left -= lengthOf(bytesOf(picture));
    return left < 0;
  });
  return tooMuch < 0 ? [...pictures] : pictures.slice(0, tooMuch);
}

export function paperPictures(visit: VisitRecord): { pages: Html; slips: Html[] } {
  const { papers, title, kind, resident, end, pages } = visit;
  const slips = fitting(papers.slips, ({ png }) => png, maxPictureLength / 2);
  const used = slips.reduce((sum, { png }) => sum + lengthOf(png), 0);
  const shown = fitting(papers.pages, jpeg => jpeg, maxPictureLength - used);
  const isReceipt = end?.outcome === 'issued';
  return {
    pages:
      shown.length > 0
        ? html`<div class="sheets">${shown.map(
            (jpeg, index) =>
              html`<figure><img class="sheet" width="910" height="1287" alt="Page ${index + 1}: ${title}, ${kindInEnglish(kind)} of ${resident.name}, who is made up" src="${dataUri('image/jpeg', jpeg)}"></figure>`,
          )}</div>
<p class="note">${noteOf(pages, papers.pages.length, shown.length)}</p>`
        : html`<p class="note">${pages.out > 0 ? 'Paper came out; there is no picture of it here.' : 'No paper came out.'}</p>`,
    slips: slips.map(
      ({
        png,
        text,
      }) => html`<div class="card"><h3>${isReceipt ? 'Receipt' : 'Claim slip'} <span lang="ja">${isReceipt ? '領収書' : '引換票'}</span></h3>
<figure><img class="slip" alt="${text.filter(line => line.trim() !== '').join(' / ')}" lang="ja" src="${dataUri('image/png', png)}"></figure></div>
`,
    ),
  };
}

function noteOf(sides: VisitRecord['pages'], out: number, shown: number): string {
  const copies = sides.out > out ? `${sides.out} sheets came out, copies among them. ` : '';
  const missing = sides.out < sides.sent ? `${sides.out} of ${sides.sent} sheets came out. ` : '';
  const more = shown < out ? `Pages ${shown + 1} to ${out} are in the files beside this one. ` : '';
  return `${copies}${missing}${more}Everybody on this paper is made up.`;
}
