// The options of the demo.
import { parseArgs } from 'node:util';
import type { Fault } from '../faults/fault.ts';
import { findFault } from '../faults/registry.ts';

export interface DemoOptions {
  count: number;
  /** A kind of the catalogue; undefined: the household's 住民票 for one issue, any kind for several. */
  kind: string | undefined;
  /** Municipality code. */
  city: string | undefined;
  /** Whether a kind or a city was asked for. */
  asked: boolean;
  /** The PIN on the cards. */
  pin: string;
  seed: number;
  out: string;
  keep: boolean;
  json: boolean;
  /** Every ledger and device line, as it happens. */
  verbose: boolean;
  /** What goes wrong; none for a visit without trouble. */
  faults: readonly Fault[];
}

export const help = `Usage: npm run demo [-- OPTIONS]

Issues certificates on a simulated terminal, with real parts on this machine only: broker, hub, smart card
service, serial lines, printers, and the agent as it runs in a shop. Shows what starts, what the resident sees, with
its English and its time, and a summary. Residents, cards, fees and keys are made up.

  --count N     how many residents come, one after the other (1 to 1000; default 1)
  --kind KIND   juminhyo, inkan, koseki, fuhyo or zei (default: juminhyo; with --count, whatever comes)
  --city CODE   132047 三鷹市, 131130 渋谷区 or 122033 市川市 (default: 132047; with --count, any)
  --pin PIN     the 4 digits on the cards, typed on the pad (default 1234)
  --seed N      chance: residents, kinds, options, copies (default 1); the same seed gives the same run
  --out DIR     where the papers go (default out; a second demo at once takes out-2, and so on)
  --keep        keep the working folder (homes, journal, broker), and say how to look at the journal
  --verbose     every line of hub, ledger, devices and agent, as it happens
  --json        one JSON array on standard output, an entry a line as it happens, the summary last; the rest goes to
                standard error (npm run --silent demo -- --json)
  --fault NAME[,NAME…]
                what goes wrong, one thing or several at once
  --fault list [WORD]
                all faults by the part that they are of, with the end to be expected; with WORD those that have it
  --version     the software's version
  --help, -h    this text

Leaves in the out folder index.html, one file with everything as pictures: papers, receipt, timeline. Beside it, for
each issue, the PDF as the printer received it, its pages and the receipt as PNG; and timeline.json (every step,
monotonic ms), ledger.json (the hub's rows), log.jsonl. A play with faults leaves the same, and a claim slip in place of
the receipt. What an earlier demo left in the folder is moved to before-1, before-2 … in it.
Ends with "issued N of N" and 0; otherwise says what failed and what to do, and ends with 1 (2 for options that can't
be read). With --fault it says the end that was reached, what the screen said, coins, sheets and whether the books
agree, and ends with 0 only if all that is as expected; the terminal's waits are short then.
`;

/** A line for the person who typed the options. */
export class OptionError extends Error {
  override readonly name = 'OptionError';
}

const kinds = ['juminhyo', 'inkan', 'koseki', 'fuhyo', 'zei'];
const cities = ['132047', '131130', '122033'];

/** Errors: OptionError. `help`, `version` or a list of faults where only that was asked for. */
export function readOptions(args: string[]): DemoOptions | 'help' | 'version' | { listed: string } {
  const { values, positionals } = parsed(args);
  if (values.help) return 'help';
  if (values.version) return 'version';
  const isList = values.fault === 'list';
  if (positionals.length > (isList ? 1 : 0))
    throw new OptionError(`what does ${positionals.at(-1)} mean? Only --fault list takes a word`);
  if (isList) return { listed: positionals[0] ?? '' };
  const count = whole('count', values.count, 1, 1000);
  const kind = oneOf('kind', values.kind, kinds);
  const city = oneOf('city', values.city, cities);
  if (!/^[0-9]{4}$/.test(values.pin)) throw new OptionError('--pin takes 4 digits');
  return {
    count,
    kind: kind ?? (count === 1 ? 'juminhyo' : undefined),
    city: city ?? (count === 1 && kind === undefined ? '132047' : undefined),
    asked: kind !== undefined || city !== undefined,
    pin: values.pin,
    seed: whole('seed', values.seed, 0, 2 ** 32 - 1),
    out: values.out,
    keep: values.keep,
    json: values.json,
    verbose: values.verbose,
    faults: (values.fault?.split(',') ?? []).map(named),
  };
}

function named(name: string): Fault {
  const fault = findFault(name);
  if (!fault) throw new OptionError(`there is no fault ${name}; --fault list names them`);
  return fault;
}

function parsed(args: string[]) {
  try {
    return parseArgs({
      args,
      allowPositionals: true,
      options: {
        count: { type: 'string', default: '1' },
        kind: { type: 'string' },
        city: { type: 'string' },
        pin: { type: 'string', default: '1234' },
        seed: { type: 'string', default: '1' },
        out: { type: 'string', default: 'out' },
        keep: { type: 'boolean', default: false },
        json: { type: 'boolean', default: false },
        verbose: { type: 'boolean', default: false },
        fault: { type: 'string' },
        version: { type: 'boolean', default: false },
        help: { type: 'boolean', short: 'h', default: false },
      },
    });
  } catch (error) {
    throw new OptionError(error instanceof Error ? error.message : String(error));
  }
}

function whole(name: string, value: string, min: number, max: number): number {
  const number = Number(value);
  if (!/^[0-9]{1,10}$/.test(value) || number < min || number > max)
    throw new OptionError(`--${name} takes a whole number from ${min} to ${max}`);
  return number;
}

function oneOf(name: string, value: string | undefined, words: string[]): string | undefined {
  if (value !== undefined && !words.includes(value))
    throw new OptionError(`--${name} takes one of ${words.join(', ')}`);
  return value;
}
