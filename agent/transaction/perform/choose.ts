// The resident chooses and confirms, on the screen.
import { promptOf } from '../../panel/prompts.ts';
import { toAsk, toLines, toOrder } from '../choice.ts';
import type { Effect } from '../effect.ts';
import { readYes } from './card.ts';
import type { Performer } from './context.ts';

type Of<N extends Effect['do']> = Extract<Effect, { do: N }>;

export const choose: Performer<Of<'choose'>> = async (_, { ports, memory, signal }) => {
  const { panel, configuration } = ports;
  if (!memory.offer) throw new Error('A choice without an offer.');
  const { municipality } = memory.offer;
  const ask = toAsk(memory.offer, configuration);
  if (ask.kinds.length === 0) return { is: 'failed', effect: 'choose', code: 'choose/nothingOffered' };
  panel.show(promptOf('choose'));
  const read = (value: unknown) => toOrder(value, ask, municipality);
  return { is: 'chosen', order: await panel.ask(ask, configuration.waits.choiceMs, read, signal) };
};

export const confirm: Performer<Of<'confirm'>> = async ({ order }, { ports, signal }) => {
  const { panel, configuration } = ports;
  const question = { kind: 'confirm', lines: toLines(order, configuration), feeYen: order.feeYen } as const;
  panel.show(promptOf('confirm'));
  const yes = await panel.ask(question, configuration.waits.choiceMs, readYes, signal);
  return { is: yes ? 'confirmed' : 'declined' };
};
