// `terminal …`: plays a hub against a terminal, and ends with a scorecard.
import { parseArgs } from 'node:util';
import { interruption } from '../../simulator/interrupted.ts';
import { type Form, UsageError } from '../form.ts';
import { chosenRequirements, judge, scorecardOptions } from '../judge.ts';
import { checks } from './checks.ts';
import { notVisible } from './not-visible.ts';
import { ourTerminal } from './our-terminal.ts';
import { Rig } from './rig.ts';
import { played } from './scene.ts';

export const form: Form = {
  name: 'terminal',
  usage:
    'terminal [--ours | [--enrol COMMAND] [--start COMMAND] [--visit COMMAND]] [--host HOST] [--cards DIR] [--only NUMBER,…] [--json] [--verbose]',
  summary:
    'plays a hub against a terminal: right answers and wrong ones; what no command does, a person is asked for',
  async run(args, print) {
    const { only, json = false, verbose = false, host = 'localhost', cards, ours, ...given } = parsed(args);
    if (ours && Object.keys(given).length > 0) throw new UsageError('--ours has commands of its own.');
    const commands = ours ? ourTerminal() : given;
    const requirements = chosenRequirements('T', only);
    const interrupted = interruption();
    const aside = json ? console.error : print;
    const rig = await Rig.open({
      ...{ host, commands, cards },
      say: verbose ? line => aside(`  | ${line}`) : () => undefined,
      tell: line => aside(`>>> ${line}`),
    });
    const close = () => rig.close();
    interrupted.addEventListener('abort', () => void close(), { once: true });
    try {
      const target = ours ? 'our terminal' : (commands.start ?? 'a terminal that a person starts');
      return await judge(
        {
          ...{ form: 'terminal', target, requirements, notVisible, json, print },
          checks: played(checks, rig.subject.byHand),
        },
        rig,
      );
    } finally {
      await close();
    }
  },
};

function parsed(args: readonly string[]) {
  try {
    const text = { type: 'string' } as const;
    return parseArgs({
      args: [...args],
      options: {
        ...scorecardOptions,
        ...{ enrol: text, start: text, visit: text, host: text, cards: text },
        verbose: { type: 'boolean' },
        ours: { type: 'boolean' },
      },
    }).values;
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}
