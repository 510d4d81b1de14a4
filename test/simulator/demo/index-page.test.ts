// The index page: one file, nothing from outside, everything escaped, and not too big.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { type IndexPage, indexPage } from '../../../simulator/demo/index-page/page.ts';
import { recordFiles } from '../../../simulator/demo/records.ts';
import type { VisitRecord } from '../../../simulator/demo/visit-record.ts';
import { aFaultyVisit, aVisit } from './a-visit.ts';
import { foreignReferences, unbalanced } from './html-judge.ts';

const page = (visits: readonly VisitRecord[], more: Partial<IndexPage> = {}): string =>
  indexPage({
    visits,
    books: [],
    wanted: visits.length,
    screens: new Map([['enterPin', '暗証番号4桁を入力し、確定を押してください。']]),
    records: recordFiles,
    ...more,
  });

test('the judges see what is planted', () => {
  assert.equal(foreignReferences('<a href="#x"><img src="data:image/png;base64,AA">'), []);
  for (const planted of [
    '<img src="http://example.org/a.png">',
    '<img src=1-receipt.png>',
    "<a href='out/x.pdf'>",
    '<p style="background: url(x.png)">',
    '<style>@import "x.css"</style>',
    '<image xlink:href="x.svg">',
    '<script>1</script>',
    '<img srcset="a.png 2x">',
    '<p onclick="x()">',
  ])
    assert.ok(foreignReferences(planted).length > 0, planted);
  assert.equal(unbalanced('<p>a<br><b>c</b></p><svg><rect/></svg>'), []);
  assert.ok(unbalanced('<p><b></p>').length > 0);
});

test('it needs no other file, no network and no script; and it is well formed', () => {
  for (const text of [
    page([aVisit()]),
    page([aFaultyVisit()]),
    page([aVisit(), aVisit({ nth: 2 })]),
    page([], { wanted: 3, failure: { condition: 'hub', message: 'gone', hint: 'look' } }),
  ]) {
    assert.equal(foreignReferences(text), []);
    assert.equal(unbalanced(text), []);
    assert.match(text, 'content="default-src &#39;none&#39;; ');
  }
});

test('whatever comes in is escaped, in text and in attributes', () => {
  const evil = `"><script>alert('1')</script>&`;
  const visit = aFaultyVisit({
    ...{
      resident: { id: evil, name: evil },
      municipality: { code: evil, name: evil },
      kind: evil,
      title: evil,
    },
    ...{ transaction: evil, end: { outcome: evil, code: evil }, screen: { prompt: evil, text: evil } },
    steps: [{ event: evil, at: evil, fromMs: 0, untilMs: 10 }],
    wrong: [evil],
    fault: { faults: [{ name: evil, summary: evil }], closed: [evil], expected: evil },
    papers: {
      files: [`out/${evil}.pdf`],
      pages: [Buffer.from('a')],
      slips: [{ png: Buffer.from('b'), text: [evil] }],
    },
  });
  const failure = { condition: evil, message: evil, hint: evil };
  for (const visits of [[visit], [visit, visit]]) {
    const text = page(visits, { books: [evil], records: [evil], failure });
    assert.not.match(text, '<script');
    assert.not.match(text, "alert('1')");
    assert.equal(unbalanced(text), []);
    assert.match(text, '&quot;&gt;&lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt;&amp;');
  }
});

test('one visit: its papers as pictures with words for who cannot see them, the receipt, the timeline', () => {
  const text = page([aVisit()]);
  assert.match(text, '<h1>A certificate of residence, from card to paper</h1>');
  assert.match(text, `src="data:image/jpeg;base64,${Buffer.from('a page').toString('base64')}"`);
  assert.match(text, 'alt="Page 1: 住民票の写し, certificate of residence of 髙橋 健一, who is made up"');
  assert.match(text, 'alt="領収書 / 合計 ¥200"');
  assert.match(text, '<span lang="ja">領収書</span>');
  assert.match(text, '暗証番号4桁を入力し、確定を押してください。');
  assert.match(text, 'From the card to the end: 0.94 s.');
  assert.match(text, 'x="4.26%" width="95.74%"');
  assert.match(text, 'made up');
  assert.match(page([aVisit({ end: null })]), '<h1>A certificate of residence that was not issued</h1>');
  for (const image of text.match(/<img[^>]*>/g) ?? []) assert.match(image, / alt="[^"]+"/);
});

test('a fault: what was done, the end expected, the claim slip, and what did not come out', () => {
  const text = page([aFaultyVisit()]);
  assert.match(text, 'When things go wrong: paper jams after the first of two pages');
  assert.match(text, 'Claim slip');
  assert.match(text, '1 of 2 sheets came out.');
  assert.match(text, '<span class="good">as expected</span>');
  assert.match(page([aFaultyVisit({ wrong: ['no claim slip'] })]), 'not as expected');
});

test('several visits: a row each that leads to its papers', () => {
  const text = page([aVisit(), aVisit({ nth: 2 })]);
  for (const nth of [1, 2]) {
    assert.match(text, `href="#visit-${nth}"`);
    assert.match(text, `id="visit-${nth}"`);
  }
  assert.match(text, 'Till, printers and ledger agree.');
});

test('one visit takes at most 1.5 MB: a page that would go beyond is named instead', () => {
  const big = Buffer.alloc(400_000);
  const papers = {
    files: [],
    pages: [big, big, big],
    slips: [{ png: Buffer.alloc(60_000), text: ['領収書'] }],
  };
  const text = page([aVisit({ papers, pages: { sent: 3, out: 3 } })]);
  assert.is(text.match(/data:image\/jpeg/g)?.length, 2);
  assert.match(text, 'Pages 3 to 3 are in the files beside this one.');
  for (const pages of [
    [big, big, big],
    Array.from({ length: 40 }, () => Buffer.alloc(30_000)),
    [Buffer.alloc(9_000_000)],
  ]) {
    const slips = Array.from({ length: 9 }, () => ({ png: Buffer.alloc(200_000), text: ['引換票'] }));
    const length = Buffer.byteLength(page([aVisit({ papers: { files: [], pages, slips } })]));
    assert.ok(length < 1_500_000, `${length} bytes`);
  }
});

test('of very many visits the first twenty are shown, and those that went wrong; the others have their row', () => {
  const visits = Array.from({ length: 30 }, (_, index) =>
    aVisit({ nth: index + 1, wrong: index === 27 ? ['no receipt'] : [] }),
  );
  const text = page(visits);
  assert.is(text.match(/<section class="visit"/g)?.length, 21);
  assert.match(text, 'id="visit-28"');
  assert.match(text, '30. certificate of residence');
});

test.run();
