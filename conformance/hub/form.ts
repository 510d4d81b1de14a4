// `hub --url URL --code CODE… --root HEX|FILE`: plays terminals at a hub, and ends with its scorecard.
import { readFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import * as v from 'valibot';
import { enrolmentCode } from '../../agent/protocol/enrolment.ts';
import { readRoot, rootThumbprint } from '../../agent/protocol/root.ts';
import { type Form, UsageError } from '../form.ts';
import { chosenRequirements, judge, scorecardOptions } from '../judge.ts';
import { readKitCard } from './card.ts';
import { hubChecks, notVisible } from './checks.ts';
import { HubRig, type HubRigOptions } from './rig.ts';
import { shellCommand } from './shell-command.ts';

const options = {
  url: { type: 'string' },
  code: { type: 'string', multiple: true },
  root: { type: 'string' },
  cards: { type: 'string' },
  kind: { type: 'string' },
  restart: { type: 'string' },
  backup: { type: 'string' },
  restore: { type: 'string' },
  ...scorecardOptions,
} as const;

export const form: Form = {
  name: 'hub',
  usage: [
    'hub --url URL --code CODE [--code CODE …] --root HEX|FILE [--cards DIR] [--kind KIND]',
    '      [--restart COMMAND] [--backup COMMAND --restore COMMAND] [--only MDG-H-NNN …] [--json]',
  ].join('\n'),
  summary: [
    'plays terminals at a hub, and says of each requirement whether it is kept',
    '    --url      its enrolment address, https://HOST:PORT',
    '    --code     an enrolment code. Best three: for one terminal, for another, and for the first one again',
    '    --root     thumbprint of its root document, 64 hex digits; or a file with the signed document',
    '    --cards    folder of `npm run simulator -- cards --out DIR`; the hub knows both certificates in it',
    '    --kind     the kind of certificate to order; the first that is offered where none is named',
    '    --restart  kills the hub and starts it again (MDG-H-033, -060); --backup and --restore: its ledger (MDG-H-065)',
    '    --only     these requirements only',
    '    --json     one object for a program (conformance/README.md)',
  ].join('\n'),
  async run(args, print) {
    const values = parsed(args);
    const requirements = chosenRequirements('H', values.only);
    const rig = new HubRig(await rigOptions(values));
    try {
      return await judge(
        {
          ...{
            form: 'hub',
            target: rig.options.url.href,
            requirements,
            checks: hubChecks,
            notVisible,
            print,
          },
          json: values.json === true,
        },
        rig,
      );
    } finally {
      await rig.close();
    }
  },
};

function parsed(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options }).values;
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}

type Values = ReturnType<typeof parsed>;

/** Errors: UsageError that says what to do. */
async function rigOptions(values: Values): Promise<HubRigOptions> {
  const { url, code: codes = [], root, cards, kind, restart, backup, restore } = values;
  if (url === undefined || !URL.canParse(url) || new URL(url).protocol !== 'https:')
    throw new UsageError('--url is the enrolment address of the hub: https://HOST:PORT.');
  if (codes.length === 0)
    throw new UsageError('--code is missing: let the hub make an enrolment code for a terminal.');
  for (const code of codes) checkCode(code);
  if (new Set(codes).size < codes.length) throw new UsageError('A --code is named twice: each is good once.');
  if (root === undefined)
    throw new UsageError(
      "--root is missing: the thumbprint of the hub's root document, 64 hex digits, or its file.",
    );
  if ((backup === undefined) !== (restore === undefined))
    throw new UsageError('--backup and --restore go together.');
  if (cards !== undefined) await checkCards(cards);
  return {
    ...{ url: new URL(url), codes, root: await thumbprintOf(root), cards, kind },
    restart: restart === undefined ? undefined : () => shellCommand(restart),
    backup: backup === undefined ? undefined : () => shellCommand(backup),
    restore: restore === undefined ? undefined : () => shellCommand(restore),
  };
}

function checkCode(code: string): void {
  if (!v.is(enrolmentCode, code))
    throw new UsageError(
      `--code ${code}: a code is five groups of five characters of 0-9 and A-Z, joined by -.`,
    );
}

async function checkCards(cards: string): Promise<void> {
  try {
    await readKitCard(cards);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new UsageError(
      `--cards ${cards}: no cards there (${why}). Make them with npm run simulator -- cards --out ${cards}, and let your hub know both certificates.`,
    );
  }
}

async function thumbprintOf(root: string): Promise<Buffer> {
  if (/^[0-9a-fA-F]{64}$/.test(root)) return Buffer.from(root, 'hex');
  try {
    return rootThumbprint(readRoot(await readFile(root)));
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new UsageError(
      `--root ${root}: neither 64 hex digits nor a file with a signed root document (${why}).`,
    );
  }
}
