// Certificates as PDF. Poppler's tools read text, fonts and pages; the contract's code reads the page stamps.
import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { inflateSync } from 'node:zlib';
import { create } from 'fontkit';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { OrderOptions } from '../../../agent/protocol/order-choice.ts';
import { readPageStamps } from '../../../agent/protocol/page-stamp.ts';
import { catalogueOn } from '../../../simulator/hub/catalogue/catalogue.ts';
import {
  defaultFontPath,
  loadCertificateFont,
} from '../../../simulator/hub/issuing/paper/certificate-font.ts';
import { papers } from '../../../simulator/hub/issuing/paper/papers.ts';
import { render } from '../../../simulator/hub/issuing/paper/render.ts';
import { readVariations } from '../../../simulator/hub/issuing/paper/variations.ts';
import { Register } from '../../../simulator/hub/residents/register.ts';
import { Refusal } from '../../../simulator/hub/service/refusal.ts';
import { temporaryFolder } from '../../../simulator/temporary-folder.ts';
import { refusalOf } from '../../refusal.ts';

const dir = temporaryFolder('paper');
test.after(() => rmSync(dir, { recursive: true }));

const font = loadCertificateFont(defaultFontPath);
const register = new Register();
const wall = Date.UTC(2026, 10, 23, 3);
const transaction = randomBytes(16);
const stamp = randomBytes(16);
const shown: OrderOptions = { scope: 'household', relation: 'shown', honseki: 'shown' };

async function make(resident: string, kind: string, options: OrderOptions = {}) {
  const entry = register.find(resident)!;
  const municipality = catalogueOn(wall)[entry.household.municipality]!.name;
  const subject = { entry, municipality, options, today: { year: 2026, month: 11, day: 23 }, wall };
  const paper = papers[kind]!(subject);
  const pages = paper.bodies.map(body => ({ body, stamp }));
  const made = await render({ paper, subject, transaction, pages, font });
  const file = join(dir, `${resident}-${kind}.pdf`);
  writeFileSync(file, made.pdf);
  const text = execFileSync('pdftotext', ['-layout', file, '-'], { encoding: 'utf8' });
  return { ...made, file, text };
}

/** All Flate streams of the file, decoded. They include the content streams. */
const streams = (pdf: Buffer): Buffer[] =>
  [...pdf.toString('latin1').matchAll(/\/Length (\d+)[^>]*?\/Filter \/FlateDecode[^>]*>>\nstream\n/g)].map(
    match => {
      const begin = match.index + match[0].length;
      return inflateSync(pdf.subarray(begin, begin + Number(match[1])));
    },
  );

test('difficult names are printed as registered, with variation selectors', async () => {
  assert.match((await make('m101', 'juminhyo', shown)).text, '髙橋 健一');
  assert.match((await make('m201', 'juminhyo', shown)).text, '山﨑 𠮷彦');
  assert.match((await make('m301', 'juminhyo', shown)).text, '葛\u{E0102}城 直樹');
  assert.match((await make('s501', 'inkan')).text, '辻\u{E0102} 修');
  const long = await make('m401', 'juminhyo', shown);
  assert.match(long.text, 'SCHMIDT-WEISSENBERGER MAXIMILIAN ALEXANDER JOHANNES');
  assert.match(long.text, '高度専門職1号ロ');
});

test('every kind has its title, the date in the Japanese era, the mayor, and the resident', async () => {
  const titles = {
    juminhyo: '住民票の写し',
    inkan: '印鑑登録証明書',
    koseki: '全部事項証明',
    fuhyo: '戸籍の附票の写し',
    zei: '課税証明書',
  };
  for (const [kind, title] of Object.entries(titles)) {
    const { text } = await make('m101', kind, kind === 'juminhyo' ? shown : {});
    const solid = text.replace(/\s/g, '');
    assert.match(solid, title);
    assert.match(solid, '令和8年11月23日');
    assert.match(solid, '三鷹市長見本太郎');
    assert.match(solid, '健一');
    assert.match(text, `発行番号 ${transaction.toString('hex')}`);
  }
  assert.match((await make('m101', 'zei')).text, '令和8年度（令和7年分の所得）');
});

test('a large household has a second page; each page has its own stamp and its page number', async () => {
  const { pdf, pages, file, text } = await make('i101', 'juminhyo', shown);
  assert.is(pages, 2);
  assert.match(execFileSync('pdfinfo', [file], { encoding: 'utf8' }), /Pages:\s+2\n[\s\S]*A4/);
  assert.equal(text.replace(/ /g, '').match(/\d\/\d頁/g), ['1/2頁', '2/2頁']);
  const contents = streams(pdf).filter(stream => readPageStamps(stream).length > 0);
  assert.equal(contents.flatMap(readPageStamps), [
    { transaction, subject: stamp, page: 1, pages: 2 },
    { transaction, subject: stamp, page: 2, pages: 2 },
  ]);
});

test('hidden items are not in the PDF, and only chosen members are', async () => {
  const hidden = await make('m101', 'juminhyo', {
    scope: 'members',
    members: [2],
    relation: 'hidden',
    honseki: 'hidden',
  });
  assert.match(hidden.text, '髙橋 蓮');
  for (const absent of ['美咲', '健一', '十二丁目3番\n', '子\n']) assert.not.match(hidden.text, absent);
});

test('the font is IPAmj Mincho, embedded as a subset; the metadata do not name the resident', async () => {
  const { file } = await make('m301', 'juminhyo', shown);
  assert.match(
    execFileSync('pdffonts', [file], { encoding: 'utf8' }),
    /IPAmjMincho\s+CID TrueType\s+Identity-H\s+yes yes yes/,
  );
  const info = execFileSync('pdfinfo', [file], { encoding: 'utf8' });
  assert.not.match(info, '直樹');
});

test('a character or variation that the font does not have is refused; fontkit would draw another one', async () => {
  const drawn = (text: string) =>
    create(font.bytes)
      .layout(text)
      .glyphs.map(({ id }) => id);
  assert.equal(drawn('葛\u{E0100}'), drawn('葛')); // what would be printed without the check
  for (const text of ['葛\u{E0100}', '一\u{E01EF}', '😀', '\u{E0100}', '𫝆\u{E01EF}'])
    assert.not.ok(font.has(text), text);
  for (const text of ['葛\u{E0102}', '葛\u{E0103}', '辻\u{E0102}', '髙﨑𠮷', 'fi ffi'])
    assert.ok(font.has(text), text);
  assert.is((await refusalOf(make('s201', 'juminhyo', shown), Refusal)).code, 'issuing/glyph');
});

test('variation sequences of the font: an own glyph, the default glyph, or none', () => {
  const variations = readVariations(readFileSync(defaultFontPath));
  const of = (text: string) => variations(text.codePointAt(0)!, text.codePointAt(1)!);
  assert.is(of('葛\u{E0102}'), 23477);
  assert.is(of('葛\u{E0103}'), 23478);
  assert.is(of('葛\u{E0100}'), undefined);
});

test('the font has the names of all residents except the one that is marked', async () => {
  for (const { resident, household } of register.entries()) {
    const words = [resident.name, resident.kana, household.address, resident.seal, resident.honseki?.place];
    const fits = [...words, resident.honseki?.head].every(word => word === undefined || font.has(word));
    assert.is(fits, resident.outsideFont !== true, resident.id);
  }
});

test.run();
