// npm run bench: measures us and the alternative in turn, and prints both beside each other.
import { availableParallelism, cpus, release } from 'node:os';
import { parseArgs } from 'node:util';
import { devicesMissing } from '../crash/devices-missing.ts';
import { ownMounts } from '../crash/own-mounts.ts';
import { flaws } from './flaws.ts';
import { benchmarks } from './registry.ts';
import { summarise } from './summary.ts';
import { asTable } from './table.ts';

const usage = `npm run bench [-- [options] [NAME]...]
  NAME        which, of those below (default: all)
  --rounds N  rounds of each, after one that does not count (default: as each thinks fit)
  --short     one round of few records, without one before it: shows that all of them work; the figures say nothing
  --json      one JSON line a benchmark, with the figures of every round
  --help      this

Each round measures us and then the alternative. Shown are medians, with the quartiles in brackets, and our median as a
multiple of the alternative's. Times depend on the machine and on what else it does: compare within a run. Ends with 1 where
a figure is impossible.

${benchmarks.map(({ name, about }) => `${name}: ${about}`).join('\n')}
`;

function options() {
  try {
    const { values, positionals } = parseArgs({
      allowPositionals: true,
      options: {
        rounds: { type: 'string' },
        short: { type: 'boolean' },
        json: { type: 'boolean' },
        help: { type: 'boolean' },
      },
    });
    const rounds = values.rounds === undefined ? undefined : Number(values.rounds);
    if (rounds !== undefined && !(Number.isInteger(rounds) && rounds >= 1))
      throw new RangeError('--rounds takes a whole number from 1');
    const unknown = positionals.find(wanted => !benchmarks.some(({ name }) => name === wanted));
    if (unknown !== undefined) throw new RangeError(`no benchmark is named ${unknown}`);
    return { ...values, rounds, names: positionals };
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\n${usage}`);
    process.exit(2);
  }
}

const { rounds, short, json, help, names } = options();
if (help) {
  process.stdout.write(usage);
  process.exit(0);
}
const chosen = benchmarks.filter(({ name }) => names.length === 0 || names.includes(name));
if (chosen.some(({ onDevice }) => onDevice) && !devicesMissing()) ownMounts();
const cpu = cpus()[0]?.model ?? 'unknown processor';
const machine = `Node ${process.version}, Linux ${release()}, ${availableParallelism()} of ${cpu}`;
if (!json) process.stdout.write(`${machine}\n`);
for (const benchmark of chosen) {
  const { name, about } = benchmark;
  if (!json) process.stdout.write(`\n${name}: ${about}\n\n`);
  const lines = short
    ? await benchmark.run(rounds ?? 1, 'short')
    : await benchmark.run(rounds ?? benchmark.rounds);
  const summaries = lines.map(line => ({ ...summarise(line), figures: [line.us, line.alternative] }));
  process.stdout.write(
    json ? `${JSON.stringify({ name, machine, about, lines: summaries })}\n` : asTable(summaries),
  );
  for (const flaw of flaws(lines)) {
    process.stderr.write(`${name}: ${flaw}\n`);
    process.exitCode = 1;
  }
}
