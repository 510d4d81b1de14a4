// ipptool with its own conformance files (Debian: cups-ipp-utils) judges the virtual printer.
import { execFile } from 'node:child_process';
import { cp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { Behaviour } from '../../../simulator/page-printer/printer.ts';
import { descriptionAttributes } from '../../../simulator/page-printer/printer-attributes.ts';
import { startPagePrinter } from '../../../simulator/page-printer/start.ts';
import { temporaryFolder } from '../../../simulator/temporary-folder.ts';
import { makePdf } from './make-pdf.ts';

const ipptool = 'ipptool';
const suites = '/usr/share/cups/ipptool';
// Documents that the suites name. They must exist although most of their tests are skipped. Debian does not ship them.
const samples =
  'document-a4.pdf document-letter.pdf document-a4.ps document-letter.ps color.jpg gray.jpg'.split(' ');

interface Verdict {
  exit: number;
  report: string;
  passed: number;
  failed: number;
}

async function judge(suite: string, behaviours: Behaviour[] = []): Promise<Verdict> {
  const dir = temporaryFolder('ipptool');
  await cp(suites, dir, {
    recursive: true,
    filter: source => source === suites || /ipp-[12]\.\d\.test$/.test(source),
  });
  const pdf = await makePdf(2);
  await Promise.all(samples.map(name => writeFile(join(dir, name), pdf)));
  // a long `busyAfterMs`: countPages of the previous job is slow on a busy machine
  const printer = await startPagePrinter({ dir, say: () => {}, port: 0, behaviours, busyAfterMs: 10_000 });
  const args = ['-tI', '-V', '2.0', '-f', 'document-a4.pdf', printer.url!, suite];
  try {
    return await new Promise<Verdict>((resolve, reject) => {
      const child = execFile(ipptool, args, { cwd: dir, timeout: 60_000 }, (error, report) => {
        if (child.exitCode === null) return reject(error);
        const count = (word: string) => report.split(`[${word}]`).length - 1;
        resolve({ exit: child.exitCode, report, passed: count('PASS'), failed: count('FAIL') });
      });
    });
  } finally {
    await printer.close();
    await rm(dir, { recursive: true });
  }
}

/** Planted faults that ipptool must detect. */
const nameIsKeyword: Behaviour = {
  name: 'printer-name as a keyword',
  onRequest(request, printer) {
    if (request.operation !== 11 || request.requestId < 1) return undefined;
    const attributes = descriptionAttributes(printer).map(attribute =>
      attribute.name === 'printer-name'
        ? { ...attribute, values: attribute.values.map(value => ({ ...value, tag: 0x44 })) }
        : attribute,
    );
    return { status: 0, groups: [{ tag: 0x04, attributes }] };
  },
};
const cancelsWhatHasEnded: Behaviour = {
  name: 'Cancel-Job of an ended job is answered OK',
  onRequest: (request, printer) =>
    request.operation === 8 && printer.state === 'idle' && printer.jobs.at(-1)?.ended
      ? { status: 0, groups: [] }
      : undefined,
};

// A run may wait 5 s for the end of a job. Each run has its own printer, so that the runs wait at the same time.
const verdicts = Promise.all([
  judge('ipp-1.1.test'),
  judge('ipp-2.0.test'),
  judge('ipp-1.1.test', [nameIsKeyword]),
  judge('ipp-1.1.test', [cancelsWhatHasEnded]),
]);

test('ipp-1.1.test passes with no FAIL', async () => {
  const [verdict] = await verdicts;
  assert.is(verdict.failed, 0, verdict.report);
  assert.is(verdict.exit, 0);
  assert.is(verdict.passed, 32);
});

test('ipp-2.0.test passes with no FAIL', async () => {
  const [, verdict] = await verdicts;
  assert.is(verdict.failed, 0, verdict.report);
  assert.is(verdict.exit, 0);
  assert.is(verdict.passed, 33);
});

test('an attribute of the wrong syntax is a FAIL', async () => {
  const [, , verdict] = await verdicts;
  assert.ok(verdict.failed > 0);
  assert.is.not(verdict.exit, 0);
  assert.match(verdict.report, 'printer-name');
});

test('a wrong status is a FAIL', async () => {
  const [, , , verdict] = await verdicts;
  assert.match(verdict.report, /Cancel-Job Operation \(completed job\)\s+\[FAIL\]/);
  assert.is.not(verdict.exit, 0);
});

test.run();
