// Options of `npm run simulator -- terminal --hub`, and what it prints.
import type { PartContext, PartDefinition } from '../part.ts';
import { type VisitOrder, type VisitOutcome, visitAt } from './one-visit.ts';
import { TerminalError } from './terminal-error.ts';
import { wishOf, wishOptions } from './wish-options.ts';

export const visitOptions: PartDefinition['options'] = {
  hub: {
    type: 'string',
    help: 'enrolment address of your hub, https://HOST:PORT: one visit there, and the program ends',
  },
  code: { type: 'string', help: 'with --hub: one-time code of the enrolment' },
  root: { type: 'string', help: "with --hub: thumbprint of your hub's root document, 64 hex digits" },
  cards: {
    type: 'string',
    help: 'with --hub or --home: folder of `simulator -- cards`; your hub knows its two certificates',
  },
  kind: { ...wishOptions.kind!, help: 'with --hub: kind of certificate, as your catalogue names it' },
  city: { ...wishOptions.city!, help: 'with --hub: municipality that must be offered, 6 digits' },
  copies: { ...wishOptions.copies!, help: 'with --hub: 1 to 20' },
  json: { type: 'boolean', help: 'with --hub: print the outcome only, as JSON' },
  verbose: { type: 'boolean', help: 'with --hub: print every line of the agent and of the devices too' },
};

type Values = Record<string, string | boolean | undefined>;

/** The visit that `values` name; undefined without --hub. Errors: TypeError for a wrong option. */
export function visitOnce(values: Values): ((context: PartContext) => Promise<number>) | undefined {
  if (values.hub === undefined) return undefined;
  const order = orderOf(values);
  return context => visited(order, values, context);
}

/** Returns the exit code: 0 where the certificate was issued and the hub has acknowledged the ledger. */
async function visited(order: VisitOrder, values: Values, context: PartContext): Promise<number> {
  const say = values.verbose && !values.json ? context.say : () => undefined;
  try {
    const outcome = await visitAt(order, { ...context, say });
    context.say(values.json ? JSON.stringify(outcome) : sentenceOf(outcome));
    return outcome.outcome === 'issued' && outcome.unacknowledged === 0 ? 0 : 1;
  } catch (error) {
    if (!(error instanceof TerminalError)) throw error;
    const { condition, message, hint } = error;
    context.say(
      values.json
        ? JSON.stringify({ outcome: 'failed', condition, message, hint })
        : `failed (${condition}): ${message}\n${hint}`,
    );
    return 1;
  }
}

function orderOf(values: Values): VisitOrder {
  const { hub, code, root, cards } = values;
  if (typeof hub !== 'string' || typeof code !== 'string' || typeof root !== 'string')
    throw new TypeError('--hub goes with --code and --root');
  if (typeof cards !== 'string')
    throw new TypeError('--hub goes with --cards: npm run simulator -- cards makes it');
  return { ...wishOf(values), hub: { enrolmentUrl: hub, code, rootThumbprint: root }, cards };
}

function sentenceOf(outcome: VisitOutcome): string {
  const { terminal, epoch, broker, code, transaction, sheets, keptYen, receipts, unacknowledged } = outcome;
  return [
    `enrolled: ${terminal}, epoch ${epoch}, broker ${broker}`,
    `outcome: ${outcome.outcome}${code ? ` (${code})` : ''}${transaction ? `, transaction ${transaction}` : ''}`,
    `paper: ${sheets} sheets, ${receipts} receipts; money kept: ${keptYen} yen`,
    unacknowledged === 0 ? 'ledger: acknowledged' : `ledger: ${unacknowledged} records are not acknowledged`,
  ].join('\n');
}
