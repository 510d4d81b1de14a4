// `npm run simulator -- NAME`: one virtual part alone, on real endpoints, for a person or an outside judge.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ParseArgsOptionDescriptor, parseArgs } from 'node:util';
import { part as card } from './card/part.ts';
import { part as hub } from './hub/part.ts';
import { part as pagePrinter } from './page-printer/part.ts';
import type { PartDefinition, RunningPart } from './part.ts';
import { part as pinpad } from './pinpad/part.ts';
import { part as receiptPrinter } from './receipt-printer/part.ts';
import { part as terminal } from './terminal/part.ts';

const parts: readonly PartDefinition[] = [card, pinpad, receiptPrinter, pagePrinter, hub, terminal];

const usage = (): string =>
  [
    'Usage: npm run simulator -- NAME [OPTIONS]',
    '',
    'Starts one virtual part and prints where it listens; Ctrl-C ends it and removes everything.',
    '',
    ...parts.flatMap(part => [`  ${part.name.padEnd(16)} ${part.summary}`, ...optionLines(part)]),
    '',
    '  --help           this text, or one part’s: npm run simulator -- NAME --help',
    '',
  ].join('\n');

const optionLines = ({ options }: PartDefinition): string[] =>
  Object.entries(options).map(([name, { type, default: preset, help }]) => {
    const word = `--${name}${type === 'string' ? ' …' : ''}`;
    return `      ${word.padEnd(24)} ${help}${preset === undefined ? '' : ` (default ${preset})`}`;
  });

async function main(args: string[]): Promise<number> {
  const [name, ...rest] = args;
  const part = parts.find(one => one.name === name);
  if (!part) {
    const asked = name === undefined || name === '--help';
    process[asked ? 'stdout' : 'stderr'].write(asked ? usage() : `There is no part ${name}.\n\n${usage()}`);
    return asked && name !== undefined ? 0 : 2;
  }
  const options: Record<string, ParseArgsOptionDescriptor> = { ...part.options, help: { type: 'boolean' } };
  const { values } = parseArgs({ args: rest, options });
  if (values.help) {
    process.stdout.write([`${part.name}: ${part.summary}`, '', ...optionLines(part), ''].join('\n'));
    return 0;
  }
  const stopped = new Promise<void>(resolve => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => resolve());
  });
  const dir = await mkdtemp(join(tmpdir().length > 40 ? '/tmp' : tmpdir(), `mdg-${part.name}-`));
  let running: RunningPart | undefined;
  try {
    running = await part.start(values as Record<string, string | boolean | undefined>, {
      dir,
      say: line => void process.stdout.write(`${line}\n`),
    });
    for (const [what, where] of Object.entries(running.listens)) process.stdout.write(`${what}: ${where}\n`);
    process.stdout.write('ready\n');
    await stopped;
    return 0;
  } finally {
    await running?.close();
    await rm(dir, { recursive: true, force: true });
  }
}

main(process.argv.slice(2)).then(
  code => {
    process.exitCode = code;
  },
  (error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.message : error}\n`);
    process.exitCode = 1;
  },
);
