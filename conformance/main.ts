// `npm run conformance -- FORM …`: finds the form by its first word.
import { form as documents } from './documents/form.ts';
import { type Form, UsageError } from './form.ts';
import { form as hub } from './hub/form.ts';
import { form as stamp } from './stamp/form.ts';
import { form as terminal } from './terminal/form.ts';

const forms: readonly Form[] = [hub, terminal, documents, stamp];

const usage = (): string =>
  forms.flatMap(form => [`npm run conformance -- ${form.usage}`, `    ${form.summary}`]).join('\n');

async function main([name, ...args]: string[]): Promise<number> {
  if (name === undefined || name === '--help' || args.includes('--help')) {
    console.log(usage());
    return name === undefined ? 2 : 0;
  }
  const form = forms.find(one => one.name === name);
  try {
    if (!form) throw new UsageError(`There is no form ${name}.`);
    return await form.run(args, line => console.log(line));
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    if (!(error instanceof UsageError)) return 1;
    console.error(form ? `npm run conformance -- ${form.usage}` : usage());
    return 2;
  }
}

process.exitCode = await main(process.argv.slice(2));
