// `documents FILE.pdf … [--json]`: a line for each file, and the rules that were broken with how often.
import { readFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { type Form, UsageError } from '../form.ts';
import { type Judgement, judgeDocument, type Refused } from './judge.ts';

interface Judged {
  file: string;
  judgement: Judgement;
}

export const form: Form = {
  name: 'documents',
  usage: 'documents FILE.pdf … [--json]',
  summary: 'says whether a terminal would take each file, or which rule it breaks, and where',
  async run(args, print) {
    const { files, json } = parsed(args);
    const judged: Judged[] = [];
    for (const file of files) judged.push({ file, judgement: judgeDocument(await readFile(file)) });
    const taken = judged.filter(({ judgement }) => judgement.taken).length;
    if (json) {
      const documents = judged.map(({ file, judgement }) => ({ file, ...judgement }));
      print(
        JSON.stringify({
          form: 'documents',
          passed: taken,
          failed: files.length - taken,
          documents,
          broken: brokenIn(judged),
        }),
      );
    } else {
      for (const one of judged) print(lineOf(one));
      for (const [rule, times] of Object.entries(brokenIn(judged)))
        print(`${String(times).padStart(4)}  ${rule}`);
      print(`${taken} taken, ${files.length - taken} refused`);
    }
    return taken === files.length ? 0 : 1;
  },
};

function parsed(args: readonly string[]): { files: string[]; json: boolean } {
  try {
    const options = { json: { type: 'boolean' } } as const;
    const { values, positionals } = parseArgs({ args: [...args], options, allowPositionals: true });
    if (positionals.length === 0) throw new UsageError('No file is named.');
    return { files: positionals, json: values.json === true };
  } catch (error) {
    throw error instanceof UsageError ? error : new UsageError((error as Error).message);
  }
}

function lineOf({ file, judgement }: Judged): string {
  if (judgement.taken)
    return `taken    ${file}: ${judgement.pages} pages, transaction ${judgement.transaction}, subject ${judgement.subject}`;
  const { code, message, requirement, taken: _, ...place } = judgement;
  const where = Object.entries(place).map(([what, value]) => `${what} ${value}`);
  return `refused  ${file}: ${[requirement, code, ...where].join(', ')}: ${message}`;
}

/** What was broken: how often. */
function brokenIn(judged: readonly Judged[]): Record<string, number> {
  const broken: Record<string, number> = {};
  for (const { judgement } of judged)
    if (!judgement.taken) broken[nameOf(judgement)] = (broken[nameOf(judgement)] ?? 0) + 1;
  return broken;
}

const nameOf = ({ requirement, code, rule }: Refused): string =>
  [requirement, code, ...(rule === undefined ? [] : [rule])].join(' ');
