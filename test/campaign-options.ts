// The options of a campaign's script: all are counts, but for those whose default is a text or a switch; `--help` tells them.
import { type ParseArgsOptionDescriptor, parseArgs } from 'node:util';

/** A count from 1 (0 for a seed), a text, or a switch; `help` says what of. */
export interface CampaignOption {
  preset: number | string | false;
  help: string;
}

type Value<O extends CampaignOption> = O['preset'] extends number
  ? number
  : O['preset'] extends false
    ? boolean
    : string;

/** So that a run can be had again; a new one by default, or SEED. */
export const seedOption = {
  preset: Number(process.env.SEED ?? Math.floor(Math.random() * 2 ** 31)),
  help: 'the same choices again (default: a new one, shown)',
};

/** Reads the command line; ends the process after `--help` with 0, after what it does not understand with 2. */
export function campaignOptions<const O extends Record<string, CampaignOption>>(
  command: string,
  about: string,
  options: O,
): { [N in keyof O]: Value<O[N]> } {
  const usage = [
    `${command} [-- OPTIONS]`,
    about,
    ...Object.entries(options).map(
      ([name, option]) => `  ${left(name, option).padEnd(16)} ${option.help}${presetOf(name, option)}`,
    ),
    '  --help           this',
  ].join('\n');
  const known: Record<string, ParseArgsOptionDescriptor> = { help: { type: 'boolean' } };
  for (const [name, { preset }] of Object.entries(options))
    known[name] = { type: preset === false ? 'boolean' : 'string' };
  try {
    const { values } = parseArgs({ options: known });
    if (values.help) {
      console.log(usage);
      process.exit(0);
    }
    const read = Object.entries(options).map(([name, { preset }]) => [
      name,
      readOption(name, preset, values[name]),
    ]);
    return Object.fromEntries(read);
  } catch (error) {
    console.error(`${(error as Error).message}\n${usage}`);
    process.exit(2);
  }
}

const left = (name: string, { preset }: CampaignOption): string =>
  preset === false ? `--${name}` : `--${name} ${typeof preset === 'number' ? 'N' : '…'}`;

/** A seed's own is another one each time. */
const presetOf = (name: string, { preset }: CampaignOption): string =>
  name === 'seed' || !preset ? '' : ` (default: ${preset})`;

function readOption(name: string, preset: CampaignOption['preset'], given: unknown): unknown {
  if (given === undefined) return preset;
  if (typeof preset !== 'number') return given;
  const count = Number(given);
  if (given === '' || !Number.isSafeInteger(count) || count < (name === 'seed' ? 0 : 1))
    throw new RangeError(`--${name} takes a whole number${name === 'seed' ? '' : ' from 1'}`);
  return count;
}
