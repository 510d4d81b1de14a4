// `stamp FILE.pdf --records records.json -o OUT.pdf`: one step behind a city's issuing program.
import { readFile, writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { judgeDocument } from '../documents/judge.ts';
import { type Form, UsageError } from '../form.ts';
import { readRecords } from './records.ts';
import { stampPdf } from './stamp-pdf.ts';

export const form: Form = {
  name: 'stamp',
  usage: 'stamp FILE.pdf --records records.json -o OUT.pdf',
  summary: 'stamps the pages of a finished file, each for the record that is named for it',
  async run(args, print) {
    const { file, records, out } = parsed(args);
    const stamped = stampPdf(await readFile(file), readRecords(await readFile(records, 'utf8')));
    const judgement = judgeDocument(stamped);
    if (!judgement.taken) {
      print(`refused, nothing was written: ${judgement.code}: ${judgement.message}`);
      return 1;
    }
    await writeFile(out, stamped);
    print(`${out}: ${judgement.pages} pages stamped`);
    return 0;
  },
};

function parsed(args: readonly string[]): { file: string; records: string; out: string } {
  try {
    const options = { records: { type: 'string' }, out: { type: 'string', short: 'o' } } as const;
    const { values, positionals } = parseArgs({ args: [...args], options, allowPositionals: true });
    const [file, ...more] = positionals;
    if (file === undefined || more.length > 0) throw new UsageError('One file is stamped at a time.');
    const { records, out } = values;
    if (records === undefined || out === undefined) throw new UsageError('Both --records and -o are needed.');
    return { file, records, out };
  } catch (error) {
    throw error instanceof UsageError ? error : new UsageError((error as Error).message);
  }
}
