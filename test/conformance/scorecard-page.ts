// docs/contract/scorecard.md and scorecard-terminal.md: what the kit says of the virtual hub, and of a terminal of ours.
import type { Scorecard } from '../../conformance/scorecard.ts';

const words = { passed: 'passed', failed: '**failed**', notTried: 'not tried' } as const;

const heads = {
  hub: [
    '# The scorecard of the virtual hub',
    '',
    'What `npm run conformance -- hub` says of the virtual hub, with three codes, a card, a restart and a restore. Written by',
    '`node test/conformance/write.ts`; `npm run test:mutants` plays it and compares. Yours: [README.md](README.md).',
  ],
  terminal: [
    '# The scorecard of our terminal',
    '',
    'What `npm run conformance -- terminal --ours` says of agent and gate with virtual devices. Written by',
    '`node test/conformance/write-terminal.ts`, in ten minutes or so. Yours: [README.md](README.md).',
  ],
};

/** The whole page. It has no times: two runs give the same. */
export const scorecardPage = (
  { passed, failed, notTried, requirements }: Scorecard,
  side: keyof typeof heads = 'hub',
): string =>
  [
    ...heads[side],
    '',
    `${passed} passed, ${failed} failed, ${notTried} not tried.`,
    '',
    '| Number | Outcome | Requirement, and the checks that show it, or why none can |',
    '|---|---|---|',
    ...requirements.map(({ number, outcome, text, why, checks }) => {
      const shown = why ?? checks.map(({ name }) => name).join('; ');
      return `| ${number} | ${words[outcome]} | ${text} *${shown}* |`;
    }),
    '',
  ].join('\n');
