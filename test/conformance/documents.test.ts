// `npm run conformance -- documents` and `-- stamp`, as an engineer of a city sees them.
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { readPdfFile } from '../../agent/gate/pdf/file.ts';
import { form as documents } from '../../conformance/documents/form.ts';
import { type Form, UsageError } from '../../conformance/form.ts';
import { form as stamp } from '../../conformance/stamp/form.ts';
import { stampPdf } from '../../conformance/stamp/stamp-pdf.ts';
import { temporaryFolder } from '../../simulator/temporary-folder.ts';
import {
  catalog,
  drawing,
  handmade,
  handmadeInStreams,
  mine,
  page,
  smallest,
  stamped,
  stream,
  theirs,
  tree,
} from '../agent/gate/pdf/handmade.ts';
import { stampsOf, subjects } from '../agent/gate/producers/mutations.ts';
import { producers } from '../agent/gate/producers/producers.ts';
import { readSample } from '../agent/gate/producers/samples.ts';
import { codeOf, refusalOf } from '../refusal.ts';

const folder = temporaryFolder('conformance');
test.after(() => rmSync(folder, { recursive: true }));
const written = (name: string, content: Buffer | string): string => {
  const file = join(folder, name);
  writeFileSync(file, content);
  return file;
};
async function run(form: Form, ...args: string[]): Promise<{ code: number; lines: string[] }> {
  const lines: string[] = [];
  const code = await form.run(args, line => lines.push(line));
  return { code, lines };
}
const records = {
  transaction: '07'.repeat(16),
  pages: [{ subject: '01'.repeat(16) }, { subject: '01'.repeat(16) }],
};

test('a file that a terminal takes is named with its pages and whose they are', async () => {
  const file = written('good.pdf', handmadeInStreams(smallest));
  const { code, lines } = await run(documents, file);
  assert.is(code, 0);
  assert.equal(lines, [
    `taken    ${file}: 1 pages, transaction ${'01'.repeat(16)}, subject ${'02'.repeat(16)}`,
    '1 taken, 0 refused',
  ]);
});

test('a refused file is named with its rule, page, object and operator, for people and for programs', async () => {
  const bad = written('bad.pdf', handmade(drawing('/F Do', '/XObject << /F 5 0 R >>', stream(''))));
  const { code, lines } = await run(documents, bad);
  assert.is(code, 1);
  assert.match(
    lines[0]!,
    /^refused .*bad\.pdf: MDG-H-051, gate\/pdfProfile, rule xObject, page 1, .*object 5/,
  );
  assert.match(lines[0]!, /operator Do.*: The file draws an XObject whose subtype is absent/);
  assert.match(lines[1]!, /^ {3}1 {2}MDG-H-051 gate\/pdfProfile xObject$/);
  const json = JSON.parse((await run(documents, '--json', bad)).lines.join(''));
  assert.equal(
    [json.passed, json.failed, json.documents[0].rule, json.documents[0].object],
    [0, 1, 'xObject', 5],
  );
});

test('a file with another resident’s page is refused with the page', async () => {
  const second = page('', { contents: '5 0 R' });
  const two = [
    catalog(),
    tree('3 0 R 6 0 R', 2),
    page(),
    stream(stamped('', { ...theirs, pages: 2 })),
    stream(stamped('', { ...theirs, subject: Buffer.alloc(16), page: 2, pages: 2 })),
    second,
  ];
  const { lines } = await run(documents, written('mixed.pdf', handmade(two)));
  assert.match(lines[0]!, /gate\/stampSubject, page 2: /);
  const unstamped = two.with(4, stream(''));
  assert.match(
    (await run(documents, written('unstamped.pdf', handmade(unstamped)))).lines[0]!,
    /gate\/stampMissing, page 2: /,
  );
});

test('a page whose only stamp is wrong breaks MDG-H-047, and one with another page’s stamp beside its own MDG-H-053', async () => {
  const files: [requirement: string, content: string][] = [
    ['MDG-H-047', stamped('', { ...mine, page: 2 })],
    ['MDG-H-053', stamped(stamped('', theirs))],
  ];
  for (const [requirement, content] of files) {
    const file = written('stamps.pdf', handmade(smallest.with(3, stream(content))));
    const { documents: judged } = JSON.parse((await run(documents, '--json', file)).lines.join(''));
    assert.is(judged[0].requirement, requirement);
  }
});

test('a finished file is stamped page by page, and taken then', async () => {
  const file = written('latex.pdf', readSample('latex'));
  const out = join(folder, 'stamped.pdf');
  const { code, lines } = await run(
    stamp,
    file,
    '--records',
    written('records.json', JSON.stringify(records)),
    '-o',
    out,
  );
  assert.equal([code, lines], [0, [`${out}: 2 pages stamped`]]);
  assert.is((await run(documents, out)).code, 0);
});

test('what a producer wrote in a stream stays byte for byte', () => {
  for (const { name } of producers) {
    const plain = readPdfFile(readSample(name));
    const out = stampPdf(readSample(name), stampsOf(subjects[0]));
    const after = readPdfFile(out);
    for (const [number, { stream: bytes }] of plain.objects)
      if (bytes && !plain.containers.has(number))
        assert.equal(after.objects.get(number)?.stream, bytes, name);
    assert.is(out.lastIndexOf('startxref'), out.indexOf('startxref'), 'one revision');
  }
});

const wrong: Record<string, [args: string[], why: RegExp]> = {
  'no file': [['--records', 'x', '-o', 'y'], /One file/],
  'no records': [['a.pdf', '-o', 'y'], /--records/],
  'an option that there is not': [['a.pdf', '--record', 'y'], /--record/],
  'a record too few': [
    [
      written('two.pdf', readSample('fop')),
      '--records',
      written('one.json', JSON.stringify({ ...records, pages: records.pages.slice(1) })),
      '-o',
      'y',
    ],
    /2 pages, and 1 records/,
  ],
  'a subject that is none': [
    [
      written('two.pdf', readSample('fop')),
      '--records',
      written('short.json', JSON.stringify({ ...records, pages: [{ subject: '01' }] })),
      '-o',
      'y',
    ],
    /pages\.0\.subject/,
  ],
  'records that are no JSON': [
    [written('two.pdf', readSample('fop')), '--records', written('none.json', '{'), '-o', 'y'],
    /no JSON/,
  ],
};
for (const [what, [args, why]] of Object.entries(wrong))
  test(`stamp says what is wrong with its command line: ${what}`, async () => {
    assert.match(
      (
        await refusalOf(
          stamp.run(args, () => {}),
          UsageError,
        )
      ).message,
      why,
    );
  });

test('a file that is not within the profile is not stamped, and nothing is written', async () => {
  const file = written('action.pdf', handmade(smallest.with(0, catalog('/OpenAction << /S /Launch >> '))));
  const out = join(folder, 'nothing.pdf');
  const one = written('first.json', JSON.stringify({ ...records, pages: records.pages.slice(1) }));
  assert.is(await codeOf(stamp.run([file, '--records', one, '-o', out], () => {})), 'gate/pdfProfile');
  assert.throws(() => readFileSync(out));
});

test.run();
